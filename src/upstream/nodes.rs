//! The nodes of the cluster, and which one takes the next request.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use super::node::Node;
use crate::{config, metrics::NodeFigures};

/// All nodes; all threads share them.
#[derive(Debug)]
pub struct Nodes {
    all: Vec<Node>,
    /// Where the next look around begins: so that equals take turns.
    turn: AtomicUsize,
    /// Whether this modelgate has seen to the settings of the index of names.
    names_are_settled: AtomicBool,
}

/// The nodes that a request was sent to in vain.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tried(u64);

/// A node that was chosen for a request, until the request has ended.
#[derive(Debug)]
pub(super) struct Chosen<'n> {
    /// Which one.
    pub(super) at: usize,
    pub(super) node: &'n Node,
    /// Of a single node nobody asks how busy it is.
    is_counted: bool,
}

impl Nodes {
    /// The nodes that the configuration names.
    pub fn new(config: &config::Upstream) -> Self {
        let all = config.url.iter().map(|origin| Node::new(origin.to_string())).collect();
        Self { all, turn: AtomicUsize::new(0), names_are_settled: AtomicBool::new(false) }
    }

    pub(super) fn all(&self) -> &[Node] {
        &self.all
    }

    /// Whether no node may be sent a request.
    pub fn all_are_open(&self) -> bool {
        !self.all.iter().any(Node::takes_requests)
    }

    /// What the page of figures says of them.
    pub fn figures(&self) -> Vec<NodeFigures<'_>> {
        self.all.iter().map(Node::figures).collect()
    }

    /// Whether the index of names was seen to.
    pub(crate) fn names_are_settled(&self) -> bool {
        self.names_are_settled.load(Relaxed)
    }

    /// Notes that the index of names was seen to.
    pub(crate) fn note_settled_names(&self) {
        self.names_are_settled.store(true, Relaxed);
    }

    /// The node that was not tried, whose circuit is not open, that is well if any is, and that
    /// has the fewest requests in flight.
    pub(super) fn choose(&self, tried: Tried) -> Option<Chosen<'_>> {
        if let [node] = &self.all[..] {
            let may = node.takes_requests() && !tried.has(0);
            return may.then_some(Chosen { at: 0, node, is_counted: false });
        }
        let count = self.all.len();
        let first = self.turn.fetch_add(1, Relaxed);
        let around = (0..count).map(|step| first.wrapping_add(step) % count);
        let may = |at: &usize| !tried.has(*at) && self.all[*at].takes_requests();
        let burden = |at: &usize| (!self.all[*at].is_well(), self.all[*at].in_flight());
        let at = around.filter(may).min_by_key(burden)?;
        let node = &self.all[at];
        node.begin();
        Some(Chosen { at, node, is_counted: true })
    }
}

impl Tried {
    pub(super) fn add(&mut self, at: usize) {
        self.0 |= 1 << at;
    }

    pub(super) fn count(self) -> u32 {
        self.0.count_ones()
    }

    fn has(self, at: usize) -> bool {
        self.0 & 1 << at != 0
    }
}

impl Drop for Chosen<'_> {
    fn drop(&mut self) {
        if self.is_counted {
            self.node.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::Unanswered;

    fn nodes(count: usize) -> Nodes {
        let all = (0..count).map(|at| Node::new(at.to_string())).collect();
        Nodes { all, turn: AtomicUsize::new(0), names_are_settled: AtomicBool::new(false) }
    }

    fn open(node: &Node) {
        (0..5).for_each(|_| node.failed(&Unanswered::Silent));
    }

    #[test]
    fn equals_take_turns_and_the_least_busy_is_taken() {
        let nodes = nodes(3);
        let first: Vec<_> = (0..3).filter_map(|_| nodes.choose(Tried::default())).collect();
        let mut taken: Vec<_> = first.iter().map(|chosen| chosen.at).collect();
        taken.sort_unstable();
        assert_eq!(taken, [0, 1, 2]);

        let free = first.into_iter().find(|chosen| chosen.at == 1);
        let held = [nodes.choose(Tried::default()), nodes.choose(Tried::default())];
        drop(free);

        assert!(held.iter().flatten().all(|chosen| chosen.at != 1));
        assert_eq!(nodes.choose(Tried::default()).map(|chosen| chosen.at), Some(1));
    }

    #[test]
    fn what_was_tried_or_is_open_is_not_chosen() {
        let nodes = nodes(3);
        open(&nodes.all[0]);
        let mut tried = Tried::default();
        tried.add(2);

        let chosen: Vec<_> =
            (0..4).filter_map(|_| nodes.choose(tried)).map(|chosen| chosen.at).collect();
        tried.add(1);

        assert_eq!(chosen, [1; 4]);
        assert!(nodes.choose(tried).is_none());
        assert!(!nodes.all_are_open());
    }

    #[test]
    fn a_node_that_is_not_well_is_taken_where_no_other_is_there() {
        let nodes = nodes(2);
        nodes.all[0].checked(false);
        assert!(nodes.all[0].is_well());
        nodes.all[0].checked(false);

        let held: Vec<_> = (0..5).filter_map(|_| nodes.choose(Tried::default())).collect();
        assert!(held.iter().all(|chosen| chosen.at == 1));
        open(&nodes.all[1]);

        assert_eq!(nodes.choose(Tried::default()).map(|chosen| chosen.at), Some(0));
        nodes.all[0].checked(true);
        assert!(nodes.all[0].is_well());
    }

    #[test]
    fn a_single_node_is_taken_until_its_circuit_opens() {
        let nodes = nodes(1);
        assert!(nodes.choose(Tried::default()).is_some());

        open(&nodes.all[0]);

        assert!(nodes.choose(Tried::default()).is_none());
        assert!(nodes.all_are_open());
    }
}
