//! `GET /model_groups/{id}`

use super::{Denial, Effect, Facts, Found, Permitted, require};
use crate::{access::sees, config::HiddenGroups, principal::Who};

/// Shows a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Get {
    /// The group's id.
    pub id: String,
}

impl Get {
    /// Existence is looked at first; a group that the caller may not see is as absent as one that
    /// is not there (D4), unless that is switched off.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn permit(self, who: Who<'_>, facts: Facts) -> Result<Permitted, Denial> {
        let stored = match facts.found {
            Found::NoIndex => return Err(Denial::NoIndex),
            Found::Nothing => return Err(Denial::NoGroup(self.id)),
            Found::Group(stored) => stored,
        };
        let hidden = match facts.hidden_groups {
            HiddenGroups::Absent => Denial::NoGroup(self.id),
            HiddenGroups::Revealed => Denial::NotVisible,
        };
        require(sees(who, &stored.group), hidden)?;
        Ok(Permitted(Effect::Show(stored.group.shown())))
    }
}
