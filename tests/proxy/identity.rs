//! Who is asking.

mod none;
mod opensearch;
mod users;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::support::{Gate, Message, Peer};

/// The `Authorization` of a user.
fn basic(user: &str, password: &str) -> String {
    format!("Authorization: Basic {}\r\n", STANDARD.encode(format!("{user}:{password}")))
}

/// Asks for the group g1 with these header lines.
fn get_group(gate: &Gate, fields: &str) -> Message {
    let mut client = Peer::connect(gate.address());
    client.send(format!(
        "GET /_plugins/_ml/model_groups/g1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n"
    ));
    client.message()
}
