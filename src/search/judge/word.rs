//! Values that are judged by what they say.

use super::{Judge, Judged};
use crate::search::grammar::OWN_INDEX;
use crate::search::tree::{At, Kind};

impl Judge<'_> {
    /// A switch that must stay off.
    #[cold]
    pub(super) fn off(&self, at: At, why: &'static str) -> Judged {
        self.require(self.tree.kind(at).is_scalar())?;
        match self.tree.raw(at) {
            "false" | "\"false\"" => Ok(()),
            _ => self.unless_filtered(why),
        }
    }

    /// A whole number that is written plainly, or in quotes, and is not 0.
    #[cold]
    pub(super) fn positive(&self, at: At, why: &'static str) -> Judged {
        self.require(self.tree.kind(at).is_scalar())?;
        let raw = self.tree.raw(at);
        let digits = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
        match digits.as_bytes() {
            [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit) => Ok(()),
            _ => self.unless_filtered(why),
        }
    }

    /// One of a few words.
    #[cold]
    pub(super) fn among(&self, at: At, words: &[&str], why: &'static str) -> Judged {
        self.require(self.is_leaf(at))?;
        let known = self.is(at, Kind::Null) || self.says(at, |text| words.contains(&text));
        if known { Ok(()) } else { self.unless_filtered(why) }
    }

    /// A text where `~` stands after a closing quote only: there it is a distance between words, else the fuzzy operator.
    #[cold]
    pub(super) fn not_fuzzy(&self, at: At, why: &'static str) -> Judged {
        self.require(self.is_leaf(at))?;
        let tilde = |text: &str| {
            text.split_inclusive('~').all(|part| !part.ends_with('~') || part.ends_with("\"~"))
        };
        let plain = !self.is(at, Kind::String) || self.says(at, tilde);
        if plain { Ok(()) } else { self.unless_filtered(why) }
    }

    /// The plain one fails on a range of dates, unless all groups are in it.
    #[cold]
    pub(super) fn highlighter(&mut self, at: At) -> Judged {
        self.plain |= self.says(at, |text| text == "plain");
        self.require(self.is_leaf(at))
    }

    /// The name of the model-group index, literally: an alias or a pattern could be another's.
    #[cold]
    pub(super) fn own_index(&self, at: At) -> Judged {
        match self.says(at, |text| text == OWN_INDEX) {
            true => Ok(()),
            false => self.refused("it reaches another index"),
        }
    }

    /// Whether it is a text of which this holds.
    pub(super) fn says(&self, at: At, claim: impl FnOnce(&str) -> bool) -> bool {
        self.is(at, Kind::String) && self.tree.text(at).is_some_and(|text| claim(&text))
    }
}
