//! Nodes that say that they are not well, or say nothing.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering::SeqCst},
};

use super::{GET, asked, fine};
use crate::support::{Asked, Node, answer, eventually};

/// A node whose health is as the status says, 0 for no answer, and that answers all else.
fn of_health() -> (Arc<AtomicU16>, Node) {
    let health = Arc::new(AtomicU16::new(200));
    let status = health.clone();
    let node = Node::start(move |asked: &Asked| {
        match (asked.head.starts_with("GET /_plugins/_security/health "), status.load(SeqCst)) {
            (false, _) => fine(asked),
            (true, 0) => Vec::new(),
            (true, status) => answer(&format!("{status} Said"), &[], b""),
        }
    });
    (health, node)
}

#[test]
fn a_node_that_is_not_well_is_left_alone_until_it_is() {
    let (health, node) = of_health();
    let other = Node::start(fine);
    let gate = Node::gate(&[&node, &other], &["upstream.health_interval=50ms"]);
    let is_asked = || {
        let before = node.heard();
        (0..4).for_each(|_| assert_eq!(asked(&gate, GET).status(), 200));
        node.heard() > before
    };
    assert!(is_asked());

    for ill in [503, 0] {
        health.store(ill, SeqCst);
        eventually("it is left alone", || !is_asked());
        health.store(401, SeqCst);
        eventually("it is asked again", is_asked);
    }

    // A busy machine may make the other one look unwell, too.
    let url = node.url();
    let said = |words: &str| {
        let log = gate.log();
        log.lines().filter(|line| line.contains(words) && line.contains(&url)).count()
    };
    eventually("the log says so", || said("the node is well again") == 2);
    assert_eq!(said("the node is not well"), 2);
}

#[test]
fn where_no_node_is_well_they_are_asked_all_the_same() {
    let ((first, one), (second, other)) = (of_health(), of_health());
    let gate = Node::gate(&[&one, &other], &["upstream.health_interval=50ms"]);
    first.store(503, SeqCst);
    second.store(0, SeqCst);
    for node in [&one, &other] {
        let url = node.url();
        eventually("neither is well", || {
            let log = gate.log();
            log.lines().any(|line| line.contains("not well") && line.contains(&url))
        });
    }

    (0..10).for_each(|_| assert_eq!(asked(&gate, GET).status(), 200));

    assert_eq!((one.heard(), other.heard()), (5, 5));
}
