//! Chunked bodies that break the grammar.

use super::SMUGGLED;
use crate::support::World;

fn post(body: &[u8]) -> Vec<u8> {
    let head = b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    [&head[..], body, SMUGGLED.as_bytes()].concat()
}

/// Refused before a byte of it goes on: the upstream's connection was made in vain.
#[track_caller]
fn refused(world: &World, payload: Vec<u8>, status: u16, kind: &str) {
    let mut client = world.client();
    client.send(payload);

    client.message().expect_fault(status, kind);
    client.expect_end();
    world.accept().expect_end();
    world.serves_and_sent_nothing_else();
}

#[track_caller]
fn all_refused_at_once(bodies: &[&[u8]]) {
    let world = World::start();
    for body in bodies {
        println!("{}", body.escape_ascii());
        refused(&world, post(body), 400, "illegal_argument_exception");
    }
}

#[test]
fn a_size_that_is_no_plain_hexadecimal_number_is_refused() {
    all_refused_at_once(&[
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"5 \r\nhello\r\n0\r\n\r\n",
        b"5\t\r\nhello\r\n0\r\n\r\n",
        b"5h\r\nhello\r\n0\r\n\r\n",
        b"5_0\r\nhello\r\n0\r\n\r\n",
        b"\r\nhello\r\n0\r\n\r\n",
        b";a\r\nhello\r\n0\r\n\r\n",
        b"\xEF\xBC\x95\r\nhello\r\n0\r\n\r\n",
        b"10000000000000005\r\nhello\r\n0\r\n\r\n",
        b"FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
        b"8000000000000000\r\nhello\r\n0\r\n\r\n",
        b"00000000000000005\r\nhello\r\n0\r\n\r\n",
    ]);
}

#[test]
fn a_line_that_does_not_end_in_both_its_bytes_is_refused() {
    all_refused_at_once(&[
        b"5\nhello\n0\n\n",
        b"5\nhello\r\n0\r\n\r\n",
        b"5\rhello\r\n0\r\n\r\n",
        b"5\r\r\nhello\r\n0\r\n\r\n",
        b"5;a\nhello\r\n0\r\n\r\n",
        b"5;a\rb\r\nhello\r\n0\r\n\r\n",
        b"5;a\0\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\n0\r\n\r\n",
        b"5\r\nhello\r0\r\n\r\n",
        b"5\r\nhello0\r\n\r\n",
        b"3\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\n\n",
        b"5\r\nhello\r\n0\n\r\n",
    ]);
}

#[test]
fn a_trailer_that_would_change_how_the_message_is_read_is_refused() {
    all_refused_at_once(&[
        b"0\r\nContent-Length: 9\r\n\r\n",
        b"0\r\ntransfer-encoding: chunked\r\n\r\n",
        b"0\r\nHost: b\r\n\r\n",
        b"0\r\nAuthorization: Basic eA==\r\n\r\n",
        b"0\r\nCookie: a\r\n\r\n",
        b"0\r\nConnection: close\r\n\r\n",
        b"0\r\nX: y\r\nContent-Type: a\r\n\r\n",
        b"0\r\nContent-Encoding: gzip\r\n\r\n",
        b"0\r\nTrailer: x\r\n\r\n",
        b"0\r\nX : y\r\n\r\n",
        b"0\r\n X: y\r\n\r\n",
        b"0\r\nX: y\n\r\n",
        b"0\r\nX: y\r\n folded\r\n\r\n",
        b"0\r\nX\r\n\r\n",
        b"0\r\n: y\r\n\r\n",
        b"0\r\nX: \0\r\n\r\n",
    ]);
}

#[test]
fn an_endless_extension_is_refused() {
    let world = World::start();
    let extension = format!("5;{}\r\nhello\r\n0\r\n\r\n", "a".repeat(300));

    refused(&world, post(extension.as_bytes()), 400, "illegal_argument_exception");
}

#[test]
fn endless_trailers_are_refused_and_the_request_never_ends() {
    let world = World::start();
    let mut client = world.client();

    client.send(post(format!("0\r\nX: {}\r\n\r\n", "a".repeat(100_000)).as_bytes()));

    client.message().expect_fault(431, "too_long_http_header_exception");
    client.expect_end();
    let heard = world.accept().expect_gone();
    assert!(!heard.ends_with(b"\r\n\r\n") || heard.len() < 100, "{}", heard.escape_ascii());
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_body_that_turns_bad_on_its_way_ends_both_connections() {
    let world = World::start();
    let good = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";

    for bad in ["0x5\r\nhello\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n", "0\r\nHost: b\r\n\r\n"] {
        let mut client = world.client();
        client.send(good);
        let mut upstream = world.accept();
        upstream.expect(good);
        client.send([bad, SMUGGLED].concat());

        client.message().expect_fault(400, "illegal_argument_exception");
        client.expect_end();
        assert_eq!(upstream.expect_gone(), b"");
        world.serves_and_sent_nothing_else();
    }
}
