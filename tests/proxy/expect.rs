//! `Expect: 100-continue`: whoever asks first is answered by the cluster.

use crate::support::World;

const HEAD: &str =
    "PUT /i/_doc/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
const CHUNKED: &str = "PUT /i/_doc/1 HTTP/1.1\r\nHost: a\r\nexpect: 100-Continue\r\nTransfer-Encoding: chunked\r\n\r\n";
const CONTINUE: &str = "HTTP/1.1 100 Continue\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn a_body_that_the_cluster_asks_for_goes_on() {
    let world = World::start();
    let mut client = world.client();

    for (head, body) in [(HEAD, "hello"), (CHUNKED, "5\r\nhello\r\n0\r\n\r\n")] {
        client.send(head);
        let mut upstream = world.accept();
        upstream.expect(head);
        upstream.send(CONTINUE);
        client.expect(CONTINUE);
        client.send(body);
        upstream.expect(body);
        upstream.send(OK);
        client.expect(OK);
    }
}

#[test]
fn modelgate_asks_for_no_body_by_itself() {
    let world = World::start();
    let mut client = world.client();

    client.send(HEAD);
    let mut upstream = world.accept();
    upstream.expect(HEAD);

    client.expect_silence(std::time::Duration::from_millis(200));
    upstream.send(CONTINUE);
    client.expect(CONTINUE);
}

#[test]
fn a_body_that_does_not_wait_to_be_asked_for_goes_on() {
    let world = World::start();
    let mut client = world.client();

    client.send(HEAD);
    client.send("hello");
    let mut upstream = world.accept();
    upstream.expect(HEAD);
    upstream.expect("hello");
    upstream.send(OK);

    client.expect(OK);
}

#[test]
fn a_refused_body_is_not_read_as_a_request() {
    let world = World::start();
    let mut client = world.client();

    client.send(HEAD);
    let mut upstream = world.accept();
    upstream.expect(HEAD);
    upstream.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    client.expect("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    client.send_in_vain("GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

    assert_eq!(client.expect_gone(), b"");
    upstream.expect_end();
    world.serves_and_sent_nothing_else();
}

#[test]
fn who_was_asked_for_a_body_and_is_refused_then_is_told_of_the_close() {
    let world = World::start();
    let mut client = world.client();

    client.send(HEAD);
    let mut upstream = world.accept();
    upstream.expect(HEAD);
    upstream.send(CONTINUE);
    client.expect(CONTINUE);
    client.send("he");
    upstream.expect("he");
    upstream.send("HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    drop(upstream);

    client.expect("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.expect_end();
}

#[test]
fn an_old_client_is_never_asked() {
    let world = World::start();
    let mut client = world.client();

    client.send(
        "PUT /i/_doc/1 HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    let mut upstream = world.accept();
    upstream.expect(HEAD);
    upstream.send(CONTINUE);
    client.send("hello");
    upstream.expect("hello");
    upstream.send(OK);

    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    client.expect_end();
}

#[test]
fn other_expectations_are_refused() {
    let world = World::start();

    for fields in [
        "Expect: miracles\r\n",
        "Expect: 100-continue, more\r\n",
        "Expect: 100-continue\r\nExpect: more\r\n",
        "Expect:\r\n",
    ] {
        let mut client = world.client();
        client.send(format!("GET /i HTTP/1.1\r\nHost: a\r\n{fields}\r\n"));

        client.message().expect_fault(417, "illegal_argument_exception");
        client.expect_end();
    }
    world.serves_and_sent_nothing_else();
}
