//! Bodies and headers beyond what was configured.

use std::io::Write;

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};

use crate::support::World;

const PATH: &str = "/_plugins/_ml/model_groups/_register";

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
    coder.write_all(body).unwrap();
    coder.finish().unwrap()
}

fn deflate(body: &[u8]) -> Vec<u8> {
    let mut coder = ZlibEncoder::new(Vec::new(), Compression::fast());
    coder.write_all(body).unwrap();
    coder.finish().unwrap()
}

/// A register request with these framing and coding lines.
fn register(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{fields}\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn with_length(fields: &str, body: &[u8]) -> Vec<u8> {
    register(&format!("{fields}Content-Length: {}\r\n", body.len()), body)
}

fn chunked(fields: &str, body: &[u8], size: usize) -> Vec<u8> {
    let mut coded = Vec::new();
    for chunk in body.chunks(size) {
        coded.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        coded.extend_from_slice(chunk);
        coded.extend_from_slice(b"\r\n");
    }
    coded.extend_from_slice(b"0\r\n\r\n");
    register(&format!("{fields}Transfer-Encoding: chunked\r\n"), &coded)
}

/// A name with blanks behind it, so that the whole body has that length.
fn body_of(length: usize) -> Vec<u8> {
    let mut body = br#"{"name": 5, "#.to_vec();
    body.resize(length - 1, b' ');
    body.push(b'}');
    body
}

#[track_caller]
fn is_a_413(world: &World, request: &[u8]) {
    let mut client = world.client();
    client.send_in_vain(request);

    client.message().expect_fault(413, "content_too_long_exception");
}

#[test]
fn a_body_over_the_limit_is_a_413_however_it_comes() {
    let world = World::with(&["limits.body=4kb"]);
    let long = body_of(4097);

    is_a_413(&world, &with_length("", &long));
    is_a_413(&world, &with_length("", &body_of(1 << 20)));
    is_a_413(&world, &register("Content-Length: 9000000000000000000\r\n", b""));
    is_a_413(&world, &chunked("", &long, 4097));
    is_a_413(&world, &chunked("", &long, 1));
    is_a_413(&world, &chunked("", &body_of(1 << 20), 1000));
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_small_body_that_inflates_over_the_limit_is_a_413() {
    let world = World::with(&["limits.body=1mb", "runtime.threads=1"]);
    let bomb = vec![b' '; 32 << 20];
    let peak = world.gate.memory("VmHWM");

    for (coding, coded) in [("gzip", gzip(&bomb)), ("deflate", deflate(&bomb))] {
        assert!(coded.len() < 1 << 20);
        is_a_413(&world, &with_length(&format!("Content-Encoding: {coding}\r\n"), &coded));
    }

    let grown = world.gate.memory("VmHWM") - peak;
    assert!(grown < 16 * 1024, "{grown} KiB for a bomb");
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_body_at_the_limit_is_read() {
    let world = World::with(&["limits.body=4kb"]);
    let body = body_of(4096);

    for request in [
        with_length("", &body),
        chunked("", &body, 4096),
        chunked("", &body, 100),
        with_length("Content-Encoding: gzip\r\n", &gzip(&body)),
        with_length("Content-Encoding: deflate\r\n", &deflate(&body)),
    ] {
        let mut client = world.client();
        client.send(request);

        let answer = client.message();
        assert_eq!(answer.status(), 400, "{answer:?}");
        assert!(answer.text().contains("parsing") || answer.text().contains("json"), "{answer:?}");
    }
}

#[test]
fn who_asks_first_is_refused_before_a_byte_of_the_body() {
    let world = World::with(&["limits.body=4kb"]);
    let mut client = world.client();

    client.send(register("Expect: 100-continue\r\nContent-Length: 5000\r\n", b""));

    client.message().expect_fault(413, "content_too_long_exception");
    client.expect_end();
}

#[test]
fn who_asks_first_is_asked_for_a_body_within_the_limit() {
    let world = World::start();
    let mut client = world.client();

    client.send(register("Expect: 100-continue\r\nContent-Length: 2\r\n", b""));
    client.expect("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("[]");

    assert_eq!(client.message().status(), 400);
    client.send(with_length("", b"[]"));
    assert_eq!(client.message().status(), 400);
}

#[test]
fn an_old_client_is_asked_for_nothing() {
    let world = World::start();
    let mut client = world.client();
    let request = with_length("Expect: 100-continue\r\n", b"[]");
    let request = String::from_utf8(request).unwrap().replace("HTTP/1.1", "HTTP/1.0");
    let (head, body) = request.split_at(request.len() - 2);

    client.send(head);
    client.expect_silence(std::time::Duration::from_millis(200));
    client.send(body);

    assert_eq!(client.message().status(), 400);
    client.expect_end();
}

#[test]
fn what_is_passed_on_has_no_limit() {
    let world = World::with(&["limits.body=1kb"]);
    let body = "a".repeat(100_000);
    let request = format!("POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n{body}");

    world.exchange(
        request.as_bytes(),
        request.as_bytes(),
        b"HTTP/1.1 204 No\r\n\r\n",
        b"HTTP/1.1 204 No\r\n\r\n",
    );
}

#[test]
fn headers_over_the_configured_limits_are_a_431() {
    let world = World::with(&["limits.headers=1kb", "limits.header_count=4"]);
    let line = |length: usize| format!("X: {}\r\n", "a".repeat(length - 5));
    let bare = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n".len();
    let fits = format!("GET /i HTTP/1.1\r\nHost: a\r\n{}\r\n", line(1024 - bare));

    for fields in [line(1025 - bare), line(5000), "X: y\r\n".repeat(4)] {
        let mut client = world.client();
        client.send(format!("GET /i HTTP/1.1\r\nHost: a\r\n{fields}\r\n"));
        client.message().expect_fault(431, "too_long_http_header_exception");
        client.expect_end();
    }
    world.exchange(
        fits.as_bytes(),
        fits.as_bytes(),
        b"HTTP/1.1 204 No\r\n\r\n",
        b"HTTP/1.1 204 No\r\n\r\n",
    );
}
