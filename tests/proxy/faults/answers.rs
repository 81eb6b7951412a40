//! Clusters that fail in the middle, or answer what is no HTTP.

use crate::support::{Peer, World};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

/// A client that asked, and the connection on which it was heard.
fn asked(world: &World) -> (Peer, Peer) {
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    (client, upstream)
}

/// What is no answer becomes a 502, and the connection is not used again.
#[track_caller]
fn is_a_502(world: &World, answer: &[u8]) {
    let (mut client, mut upstream) = asked(world);
    upstream.send(answer);

    client.message().expect_fault(502, "connection_closed_exception");
    client.expect_end();
    upstream.expect_gone();
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_cluster_that_closes_before_it_answers_is_a_502() {
    let world = World::start();

    for part in ["", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"] {
        let (mut client, mut upstream) = asked(&world);
        upstream.send(part);
        drop(upstream);

        client.message().expect_fault(502, "connection_closed_exception");
        client.expect_end();
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn a_cluster_that_resets_is_a_502() {
    let world = World::start();
    let (mut client, upstream) = asked(&world);

    upstream.reset();

    client.message().expect_fault(502, "connection_closed_exception");
    client.expect_end();
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_cluster_that_closes_after_an_interim_answer_is_a_502() {
    let world = World::start();
    let (mut client, mut upstream) = asked(&world);

    upstream.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    drop(upstream);

    client.expect("HTTP/1.1 103 Early Hints\r\n\r\n");
    client.message().expect_fault(502, "connection_closed_exception");
    client.expect_end();
}

#[test]
fn a_body_that_is_cut_never_looks_whole() {
    let world = World::start();

    for (answer, told) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", ""),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "hello"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhel"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\nX: 1\r\n"),
    ] {
        let (mut client, mut upstream) = asked(&world);
        upstream.send([answer, told].concat());
        drop(upstream);

        client.expect([answer, told].concat());
        assert_eq!(client.expect_gone(), b"");
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn an_answer_that_ends_with_its_connection_and_is_reset_is_reset() {
    let world = World::start();
    let (mut client, mut upstream) = asked(&world);

    upstream.send("HTTP/1.1 200 OK\r\n\r\nhello");
    client.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    upstream.reset();

    client.expect_reset();
    world.serves_and_sent_nothing_else();
}

#[test]
fn an_answer_whose_end_is_never_seen_is_reset() {
    let world = World::with(&["upstream.body_timeout=300ms"]);
    let (mut client, mut upstream) = asked(&world);

    upstream.send("HTTP/1.1 200 OK\r\n\r\nhello");
    client.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");

    client.expect_reset();
    upstream.expect_gone();
}

#[test]
fn chunks_that_are_cut_on_the_way_to_an_old_client_are_a_reset() {
    let world = World::start();
    let mut client = world.client();

    for rest in ["", "0\r\n", "x\r\n"] {
        client.send("GET /i HTTP/1.0\r\nHost: a\r\n\r\n");
        let mut upstream = world.accept();
        upstream.expect(GET);
        upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        client.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
        upstream.send(rest);
        drop(upstream);

        client.expect_reset();
        client = world.client();
    }
}

#[test]
fn chunks_that_turn_bad_end_the_answer_without_an_end() {
    let world = World::start();

    for bad in ["x\r\n", "5 \r\nhello\r\n0\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n"] {
        let (mut client, mut upstream) = asked(&world);
        let good = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
        upstream.send(good);
        client.expect(good);
        upstream.send(bad);

        assert_eq!(client.expect_gone(), b"");
        upstream.expect_gone();
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn what_is_no_answer_is_a_502() {
    let world = World::start();

    for answer in [
        &b"garbage\r\n\r\n"[..],
        b"\x15\x03\x01\x00\x02\x02\x46",
        b"<html>no</html>\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nhi",
        b"HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nX Y: z\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX : z\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    ] {
        println!("{}", answer.escape_ascii());
        is_a_502(&world, answer);
    }
}

#[test]
fn an_answer_that_can_be_framed_in_two_ways_is_a_502() {
    let world = World::start();

    for fields in [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: 2\r\nContent-Length: 2\r\n",
        "Content-Length: 2, 2\r\n",
        "Content-Length: +2\r\n",
        "Content-Length:\r\n",
        "Content-Length: 9223372036854775808\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 2\r\nConnection: Content-Length\r\n",
    ] {
        println!("{fields}");
        is_a_502(&world, format!("HTTP/1.1 200 OK\r\n{fields}\r\nhi").as_bytes());
    }
    is_a_502(&world, b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
}

#[test]
fn a_head_without_end_is_a_502() {
    let world = World::start();
    let long = format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(200_000));
    let many: String = (0..300).map(|number| format!("x-{number}: y\r\n")).collect();

    is_a_502(&world, long.as_bytes());
    is_a_502(&world, format!("HTTP/1.1 200 OK\r\n{many}\r\n").as_bytes());
}

#[test]
fn as_much_head_as_opensearch_ever_sends_comes_back() {
    let world = World::start();
    let answer =
        format!("HTTP/1.1 200 OK\r\nWarning: {}\r\nContent-Length: 0\r\n\r\n", "a".repeat(60_000));

    let (mut client, mut upstream) = asked(&world);
    upstream.send(&answer);

    client.expect(&answer);
}
