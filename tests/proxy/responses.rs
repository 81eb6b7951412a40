//! Answers reach the client as they came.

use crate::support::{World, noise};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

/// The answer to a `GET` comes back byte for byte.
#[track_caller]
fn comes_back(world: &World, answer: impl AsRef<[u8]>) {
    world.exchange(GET.as_bytes(), GET.as_bytes(), answer.as_ref(), answer.as_ref());
}

/// The answer to a `GET` comes back as these bytes.
#[track_caller]
fn becomes(world: &World, answer: impl AsRef<[u8]>, told: impl AsRef<[u8]>) {
    world.exchange(GET.as_bytes(), GET.as_bytes(), answer.as_ref(), told.as_ref());
}

#[test]
fn any_status_comes_back() {
    let world = World::start();

    for status in [200, 201, 206, 226, 299, 300, 302, 400, 401, 404, 418, 429, 500, 503, 599, 999] {
        comes_back(&world, format!("HTTP/1.1 {status} Said\r\nContent-Length: 2\r\n\r\nhi"));
    }
}

#[test]
fn reason_phrases_come_back_whatever_they_are() {
    let world = World::start();

    for line in [
        &b"HTTP/1.1 200 OK"[..],
        b"HTTP/1.1 200 ",
        b"HTTP/1.1 200",
        b"HTTP/1.1 200  Two  blanks ",
        b"HTTP/1.1 200 \tTab\t",
        b"HTTP/1.1 200 Gar\xE7on",
        "HTTP/1.1 404 見つからない".as_bytes(),
    ] {
        comes_back(&world, [line, b"\r\nContent-Length: 2\r\n\r\nhi"].concat());
    }
}

#[test]
fn headers_keep_their_case_order_repeats_and_spacing() {
    let world = World::start();

    comes_back(
        &world,
        b"HTTP/1.1 200 OK\r\nset-Cookie: a=1\r\nX:  y \r\nSet-Cookie: b\r\nEmpty:\r\nx:\tz\r\n\
          WARNING: 299 OpenSearch \"x\"\r\nLatin: \xE9\r\ncontent-LENGTH: 2\r\n\r\nhi",
    );
}

#[test]
fn fields_of_the_upstreams_connection_do_not_come_back() {
    let world = World::start();

    for fields in [
        "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n",
        "Connection: X-Hop\r\nX-Hop: 1\r\n",
        "Proxy-Connection: close\r\n",
        "Upgrade: h2c\r\nConnection: Upgrade\r\n",
        "Connection: close\r\n",
    ] {
        becomes(
            &world,
            format!("HTTP/1.1 200 OK\r\nA: 1\r\n{fields}Content-Length: 2\r\nB: 2\r\n\r\nhi"),
            "HTTP/1.1 200 OK\r\nA: 1\r\nContent-Length: 2\r\nB: 2\r\n\r\nhi",
        );
    }
}

#[test]
fn chunks_come_back_as_they_were_cut_with_extensions_and_trailers() {
    let world = World::start();

    comes_back(
        &world,
        "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n\
         1;a=b\r\nh\r\n0000A;q=\"x y\"\r\n0123456789\r\n000\r\nX-Sum:  9 \r\ny:\r\n\r\n",
    );
}

#[test]
fn binary_and_compressed_bodies_are_not_looked_into() {
    let world = World::start();
    let body = [&[0x1F, 0x8B, 8, 0, b'\r', b'\n', b'0', b'\r', b'\n'][..], &noise(70_000)].concat();
    let length = body.len();

    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n\
         Content-Length: {length}\r\n\r\n"
    );
    comes_back(&world, [head.as_bytes(), &body].concat());
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n";
    let size = format!("{length:X}\r\n");
    comes_back(&world, [head.as_bytes(), size.as_bytes(), &body, b"\r\n0\r\n\r\n"].concat());
}

#[test]
fn answers_without_a_body_leave_the_connection_for_the_next() {
    let world = World::start();

    for (method, answer) in [
        ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"),
        ("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ("HEAD", "HTTP/1.1 404 Not Found\r\n\r\n"),
        ("GET", "HTTP/1.1 204 No Content\r\n\r\n"),
        ("DELETE", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
        ("GET", "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 77\r\n\r\n"),
    ] {
        let request = format!("{method} /i HTTP/1.1\r\nHost: a\r\n\r\n");
        let next = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";
        let mut client = world.client();

        client.send(&request);
        let mut upstream = world.accept();
        upstream.expect(&request);
        upstream.send(answer);
        client.expect(answer);
        client.send(GET);
        upstream.expect(GET);
        upstream.send(next);
        client.expect(next);
    }
}

#[test]
fn interim_answers_come_back_before_the_final_one() {
    let world = World::start();

    for interim in [
        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ] {
        comes_back(&world, format!("{interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    }
}

#[test]
fn an_interim_answer_does_not_wait_for_the_final_one() {
    let world = World::start();
    let mut client = world.client();

    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    client.expect("HTTP/1.1 103 Early Hints\r\n\r\n");
    upstream.send("HTTP/1.1 204 No Content\r\n\r\n");

    client.expect("HTTP/1.1 204 No Content\r\n\r\n");
}

#[test]
fn an_answer_that_ends_with_its_connection_is_read_to_that_end() {
    let world = World::start();
    let mut client = world.client();

    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 200 OK\r\nA: 1\r\n\r\nfirst");
    client.expect("HTTP/1.1 200 OK\r\nA: 1\r\nConnection: close\r\n\r\nfirst");
    upstream.send(" and last");
    drop(upstream);

    client.expect(" and last");
    client.expect_end();
}

#[test]
fn an_old_upstream_is_understood_and_its_connection_not_used_again() {
    let world = World::start();
    let mut client = world.client();

    for _ in 0..2 {
        client.send(GET);
        let mut upstream = world.accept();
        upstream.expect(GET);
        upstream.send("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        upstream.expect_end();
    }
}

#[test]
fn an_answer_that_comes_byte_by_byte_comes_back_whole() {
    let world = World::start();
    let answer = "HTTP/1.1 200 Said so\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n\
                  3;x\r\nabc\r\n0\r\nT: 1\r\n\r\n";
    let mut client = world.client();

    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send_bytewise(answer);

    client.expect(answer);
}

#[test]
fn each_piece_of_an_answer_goes_on_when_it_comes() {
    let world = World::start();
    let mut client = world.client();

    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);

    for piece in ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "a", "b", "c", "d"] {
        upstream.send(piece);
        client.expect(piece);
    }
}
