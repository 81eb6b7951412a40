//! Who has a name: a sequence of takes and releases, one name at a time, that the history of a run
//! must be able to have come from (linearizability; the search is Wing and Gong's, with memory).

use std::{collections::HashSet, time::Duration};

/// What was done to one name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    /// A group got the name, which nobody had.
    Take,
    /// The group that had the name gave it up.
    Release,
    /// The name was looked up, and this group had it.
    Seen,
    /// The name was looked up, and nobody had it.
    SeenFree,
}

/// One operation on a name, as its client saw it.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) kind: Kind,
    /// The group's id; empty where the client was never told it, and for `SeenFree`.
    pub(crate) group: String,
    /// When it was asked for, and when it was answered: never, where nobody knows whether it was
    /// done. Such an operation may have happened at any time since, or not at all.
    pub(crate) since: Duration,
    pub(crate) until: Option<Duration>,
}

impl Op {
    fn may_follow(&self, owner: Option<&str>, known: &HashSet<&str>) -> bool {
        let same = |owner: &str| {
            owner == self.group || owner.is_empty() && !known.contains(self.group.as_str())
        };
        match self.kind {
            Kind::Take | Kind::SeenFree => owner.is_none(),
            Kind::Release | Kind::Seen => owner.is_some_and(same),
        }
    }

    fn owner_after(&self) -> Option<&str> {
        match self.kind {
            Kind::Take | Kind::Seen => Some(&self.group),
            Kind::Release | Kind::SeenFree => None,
        }
    }
}

/// Whether some order of the operations, in which none begins after another that had ended before,
/// is one that a single owner at a time can have.
pub(crate) fn is_linearizable(ops: &[Op]) -> bool {
    let mut ops = ops.to_vec();
    ops.sort_by_key(|op| op.since);
    let takes = ops.iter().filter(|op| op.kind == Kind::Take && !op.group.is_empty());
    let known: HashSet<&str> = takes.map(|op| op.group.as_str()).collect();
    let mut seen = HashSet::new();
    let mut open = vec![(vec![false; ops.len()], None::<&str>)];
    while let Some((done, owner)) = open.pop() {
        let left = || (0..ops.len()).filter(|&at| !done[at]);
        let Some(earliest_end) = left().filter_map(|at| ops[at].until).min() else {
            return true;
        };
        for at in left().filter(|&at| ops[at].since <= earliest_end) {
            if ops[at].may_follow(owner, &known) {
                let mut done = done.clone();
                done[at] = true;
                let next = (done, ops[at].owner_after());
                if seen.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use Kind::{Release, Seen, SeenFree, Take};

    fn op(kind: Kind, group: &str, since: u64, until: u64) -> Op {
        let (since, until) = (Duration::from_millis(since), Some(Duration::from_millis(until)));
        Op { kind, group: group.to_owned(), since, until }
    }

    fn unknown(kind: Kind, group: &str, since: u64) -> Op {
        Op { until: None, ..op(kind, group, since, 0) }
    }

    #[test]
    fn a_name_passes_from_one_to_the_next() {
        assert!(is_linearizable(&[]));
        assert!(is_linearizable(&[
            op(Take, "a", 0, 1),
            op(Release, "a", 2, 5),
            op(Take, "b", 3, 4),
            op(Seen, "b", 6, 7),
        ]));
    }

    #[test]
    fn a_duplicate_is_found() {
        let twice = [op(Take, "a", 0, 9), op(Take, "b", 0, 9)];
        let before_it_was_free =
            [twice[0].clone(), op(Release, "a", 12, 13), op(Take, "b", 10, 11)];
        let both_stored =
            [op(Take, "a", 0, 1), unknown(Take, "b", 0), op(Seen, "a", 2, 3), op(Seen, "b", 2, 3)];

        for history in [&twice[..], &before_it_was_free, &both_stored] {
            assert!(!is_linearizable(history), "{history:?}");
        }
    }

    #[test]
    fn a_lost_name_is_found() {
        assert!(!is_linearizable(&[op(Take, "a", 0, 1), op(SeenFree, "", 2, 3)]));
        assert!(!is_linearizable(&[op(Take, "a", 0, 1), op(Release, "b", 2, 3)]));
    }

    #[test]
    fn a_ghost_is_found() {
        let released = [op(Take, "a", 0, 1), op(Release, "a", 2, 3), op(Seen, "a", 4, 5)];

        assert!(!is_linearizable(&[op(Seen, "a", 0, 1)]));
        assert!(!is_linearizable(&released));
        assert!(!is_linearizable(&[unknown(Take, "a", 2), op(Seen, "a", 0, 1)]));
    }

    #[test]
    fn what_nobody_knows_may_have_happened_or_not_but_once() {
        let taken = unknown(Take, "a", 0);

        assert!(is_linearizable(&[taken.clone(), op(SeenFree, "", 5, 6)]));
        assert!(is_linearizable(&[taken.clone(), op(SeenFree, "", 5, 6), op(Seen, "a", 7, 8)]));
        assert!(!is_linearizable(&[taken, op(Seen, "a", 5, 6), op(SeenFree, "", 7, 8)]));
    }

    #[test]
    fn a_group_whose_id_nobody_was_told_is_found_under_its_id() {
        let taken = [unknown(Take, "", 0), op(Seen, "z", 5, 6), op(Release, "z", 7, 8)];

        assert!(is_linearizable(&taken));
        let other = [unknown(Take, "", 0), op(Seen, "b", 5, 6), op(Take, "b", 7, 8)];
        assert!(!is_linearizable(&other));
    }
}
