//! Several nodes of one cluster: which takes a request, and what becomes of one that fails.

mod circuit;
mod health;
mod leaving;
mod retries;
mod spread;

use crate::support::{Asked, Gate, Message, Peer, answer};

/// The answer of a node that is well.
fn fine(_: &Asked) -> Vec<u8> {
    answer("200 OK", &[], b"fine")
}

/// Closes without an answer, except to a check of its health.
fn broken(asked: &Asked) -> Vec<u8> {
    if asked.head.starts_with("GET /_plugins/_security/health ") { fine(asked) } else { Vec::new() }
}

/// One request over a connection of its own.
#[track_caller]
fn asked(gate: &Gate, request: impl AsRef<[u8]>) -> Message {
    let mut client = Peer::connect(gate.address());
    client.send(request);
    client.message()
}

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST /i/_doc HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
