//! The admin port is as strict with its clients as the port of callers.

use std::time::Duration;

use crate::operator::{Operator, PAGES};
use crate::support::Gate;

fn gate(settings: &[&str]) -> (Gate, Operator) {
    // Nobody listens at the discard port: these pages need no cluster.
    let own = ["listen=127.0.0.1:0", "upstream.url=http://127.0.0.1:9"];
    let gate = Gate::start(&[&own[..], &PAGES, settings].concat());
    let operator = Operator::of(&gate);
    (gate, operator)
}

#[test]
fn the_pages_answer_one_request_after_the_other() {
    let (_gate, operator) = gate(&[]);
    let mut peer = operator.connect();

    peer.send(
        "GET /livez?x=1 HTTP/1.1\r\nHost: a\r\n\r\nHEAD /metrics HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    let live = peer.message();
    let bare = peer.bare_message();
    peer.send_bytewise("GET /livez HTTP/1.0\r\n\r\n");

    assert_eq!((live.status(), live.text().as_str()), (200, r#"{"live":true}"#));
    assert!(bare.field("content-length").unwrap().parse::<usize>().unwrap() > 1000);
    let last = peer.message();
    assert_eq!((last.start(), last.field("connection")), ("HTTP/1.1 200 OK", Some("close")));
    peer.expect_end();
}

#[test]
fn there_are_three_pages_and_they_are_only_read() {
    let (_gate, operator) = gate(&[]);

    for path in ["/", "/metrics/", "/_plugins/_ml/model_groups/_search", "/livez%00"] {
        operator.get(path).expect_fault(404, "resource_not_found_exception");
    }
    for path in ["/livez", "/readyz", "/metrics"] {
        let mut peer = operator.connect();
        peer.send(format!("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi"));
        let said = peer.message();
        said.expect_fault(405, "illegal_argument_exception");
        assert_eq!(said.field("allow"), Some("GET, HEAD"));
        assert_eq!(said.field("connection"), Some("close"));
        peer.expect_end();
    }
}

#[test]
fn what_is_no_request_is_refused_and_ends_the_connection() {
    let (_gate, operator) = gate(&["limits.headers=1kb", "limits.header_count=4"]);
    let long = format!("GET /livez HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "x".repeat(2048));
    let many = format!("GET /livez HTTP/1.1\r\nHost: a\r\n{}\r\n", "A: 1\r\n".repeat(4));
    let tried = [
        ("GET /livez HTTP/1.1\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\nHost: a\n\n", 400),
        ("GET http://a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: host\r\n\r\n", 400),
        ("\x16\x03\x01\x02\0\x01\0\x01\r\n", 400),
        (&long, 431),
        (&many, 431),
    ];

    for (request, status) in tried {
        let mut peer = operator.connect();
        peer.send(request);
        assert_eq!(peer.message().status(), status, "{request:?}");
        peer.expect_end();
    }
    assert_eq!(operator.get("/livez").status(), 200);
}

#[test]
fn a_slow_head_is_told_so_and_a_silent_connection_is_closed() {
    let settings = ["limits.header_timeout=200ms", "limits.keep_alive=300ms"];
    let (_gate, operator) = gate(&settings);
    let (mut slow, mut silent, mut idle) =
        (operator.connect(), operator.connect(), operator.connect());

    slow.send("GET /li");
    idle.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");

    assert_eq!(slow.message().status(), 408);
    slow.expect_end();
    silent.expect_end();
    assert_eq!(idle.message().status(), 200);
    idle.expect_end();
}

#[test]
fn the_connections_beyond_sixty_four_wait() {
    let (_gate, operator) = gate(&[]);
    let held: Vec<_> = (0..64)
        .map(|_| {
            let mut peer = operator.connect();
            peer.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
            peer.message();
            peer
        })
        .collect();

    let mut waiting = operator.connect();
    waiting.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    waiting.expect_silence(Duration::from_millis(300));
    drop(held);

    assert_eq!(waiting.message().status(), 200);
}
