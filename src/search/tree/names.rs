//! No name twice in an object, however it is spelled.
//!
//! Most names differ in their first or last sign, or in their length: all of them are compared only where two do not.

use super::text::units;
use super::{At, Tree};

/// Whether two members of the object have the same name.
pub(super) fn repeat(tree: &Tree<'_>, object: At) -> bool {
    let mut seen = 0;
    for (name, _) in tree.members(object) {
        let mark = mark(tree, name);
        if seen & mark != 0 {
            return repeat_surely(tree, object);
        }
        seen |= mark;
    }
    false
}

/// One bit of 64, the same for the same name; all of them for one with escapes, which may be any.
fn mark(tree: &Tree<'_>, name: At) -> u64 {
    if tree.node(name).escaped {
        return u64::MAX;
    }
    let quoted = tree.bytes(name);
    let sign = |at: usize| usize::from(quoted[at]);
    1 << ((sign(1) + sign(quoted.len() - 2) + 4 * quoted.len()) % 64)
}

#[cold]
fn repeat_surely(tree: &Tree<'_>, object: At) -> bool {
    let spelled = |(name, _)| units(tree.bytes(name), tree.node(name).escaped);
    let mut names: Vec<_> = tree.members(object).map(spelled).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}
