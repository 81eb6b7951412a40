//! Where a body ends.

use super::{SMUGGLED, all_refused, goes_on, refused};
use crate::support::World;

/// A `POST` with these header lines and this body.
fn post(fields: &str, body: &str) -> String {
    format!("POST /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n{body}")
}

#[track_caller]
fn all_of_these_fields_are_refused(body: &str, cases: &[&str]) {
    let world = World::start();
    for fields in cases {
        println!("{}", fields.escape_debug());
        refused(&world, post(fields, body), 400);
    }
}

#[test]
fn both_framings_at_once_are_refused() {
    let body = format!("0\r\n\r\n{SMUGGLED}");

    all_of_these_fields_are_refused(
        &body,
        &[
            "Content-Length: 40\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n",
            "Content-Length: 0\r\nTransfer-Encoding: identity\r\n",
            "content-length: 5\r\nX: y\r\nTRANSFER-ENCODING: Chunked\r\n",
        ],
    );
}

#[test]
fn more_than_one_length_is_refused() {
    all_of_these_fields_are_refused(
        "hello",
        &[
            "Content-Length: 3\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 0\r\nContent-Length: 0\r\n",
            "Content-Length: 5\r\nX: y\r\ncontent-length: 5\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: 5,\r\n",
            "Content-Length: ,5\r\n",
        ],
    );
}

#[test]
fn a_length_that_is_no_plain_number_is_refused() {
    all_of_these_fields_are_refused(
        "hello",
        &[
            "Content-Length: +5\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: -0\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 5_0\r\n",
            "Content-Length: 5.0\r\n",
            "Content-Length: 5e0\r\n",
            "Content-Length: 5;a\r\n",
            "Content-Length: \"5\"\r\n",
            "Content-Length: 5 5\r\n",
            "Content-Length: \u{665}\r\n",
            "Content-Length: \r\n",
            "Content-Length:\r\n",
            "Content-Length: 9223372036854775808\r\n",
            "Content-Length: 18446744073709551621\r\n",
            "Content-Length: 99999999999999999999999999\r\n",
        ],
    );
}

#[test]
fn any_transfer_encoding_but_one_chunked_is_refused() {
    all_of_these_fields_are_refused(
        "0\r\n\r\n",
        &[
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunkedx\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding: identity, chunked\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: chunked,\r\n",
            "Transfer-Encoding: ,chunked\r\n",
            "Transfer-Encoding: \"chunked\"\r\n",
            "Transfer-Encoding: chunked;q=1\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: \r\n",
            "Transfer-Encoding: \u{b}chunked\r\n",
            "Transfer-Encoding: \u{a0}chunked\r\n",
            "Transfer-Encoding: chunKed\u{212a}\r\n",
        ],
    );
}

#[test]
fn a_framing_header_that_is_written_oddly_is_refused() {
    all_of_these_fields_are_refused(
        "0\r\n\r\n",
        &[
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding\t: chunked\r\n",
            " Transfer-Encoding: chunked\r\n",
            "\tTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding:\r\n chunked\r\n",
            "Transfer-Encoding: chunked\r\n ,identity\r\n",
            "X: y\r\n Content-Length: 5\r\n",
            "Content-Length : 5\r\n",
            "Content-Length\0: 5\r\n",
            "Content-Length: 5\0\r\n",
            "X: y\rTransfer-Encoding: chunked\r\n",
            "X: y\nTransfer-Encoding: chunked\r\n",
            "X: y\n\rTransfer-Encoding: chunked\r\n",
            "Transfer Encoding: chunked\r\n",
            "Transfer-Encoding\r\n",
            ": chunked\r\n",
        ],
    );
}

#[test]
fn connection_cannot_take_the_framing_off() {
    all_of_these_fields_are_refused(
        "hello",
        &[
            "Content-Length: 5\r\nConnection: Content-Length\r\n",
            "Content-Length: 5\r\nConnection: close, content-length\r\n",
            "Transfer-Encoding: chunked\r\nConnection: Transfer-Encoding\r\n",
        ],
    );
}

#[test]
fn http_1_0_has_no_chunked_bodies() {
    all_refused(&[
        b"POST /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /x HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\
          Content-Length: 5\r\n\r\n0\r\n\r\n",
    ]);
}

#[test]
fn a_body_that_looks_like_a_request_is_a_body() {
    let world = World::start();
    let length = SMUGGLED.len();

    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "POST"] {
        let request =
            format!("{method} /x HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        let mut client = world.client();
        client.send([&request, SMUGGLED].concat());
        let mut upstream = world.accept();
        upstream.expect([&request, SMUGGLED].concat());
        upstream.send("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
        client.expect("HTTP/1.1 204 No\r\n\r\n");
        upstream.expect_end();
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn look_alikes_of_framing_headers_frame_nothing() {
    let world = World::start();

    for fields in [
        "Content-Length: 5\r\nTransfer_Encoding: chunked\r\n",
        "Content-Length: 5\r\nX-Transfer-Encoding: chunked\r\n",
        "Content-Length: 5\r\nContent_Length: 9\r\n",
        "Content-Length: 5 \r\nContent-Encoding: chunked\r\n",
        "Content-Length: 05\r\n",
    ] {
        goes_on(&world, post(fields, "hello"), post(fields, "hello"));
    }
    goes_on(
        &world,
        post("Content-Length: 5\r\nTE: chunked\r\n", "hello"),
        post("Content-Length: 5\r\n", "hello"),
    );
    let tab = post("Transfer-Encoding:\tchunked\t\r\n", "0\r\n\r\n");
    goes_on(&world, &tab, &tab);
}

#[test]
fn an_upgrade_goes_no_further_and_opens_no_tunnel() {
    let world = World::start();

    for fields in [
        "Connection: Upgrade\r\nUpgrade: foo\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n",
        "Connection: upgrade\r\nUpgrade: websocket\r\n",
    ] {
        let mut client = world.client();
        client.send(format!("GET /x HTTP/1.1\r\nHost: a\r\n{fields}\r\n{SMUGGLED}"));
        let mut upstream = world.accept();
        upstream.expect("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: foo\r\n\r\n");
        client.message().expect_fault(502, "connection_closed_exception");
        client.expect_end();
        upstream.expect_end();
        world.serves_and_sent_nothing_else();
    }
}
