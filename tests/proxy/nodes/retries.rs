//! What is sent again, and how often.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::{GET, POST, asked, broken, fine};
use crate::support::{Asked, Node, Peer, answer, shown};

/// Answers with what it was sent.
fn echo(asked: &Asked) -> Vec<u8> {
    answer("200 OK", &[], &asked.body)
}

/// Two nodes of which one does so, and a request that each node is sent once at least.
#[track_caller]
fn each_time(failing: fn(&Asked) -> Vec<u8>, request: &str) -> (Vec<u16>, usize, usize) {
    let (ill, well) = (Node::start(failing), Node::start(echo));
    let gate = Node::gate(&[&ill, &well], &["upstream.health_interval=0s"]);
    let said = (0..4).map(|_| asked(&gate, request).status()).collect();
    (said, ill.heard(), well.heard())
}

#[test]
fn a_write_that_a_node_refuses_to_connect_for_goes_to_another_and_is_done_once() {
    let (away, there) = (Node::start(fine), Node::start(echo));
    let gate = Node::gate(&[&away, &there], &["upstream.health_interval=0s"]);
    away.leave();

    for count in 1..=20 {
        let answer = asked(&gate, POST);

        assert_eq!((answer.status(), answer.text().as_str()), (200, "{}"));
        assert_eq!(there.heard(), count);
    }
    assert_eq!(away.heard(), 0);
}

#[test]
fn a_write_that_broke_is_not_sent_to_another_node() {
    let (said, ill, well) = each_time(broken, POST);

    assert_eq!((ill, well), (2, 2));
    assert_eq!(said.iter().filter(|status| **status == 502).count(), 2, "{said:?}");
}

#[test]
fn a_read_that_broke_is_sent_to_another_node() {
    let (said, ill, well) = each_time(broken, GET);

    assert_eq!((said, well), (vec![200; 4], 4));
    assert!((2..=4).contains(&ill), "{ill}");
}

#[test]
fn a_read_with_a_small_body_is_sent_again_with_it() {
    let (ill, well) = (Node::start(broken), Node::start(echo));
    let gate = Node::gate(&[&ill, &well], &["upstream.health_interval=0s"]);
    let body = "{\"query\": {}}".repeat(5_000);
    let request = |path: &str| {
        let length = body.len();
        format!("GET {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{body}")
    };

    for _ in 0..4 {
        let mut client = Peer::connect(gate.address());
        client.send([request("/i/_doc/1"), request("/i/_doc/2")].concat());
        for _ in 0..2 {
            let answer = client.message();
            assert_eq!(answer.text(), body, "{}", shown(answer.head.as_bytes()));
        }
    }

    assert_eq!(well.heard(), 8);
    assert!((4..=8).contains(&ill.heard()), "{}", ill.heard());
}

#[test]
fn the_next_page_of_a_scroll_is_not_fetched_twice() {
    for path in ["/_search/scroll?scroll_id=x", "/_search/scroll/x", "/_search/scroll/"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");

        let (said, ill, well) = each_time(broken, &request);

        assert_eq!((ill, well), (2, 2), "{path}: {said:?}");
    }
}

/// Answers the first request of each connection, and closes instead of answering a second.
fn once_each() -> impl Fn(&Asked) -> Vec<u8> {
    let count = AtomicUsize::new(0);
    move |_| match count.fetch_add(1, SeqCst) % 2 {
        0 => answer("200 OK", &[], b"fine"),
        _ => Vec::new(),
    }
}

#[test]
fn retries_are_no_more_than_a_fifth() {
    const REQUESTS: usize = 500;
    let node = Node::start(once_each());
    let gate = Node::gate(&[&node], &[]);
    let mut failed = 0;

    for _ in 0..REQUESTS {
        let status = asked(&gate, GET).status();
        assert!([200, 502].contains(&status), "{status}");
        failed += usize::from(status == 502);
    }

    let retries = node.heard() - REQUESTS;
    assert!((REQUESTS / 10..=10 + REQUESTS / 5).contains(&retries), "{retries}");
    assert!(failed > 0, "the budget was never spent");
}
