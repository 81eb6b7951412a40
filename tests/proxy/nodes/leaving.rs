//! Nodes that leave and come back under load.

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use super::fine;
use crate::support::{Asked, Gate, Node, Peer, eventually, groups};

/// How many clients ask at the same time.
const CLIENTS: usize = 8;

/// How often a node leaves.
const TIMES: usize = 6;

/// Each client asks as often as it can while `faults` runs; gives how many requests there were,
/// and the longest any took. None may fail.
fn under_load(gate: &Gate, request: &str, faults: impl FnOnce(&AtomicUsize)) -> (usize, Duration) {
    let (over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let ask = || {
        let mut client = Peer::connect(gate.address());
        let mut worst = Duration::ZERO;
        while !over.load(SeqCst) {
            let start = Instant::now();
            client.send(request);
            let answer = client.message();
            worst = worst.max(start.elapsed());
            assert_eq!(answer.status(), 200, "{}", answer.text());
            count.fetch_add(1, SeqCst);
        }
        worst
    };
    let worst = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        faults(&count);
        over.store(true, SeqCst);
        clients.into_iter().map(|client| client.join().unwrap()).max()
    });
    (count.into_inner(), worst.unwrap())
}

/// Three nodes of which each leaves in turn, for a few hundred requests, and comes back.
fn in_turn(answering: fn(&Asked) -> Vec<u8>, request: &str) {
    let nodes = [Node::start(answering), Node::start(answering), Node::start(answering)];
    let gate = Node::gate(&nodes.each_ref(), &["upstream.health_interval=200ms"]);

    let (requests, worst) = under_load(&gate, request, |count| {
        let further = |what, more| {
            let until = count.load(SeqCst) + more;
            eventually(what, || count.load(SeqCst) >= until);
        };
        for node in nodes.iter().cycle().take(TIMES) {
            further("requests with all nodes", 200);
            node.leave();
            further("requests without a node", 200);
            node.come_back();
            let before = node.heard();
            eventually("the node is asked again", || node.heard() > before);
        }
    });

    println!("{requests} requests, {TIMES} nodes left, 0 failed, {worst:?} at worst");
    assert!(worst < Duration::from_secs(5), "{worst:?}");
}

#[test]
fn a_node_that_leaves_and_comes_back_costs_no_read_that_passes() {
    in_turn(fine, "GET /i/_doc/1 HTTP/1.1\r\nHost: a\r\n\r\n");
}

#[test]
fn a_node_that_leaves_and_comes_back_costs_no_read_of_a_group() {
    in_turn(groups, "GET /_plugins/_ml/model_groups/g1 HTTP/1.1\r\nHost: a\r\n\r\n");
}
