//! No name twice in an object, however it is spelled.

use std::collections::HashSet;

use super::text::units;
use super::{At, Tree};

const FEW: usize = 16;

/// Whether two members of the object have the same name. Few are compared by pairs, many by a keyed hash.
pub(super) fn repeat(tree: &Tree<'_>, object: At) -> bool {
    if tree.members(object).nth(1).is_none() {
        return false;
    }
    let mut few = [At(0); FEW];
    for (nth, (name, _)) in tree.members(object).enumerate() {
        if nth == FEW {
            return repeat_of_many(tree, object);
        }
        if few[..nth].iter().any(|other| same(tree, *other, name)) {
            return true;
        }
        few[nth] = name;
    }
    false
}

fn repeat_of_many(tree: &Tree<'_>, object: At) -> bool {
    let mut seen = HashSet::new();
    !tree.members(object).all(|(name, _)| seen.insert(spelled(tree, name)))
}

fn same(tree: &Tree<'_>, one: At, other: At) -> bool {
    let (first, second) = (tree.node(one), tree.node(other));
    match first.escaped || second.escaped {
        false if first.end - first.start != second.end - second.start => false,
        false => tree.raw(one) == tree.raw(other),
        true => spelled(tree, one) == spelled(tree, other),
    }
}

fn spelled<'t>(tree: &'t Tree<'_>, name: At) -> std::borrow::Cow<'t, [u8]> {
    units(tree.raw(name).as_bytes(), tree.node(name).escaped)
}
