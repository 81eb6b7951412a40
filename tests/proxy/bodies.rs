//! Bodies of requests reach the cluster as they came, piece by piece.

use flate2::{Compression, write::GzEncoder};
use std::io::Write;

use crate::support::{World, noise};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// The request goes on byte for byte.
#[track_caller]
fn passes(world: &World, request: impl AsRef<[u8]>) {
    let request = request.as_ref();
    world.exchange(request, request, OK.as_bytes(), OK.as_bytes());
}

fn post(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /i/_doc HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    [head.as_bytes(), body].concat()
}

#[test]
fn a_body_of_a_length_goes_on_as_it_is() {
    let world = World::start();

    passes(&world, post("Content-Length: 0\r\n", b""));
    passes(&world, post("content-length:   5  \r\n", b"hello"));
    passes(&world, post("Content-Length: 005\r\n", b"\r\n\r\n\0"));
    passes(&world, post("Content-Length: 70000\r\n", &noise(70_000)));
}

#[test]
fn a_get_may_have_a_body() {
    let world = World::start();

    passes(
        &world,
        "GET /i/_search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\n\r\n{}",
    );
}

#[test]
fn chunks_go_on_as_they_were_cut_with_extensions_and_trailers() {
    let world = World::start();

    for body in [
        &b"0\r\n\r\n"[..],
        b"5\r\nhello\r\n0\r\n\r\n",
        b"1\r\nh\r\n4\r\nello\r\n000\r\n\r\n",
        b"5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\n",
        b"a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\nx-sUM:\t2 \r\ny:\r\n\r\n",
        b"7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
    ] {
        passes(&world, post("Transfer-Encoding: chunked\r\n", body));
        passes(&world, post("Trailer: X-Sum\r\ntransfer-encoding: CHUNKED\r\n", body));
    }
}

#[test]
fn large_chunks_go_on_whole() {
    let world = World::start();
    let body = noise(0x30_000);

    let coded = [b"30000\r\n", &body[..], b"\r\n0\r\n\r\n"].concat();

    passes(&world, post("Transfer-Encoding: chunked\r\n", &coded));
}

#[test]
fn compressed_bodies_are_not_looked_into() {
    let world = World::start();
    let mut coder = GzEncoder::new(Vec::new(), Compression::default());
    coder.write_all(&noise(1000)).unwrap();
    let coded = coder.finish().unwrap();

    let fields = format!("Content-Encoding: gzip\r\nContent-Length: {}\r\n", coded.len());

    passes(&world, post(&fields, &coded));
    passes(&world, post("Content-Encoding: gzip\r\nContent-Length: 7\r\n", b"no gzip"));
}

#[test]
fn a_body_passes_each_piece_when_it_comes() {
    let world = World::start();
    let mut client = world.client();

    for (fields, body) in [
        ("Content-Length: 5\r\n", "hello"),
        ("Transfer-Encoding: chunked\r\n", "5;x=\"y\"\r\nhello\r\n0\r\nT: 1\r\n\r\n"),
    ] {
        let head = post(fields, b"");
        client.send(&head);
        let mut upstream = world.accept();
        upstream.expect(&head);
        for byte in body.as_bytes().chunks(1) {
            client.send(byte);
            upstream.expect(byte);
        }
        upstream.send(OK);
        client.expect(OK);
    }
}

#[test]
fn a_slow_reader_gets_all_of_a_long_answer() {
    let world = World::start();
    let body = noise(8 << 20);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let mut client = crate::support::Peer::connect_narrow(world.gate.address());

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut upstream = world.accept();
    upstream.expect("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let sending = std::thread::spawn({
        let whole = [head.as_bytes(), &body].concat();
        move || upstream.send(whole)
    });

    client.expect(&head);
    for piece in body.chunks(10_000) {
        assert!(client.take(piece.len()) == piece);
    }
    sending.join().unwrap();
}
