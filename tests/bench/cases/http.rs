//! Reading and sorting messages, and writing answers.

use std::hint::black_box;

use modelgate::answer::{Answer, Shape};
use modelgate::config;
use modelgate::guard::Guard;
use modelgate::headers::Afterwards;
use modelgate::route;
use modelgate::wire::{Chunks, RequestHead, ResponseHead};
use serde_json::json;

use super::Work;

/// What OpenSearch's Python client sends.
const PASS: &[u8] = b"POST /logs-2026.11/_search?ignore_unavailable=true HTTP/1.1\r\n\
    Host: 127.0.0.1:9200\r\nuser-agent: opensearch-py/3.0.0 (Python 3.11.7)\r\n\
    connection: keep-alive\r\naccept-encoding: identity\r\ncontent-type: application/json\r\n\
    authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\ncontent-length: 27\r\n\r\n";
const WILD: &[u8] = b"GET /log*,metrics*/_count HTTP/1.1\r\nHost: 127.0.0.1:9200\r\n\r\n";
const OURS: &[u8] = b"POST /_plugins/_ml/model_groups/_search HTTP/1.1\r\n\
    Host: 127.0.0.1:9200\r\nuser-agent: opensearch-py/3.0.0 (Python 3.11.7)\r\n\
    connection: keep-alive\r\naccept-encoding: identity\r\ncontent-type: application/json\r\n\
    authorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\ncontent-length: 27\r\n\r\n";
const RESPONSE: &[u8] =
    b"HTTP/1.1 200 OK\r\nX-OpenSearch-Version: OpenSearch/3.4.0 (opensearch)\r\n\
    content-type: application/json; charset=UTF-8\r\ncontent-length: 1024\r\n\r\n";

/// As the default of `limits.header_count`.
const MOST_FIELDS: usize = 128;

pub(super) fn request_head() -> Work {
    Box::new(|| drop(black_box(RequestHead::parse(black_box(PASS), MOST_FIELDS))))
}

pub(super) fn response_head() -> Work {
    Box::new(|| drop(black_box(ResponseHead::parse(black_box(RESPONSE)))))
}

pub(super) fn route_pass() -> Work {
    routed(PASS)
}

/// The guard excludes the protected indices.
pub(super) fn route_narrowed() -> Work {
    routed(WILD)
}

pub(super) fn route_ours() -> Work {
    routed(OURS)
}

fn routed(bytes: &'static [u8]) -> Work {
    let head = RequestHead::parse(bytes, MOST_FIELDS).expect("a head").expect("a whole one");
    let guard = Guard::new(config::Guard::Enforce, 100 << 20);
    Box::new(move || {
        let routed = route::sort(black_box(&head), "127.0.0.1:9201", &guard);
        drop(black_box(routed.expect("it is let through")));
    })
}

pub(super) fn chunks_of_a_kib() -> Work {
    chunks(1024, 64)
}

pub(super) fn chunks_of_16_bytes() -> Work {
    chunks(16, 4096)
}

fn chunks(size: usize, count: usize) -> Work {
    let chunk = format!("{size:x}\r\n{}\r\n", "x".repeat(size));
    let body = chunk.repeat(count) + "0\r\n\r\n";
    Box::new(move || {
        let taken = Chunks::default().scan(black_box(body.as_bytes()));
        assert_eq!(taken, Ok(body.len()));
    })
}

pub(super) fn answer_written() -> Work {
    let answer = Answer::document(
        200,
        json!({
            "name": "benchmark", "latest_version": 0, "description": "a group that is read",
            "backend_roles": ["IT"],
            "owner": { "name": "alice", "backend_roles": ["IT", "HR"], "roles": ["own_index"] },
            "access": "restricted", "created_time": 1_700_000_000_000_u64,
        }),
    );
    let shape = Shape::default();
    Box::new(move || drop(black_box(answer.clone().written(&shape, false, Afterwards::Stay))))
}
