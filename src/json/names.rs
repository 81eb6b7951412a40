//! The field names that the open objects have had so far.

use std::borrow::Cow;
use std::collections::HashSet;

/// Most objects are small: the first names are compared one by one.
const FEW: usize = 8;

/// The first names of every open object, as decoded bytes, those of an inner one last.
pub(super) type Open<'a> = Vec<Cow<'a, [u8]>>;

/// The names of one object.
#[derive(Debug)]
pub(super) struct Names<'a> {
    /// Where its first names begin among those of all.
    few: usize,
    many: Option<HashSet<Cow<'a, [u8]>>>,
}

impl<'a> Names<'a> {
    /// No names yet of the innermost object.
    pub(super) fn of_innermost(open: &Open<'a>) -> Self {
        Self { few: open.len(), many: None }
    }

    /// Whether the name was not there before; the object is the innermost one.
    pub(super) fn insert(&mut self, open: &mut Open<'a>, name: Cow<'a, [u8]>) -> bool {
        let few = &open[self.few..];
        if few.contains(&name) {
            return false;
        }
        if few.len() < FEW {
            open.push(name);
            return true;
        }
        self.many.get_or_insert_default().insert(name)
    }

    /// The object is closed.
    pub(super) fn forget(self, open: &mut Open<'a>) {
        open.truncate(self.few);
    }
}
