//! No name twice in an object, however it is spelled.

use std::collections::HashSet;

use super::text::units;
use super::{At, Tree};

const FEW: usize = 16;

/// Whether two members of the object have the same name. Few are compared by pairs, many by a keyed hash.
pub(super) fn repeat(tree: &Tree<'_>, object: At) -> bool {
    let names = || tree.members(object).map(|(name, _)| name);
    if names().nth(1).is_none() {
        return false;
    }
    if names().nth(FEW).is_some() {
        let mut seen = HashSet::new();
        return !names().all(|name| seen.insert(spelled(tree, name)));
    }
    names()
        .enumerate()
        .any(|(index, name)| names().take(index).any(|other| same(tree, name, other)))
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
