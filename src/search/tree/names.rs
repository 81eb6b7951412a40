//! No name twice in an object, however it is spelled.

use std::collections::HashSet;

use super::text::units;
use super::{At, Tree};

const FEW: usize = 16;

/// Whether two members of the object have the same name. Few are compared by pairs as they are written, many, and those
/// with escapes, by a keyed hash.
pub(super) fn repeat(tree: &Tree<'_>, object: At) -> bool {
    let mut few = [None; FEW];
    for (nth, (name, _)) in tree.members(object).enumerate() {
        if nth == FEW || tree.node(name).escaped {
            return repeat_of_many(tree, object);
        }
        let written = Some(tree.bytes(name));
        if few[..nth].contains(&written) {
            return true;
        }
        few[nth] = written;
    }
    false
}

fn repeat_of_many(tree: &Tree<'_>, object: At) -> bool {
    let mut seen = HashSet::new();
    !tree.members(object).all(|(name, _)| seen.insert(spelled(tree, name)))
}

fn spelled<'t>(tree: &'t Tree<'_>, name: At) -> std::borrow::Cow<'t, [u8]> {
    units(tree.bytes(name), tree.node(name).escaped)
}
