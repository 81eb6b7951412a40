//! Requests beyond the limit.

use std::time::{Duration, Instant};

use crate::support::{Asked, Cluster, Peer, World, answer, eventually, groups};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A modelgate with one place, which is taken: by that client, at that upstream.
fn full() -> (World, Peer, Peer) {
    let world = World::with(&["limits.requests=1"]);
    let mut busy = world.client();
    busy.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    (world, busy, upstream)
}

/// Reads a refusal in OpenSearch's shape; gives whether the connection stays.
#[track_caller]
fn expect_shed(client: &mut Peer) -> bool {
    let said = client.message();
    assert_eq!(said.field("retry-after"), Some("1"), "{said:?}");
    said.expect_fault(429, "rejected_execution_exception");
    said.field("connection").is_none()
}

#[test]
fn a_request_beyond_the_limit_is_shed_and_its_connection_serves_on() {
    let (world, mut busy, mut upstream) = full();
    let mut client = world.client();

    for _ in 0..3 {
        client.send(GET);
        assert!(expect_shed(&mut client));
    }
    upstream.send(OK);
    busy.expect(OK);
    client.send(GET);
    upstream.expect(GET);
    upstream.send(OK);

    client.expect(OK);
    world.gate.line("requests are shed");
    let told = world.gate.log().matches("requests are shed").count();
    assert_eq!(told, 1);
}

#[test]
fn a_small_body_of_a_shed_request_is_skipped_whenever_it_comes() {
    let (world, mut busy, mut upstream) = full();
    let head = "POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n";
    let mut client = world.client();

    client.send([head, "GET / HTT"].concat());
    assert!(expect_shed(&mut client));
    client.send(head);
    assert!(expect_shed(&mut client));
    client.send("GET / HTT");
    client.send([head, "GET / HTT", GET].concat());
    assert!(expect_shed(&mut client));
    assert!(expect_shed(&mut client));

    upstream.send(OK);
    busy.expect(OK);
    client.send(GET);
    upstream.expect(GET);
}

#[test]
fn a_large_body_of_a_shed_request_is_not_waited_for() {
    let (world, _busy, _upstream) = full();
    for framing in [
        "Content-Length: 100000000",
        "Transfer-Encoding: chunked",
        "Content-Length: 9\r\nExpect: 100-continue",
        "Content-Length: 9\r\nConnection: close",
    ] {
        let mut client = world.client();
        client.send(format!("POST /i HTTP/1.1\r\nHost: a\r\n{framing}\r\n\r\n"));

        assert!(!expect_shed(&mut client), "{framing}");
        client.expect_end();
    }
}

#[test]
fn a_shed_head_has_no_body() {
    let (world, _busy, _upstream) = full();
    let mut client = world.client();

    client.send("HEAD /i HTTP/1.1\r\nHost: a\r\n\r\n");

    assert_eq!(client.bare_message().status(), 429);
    client.send(GET);
    assert!(expect_shed(&mut client));
}

/// Says nothing to what passes.
fn only_groups(asked: &Asked) -> Vec<u8> {
    if asked.head.starts_with("GET /busy") {
        std::thread::sleep(Duration::from_secs(60));
    }
    if asked.head.starts_with("GET /i") { answer("200 OK", &[], b"") } else { groups(asked) }
}

#[test]
fn model_groups_and_the_pages_are_answered_while_others_are_shed() {
    let cluster = Cluster::start(only_groups);
    let settings = ["limits.requests=4", "runtime.threads=1", "identity.source=none"];
    let gate = cluster.gate(&settings);
    let mut busy: Vec<Peer> = (0..4).map(|_| Peer::connect(gate.address())).collect();
    for client in &mut busy {
        client.send("GET /busy HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    eventually("all places are taken", || cluster.heard("GET /busy").len() == 4);
    let mut client = Peer::connect(gate.address());

    for _ in 0..20 {
        client.send(GET);
        assert!(expect_shed(&mut client));
        client.send("GET /_plugins/_ml/model_groups/g1 HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.message().status(), 200);
    }
}

#[test]
fn model_groups_alone_have_a_limit_too() {
    let world = World::with(&["limits.requests=1"]);
    let get = "GET /_plugins/_ml/model_groups/g1 HTTP/1.1\r\nHost: a\r\n\r\n";
    let mut clients: Vec<Peer> = (0..17).map(|_| world.client()).collect();
    let _waiting: Vec<Peer> = clients
        .iter_mut()
        .map(|client| {
            client.send(get);
            world.accept()
        })
        .collect();

    let mut one_more = world.client();
    one_more.send(get);

    expect_shed(&mut one_more);
}

#[test]
fn a_body_that_trickles_has_a_deadline() {
    let world = World::with(&["limits.body_deadline=400ms"]);
    for head in ["POST /i HTTP/1.1\r\n", "GET /i HTTP/1.1\r\n"] {
        let mut client = world.client();
        let start = Instant::now();
        client.send(format!("{head}Host: a\r\nContent-Length: 1000\r\n\r\n"));
        while start.elapsed() < Duration::from_millis(300) {
            client.send_in_vain("x");
            std::thread::sleep(Duration::from_millis(20));
        }

        client.message().expect_fault(408, "request_timeout_exception");

        assert!(start.elapsed() >= Duration::from_millis(400), "{:?}", start.elapsed());
        assert_eq!(client.expect_gone(), b"");
    }
}
