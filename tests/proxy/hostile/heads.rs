//! Start lines, hosts and headers.

use super::{all_refused, goes_on, refused};
use crate::support::World;

#[test]
fn bytes_that_are_no_request_are_refused() {
    all_refused(&[
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\x01\x02\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\xFF\xFE\r\n\r\n",
        b"hello\r\n\r\n",
        b"{\"query\": {}}\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"GET /x\r\n\r\n",
        b"GET\r\n\r\n",
        b" GET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    ]);
}

#[test]
fn other_versions_are_refused() {
    all_refused(&[
        b"GET /x HTTP/1.2\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/0.9\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.10\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/01.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1x\r\nHost: a\r\n\r\n",
        b"GET /x http/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1,1\r\nHost: a\r\n\r\n",
        b"GET /x HTTPS/1.1\r\nHost: a\r\n\r\n",
    ]);
}

#[test]
fn a_start_line_that_can_be_cut_otherwise_is_refused() {
    all_refused(&[
        b"GET  /x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x  HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1 \r\nHost: a\r\n\r\n",
        b"GET\t/x\tHTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x y HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x\ty HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x\0 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x\x7f HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x\rHTTP/1.1\r\nHost: a\r\n\r\n",
        b"G(T /x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"G\xC3\xA9T /x HTTP/1.1\r\nHost: a\r\n\r\n",
    ]);
}

#[test]
fn a_target_that_is_no_path_is_refused() {
    all_refused(&[
        b"GET http://b/x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET _plugins/_ml/model_groups/_search HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET ?x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET %2Fx HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET \\x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"CONNECT b:1 HTTP/1.1\r\nHost: b:1\r\n\r\n",
        b"CONNECT /x HTTP/1.1\r\nHost: a\r\n\r\n",
    ]);
}

#[test]
fn a_bare_line_feed_anywhere_is_refused() {
    all_refused(&[
        b"GET /x HTTP/1.1\nHost: a\n\n",
        b"GET /x HTTP/1.1\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nX: y\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\n",
        b"\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
    ]);
}

#[test]
fn a_header_that_breaks_the_grammar_is_refused() {
    all_refused(&[
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\rX: y\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\r\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\0c\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\x7Fc\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA : c\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\r\n folded\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA: b\r\n\tfolded\r\n\r\n",
        b"GET /x HTTP/1.1\r\n A: b\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\n\xC3\xA9: b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nA[0]: b\r\n\r\n",
    ]);
}

#[test]
fn anything_but_one_host_is_refused() {
    all_refused(&[
        b"GET /x HTTP/1.1\r\n\r\n",
        b"GET /x HTTP/1.1\r\nX-Host: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nhost: A\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nHost:\r\n\r\n",
        b"GET /x HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a, b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a/b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a@b\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: http://a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\xFF\r\n\r\n",
    ]);
}

#[test]
fn connection_cannot_take_off_what_must_arrive() {
    all_refused(&[
        b"GET /x HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eA==\r\nConnection: close, Authorization\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: Host\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: cookie\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: Content-Type\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: Content-Encoding\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: X-Forwarded-For\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: Expect\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: x-opaque-id\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: X-Proxy-User\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nConnection: x\xE9\r\n\r\n",
    ]);
}

#[test]
fn headers_beyond_the_limits_are_refused() {
    let world = World::start();
    let fields = |count: usize| -> String { (1..=count).map(|i| format!("h{i}: v\r\n")).collect() };

    for payload in [
        format!("GET /x HTTP/1.1\r\nHost: a\r\n{}\r\n", fields(128)),
        format!("GET /x HTTP/1.1\r\nHost: a\r\n{}\r\n", fields(1100)),
        format!("GET /x HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "a".repeat(32 * 1024)),
        format!("GET /x HTTP/1.1\r\nHost: a\r\nA: {}\r\n\r\n", "a".repeat(128 * 1024)),
        format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(40 * 1024)),
        format!("{}GET /x HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n".repeat(20 * 1024)),
        "a".repeat(40 * 1024),
    ] {
        refused(&world, payload, 431);
    }
}

#[test]
fn what_is_odd_and_clear_goes_on() {
    let world = World::start();

    for request in [
        &b"GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"TRACE /x HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: b\r\n\r\n",
    ] {
        goes_on(&world, request, request);
    }
}
