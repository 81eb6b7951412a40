//! The field names that an object has had so far.

use std::borrow::Cow;
use std::collections::HashSet;

/// Most objects are small: the first names are compared one by one.
const FEW: usize = 8;

/// A set of names, as decoded bytes.
#[derive(Debug, Default)]
pub(super) struct Names<'a> {
    few: Vec<Cow<'a, [u8]>>,
    many: HashSet<Cow<'a, [u8]>>,
}

impl<'a> Names<'a> {
    /// Whether the name was not there before.
    pub(super) fn insert(&mut self, name: Cow<'a, [u8]>) -> bool {
        if self.few.contains(&name) {
            return false;
        }
        if self.few.len() < FEW {
            self.few.push(name);
            return true;
        }
        self.many.insert(name)
    }
}
