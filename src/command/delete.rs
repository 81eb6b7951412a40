//! `DELETE /model_groups/{id}`

use super::{Denial, Effect, Facts, Found, Permitted, require};
use crate::{
    access::{sees, sees_all},
    config::HiddenGroups,
    principal::Who,
};

/// Deletes a group.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Delete {
    /// The group's id.
    pub id: String,
}

impl Delete {
    /// Who does not see a group cannot delete it (D1); a group with models stays.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn permit(self, who: Who<'_>, facts: Facts) -> Result<Permitted, Denial> {
        let stored = match facts.found {
            Found::NoIndex => return Err(Denial::NoIndexToChange),
            Found::Nothing => {
                // A hidden group's models are not told of, so those that it left behind are not.
                let told = facts.hidden_groups == HiddenGroups::Revealed || sees_all(who);
                require(!(told && facts.has_models), Denial::HasModels)?;
                return Ok(Permitted(Effect::DeleteNothing(self.id, facts.hidden_groups)));
            }
            Found::Group(stored) => stored,
        };
        if !sees(who, &stored.group) {
            return match facts.hidden_groups {
                HiddenGroups::Absent => {
                    Ok(Permitted(Effect::DeleteNothing(self.id, facts.hidden_groups)))
                }
                HiddenGroups::Revealed => Err(Denial::NotDeletable),
            };
        }
        require(!facts.has_models, Denial::HasModels)?;
        Ok(Permitted(Effect::Delete(stored)))
    }
}
