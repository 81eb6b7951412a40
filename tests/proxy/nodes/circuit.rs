//! Circuits: nodes that fail again and again are not asked.

use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use super::{GET, POST, asked, broken, fine};
use crate::support::{Gate, Node, Peer, eventually};

/// All nodes fail: by a word that is said only where none was asked, in OpenSearch's shape, and to
/// be tried again soon.
#[track_caller]
fn expect_open(gate: &Gate) {
    let answer = asked(gate, POST);
    assert_eq!(answer.field("retry-after"), Some("1"));
    answer.expect_fault(503, "no_node_available_exception");
}

#[test]
fn a_node_that_refuses_five_times_is_not_asked_until_it_is_back() {
    let node = Node::start(fine);
    let gate = Node::gate(&[&node], &[]);
    node.leave();
    for _ in 0..5 {
        asked(&gate, GET).expect_fault(502, "connect_exception");
    }

    for _ in 0..50 {
        expect_open(&gate);
    }
    node.come_back();
    eventually("it is asked again", || asked(&gate, GET).status() == 200);

    gate.line("the circuit is closed");
    let said = |words: &str| gate.log().lines().filter(|line| line.contains(words)).count();
    assert_eq!((said("the circuit is open"), said("the circuit is closed")), (1, 1));
    assert_eq!(node.heard(), 1);
}

#[test]
fn requests_of_modelgates_own_open_it_and_are_told_as_much() {
    let node = Node::start(fine);
    let gate = Node::gate(&[&node], &[]);
    node.leave();
    let group = "GET /_plugins/_ml/model_groups/x HTTP/1.1\r\nHost: a\r\n\r\n";
    for _ in 0..5 {
        asked(&gate, group).expect_fault(502, "connect_exception");
    }

    asked(&gate, group).expect_fault(503, "no_node_available_exception");
    expect_open(&gate);
}

#[test]
fn a_node_that_never_answers_costs_five_requests_their_time() {
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("upstream.url=http://{}", hole.local_addr().unwrap());
    let own = ["runtime.threads=1", "identity.source=none", "upstream.response_timeout=150ms"];
    let gate = Gate::start(&[&own[..], &[&url]].concat());
    let start = Instant::now();
    for _ in 0..5 {
        asked(&gate, GET).expect_fault(504, "receive_timeout_exception");
    }
    assert!(start.elapsed() >= Duration::from_millis(5 * 150));

    for _ in 0..20 {
        expect_open(&gate);
    }
}

#[test]
fn a_circuit_is_its_nodes_alone() {
    let (ill, well) = (Node::start(broken), Node::start(fine));
    let gate = Node::gate(&[&ill, &well], &["upstream.health_interval=0s"]);
    ill.leave();

    for _ in 0..40 {
        assert_eq!(asked(&gate, POST).status(), 200);
    }

    assert_eq!(well.heard(), 40);
    gate.line("the circuit is open");
}

#[test]
fn answers_of_any_kind_keep_it_closed() {
    let node = Node::start(|_| crate::support::answer("503 Busy", &[], b""));
    let gate = Node::gate(&[&node], &[]);

    for _ in 0..20 {
        assert_eq!(asked(&gate, POST).body, b"");
    }

    assert_eq!(node.heard(), 20);
}

#[test]
fn where_a_probe_is_answered_and_requests_are_not_the_log_says_so_once() {
    let node = Node::start(broken);
    let gate = Node::gate(&[&node], &[]);
    let mut client_saw = [0, 0];
    let start = Instant::now();

    while client_saw.iter().any(|count| *count < 8) {
        match asked(&gate, POST).status() {
            502 => client_saw[0] += 1,
            503 => client_saw[1] += 1,
            other => panic!("{other}"),
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{client_saw:?}");
    }

    let said = |words: &str| gate.log().lines().filter(|line| line.contains(words)).count();
    assert_eq!((said("the circuit is open"), said("the circuit is closed")), (1, 0));
}

#[test]
fn a_client_that_goes_away_is_no_failure_of_the_node() {
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("upstream.url=http://{}", hole.local_addr().unwrap());
    let gate = Gate::start(&["runtime.threads=1", "identity.source=none", &url]);
    for _ in 0..10 {
        let mut client = Peer::connect(gate.address());
        client.send(GET);
        let mut upstream = Peer::new("the upstream", hole.accept().unwrap().0);
        upstream.expect(GET);
        client.reset();
        upstream.expect_gone();
    }

    let mut client = Peer::connect(gate.address());
    client.send(GET);
    Peer::new("the upstream", hole.accept().unwrap().0).expect(GET);
}
