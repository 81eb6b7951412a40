//! What the pages say while modelgate has too much to do, and while one takes over from another.

use std::net::TcpListener;

use crate::operator::{Operator, PAGES};
use crate::support::{Gate, Node, Peer, answer};

const GET: &str = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";

fn shed(reason: &str) -> String {
    format!(r#"modelgate_shed_total{{reason="{reason}"}}"#)
}

#[test]
fn what_is_turned_away_is_counted_by_why_and_the_pages_answer() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("upstream.url=http://{}", upstream.local_addr().unwrap());
    let limits =
        ["limits.requests=1", "limits.connections=2", "limits.connections_per_address=3", &url];
    let gate = Gate::start(&[&limits[..], &PAGES].concat());
    let operator = Operator::of(&gate);
    let (mut busy, mut idle) = (Peer::connect(gate.address()), Peer::connect(gate.address()));
    busy.send(GET);
    let mut cluster = Peer::new("the cluster", upstream.accept().unwrap().0);
    cluster.head();

    idle.send(GET);
    assert_eq!(idle.message().status(), 429);
    operator.expect(&shed("requests"), 1.0);
    operator.expect(&shed("idle"), 0.0);
    let mut third = Peer::connect(gate.address());
    idle.expect_end();
    operator.expect(&shed("idle"), 1.0);
    third.send(GET);
    assert_eq!(third.message().status(), 429);
    let mut fourth = Peer::connect(gate.address());
    third.expect_end();
    fourth.send(GET);
    assert_eq!(fourth.message().status(), 429);

    operator.expect(&shed("requests"), 3.0);
    operator.expect(&shed("address"), 0.0);
    let four_xx = r#"{route="passthrough",status_class="4xx",fault="client"}"#;
    operator.expect(&format!("modelgate_requests_total{four_xx}"), 3.0);
    assert_eq!(operator.get("/livez").status(), 200);
}

#[test]
fn connections_of_an_address_that_has_too_many_are_counted() {
    let node = Node::start(|_| answer("200 OK", &[], b""));
    let gate = Node::gate(&[&node], &[PAGES[0], "limits.connections_per_address=1"]);
    let operator = Operator::of(&gate);
    let _one = Peer::connect(gate.address());

    (0..3).for_each(|_| drop(Peer::connect(gate.address()).expect_gone()));

    operator.expect(&shed("address"), 3.0);
}

#[test]
fn the_next_modelgate_takes_over_the_pages_of_the_one_before() {
    let node = Node::start(|_| answer("200 OK", &[], b""));
    let mut first = Node::gate(&[&node], &[PAGES[0], "reuse_port=true", "limits.drain_wait=3s"]);
    let pages = Operator::of(&first);
    let (listen, admin) =
        (format!("listen={}", first.address()), format!("admin.listen={}", pages.address()));
    let second = Node::gate(&[&node], &[&listen, &admin, "reuse_port=true"]);

    first.terminate();
    first.line("SIGTERM");
    assert_eq!(pages.readiness(), (503, "draining".to_owned()));
    assert!(first.ended().success());

    assert_eq!(Operator::of(&second).readiness().0, 200);
}
