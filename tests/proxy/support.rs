//! The two ends of a test: raw sockets on both sides of the built modelgate.

mod address;
mod cluster;
mod gate;
mod http2;
mod message;
mod node;
mod pair;
mod peer;
mod reading;
mod secure;
mod toxic;
mod world;

use std::time::Duration;

pub(crate) use address::own_address;
pub(crate) use cluster::{Asked, Cluster, answer, groups, json_answer};
pub(crate) use gate::{Gate, Run, modelgate};
pub(crate) use http2::{Answer2, Http2, get as get2, request as request2};
pub(crate) use message::Message;
pub(crate) use node::Node;
pub(crate) use pair::{Pair, replace};
pub(crate) use peer::Peer;
pub(crate) use secure::{End, Secure, config as secure_config};
pub(crate) use toxic::{Toxic, Toxics};
pub(crate) use world::World;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Bytes as a failure shows them.
pub(crate) fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(2_000)];
    let rest = if cut.len() < bytes.len() { "…" } else { "" };
    format!("{}{rest}", cut.escape_ascii())
}

/// Waits until something holds.
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let start = std::time::Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Bytes without a pattern, the same in each run.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..length.div_ceil(8)).flat_map(|_| next()).collect();
    bytes.truncate(length);
    bytes
}
