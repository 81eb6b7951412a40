//! Which node takes a request.

use std::sync::{Mutex, PoisonError, mpsc::channel};

use super::{GET, POST, asked, fine};
use crate::support::{Node, Peer, answer, eventually};

#[test]
fn nodes_that_are_equally_busy_take_turns() {
    let nodes = [Node::start(fine), Node::start(fine), Node::start(fine)];
    let gate = Node::gate(&nodes.each_ref(), &[]);

    for request in [GET, POST].repeat(15) {
        assert_eq!(asked(&gate, request).status(), 200);
    }

    assert_eq!(nodes.each_ref().map(Node::heard), [10, 10, 10]);
}

#[test]
fn the_node_with_the_fewest_requests_in_flight_is_taken() {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let slow = Node::start(move |asked| {
        if asked.head.starts_with("GET /i ") {
            let _ = wait.lock().unwrap_or_else(PoisonError::into_inner).recv();
        }
        answer("200 OK", &[], b"slow")
    });
    let fast = Node::start(fine);
    let gate = Node::gate(&[&slow, &fast], &[]);
    let mut waiting: Vec<Peer> = Vec::new();
    while slow.heard() == 0 {
        let mut client = Peer::connect(gate.address());
        client.send(GET);
        waiting.push(client);
        eventually("a node hears of it", || slow.heard() + fast.heard() == waiting.len());
    }

    for _ in 0..20 {
        assert_eq!(asked(&gate, POST).body, b"fine");
    }

    assert_eq!(slow.heard(), 1);
    drop(go);
}
