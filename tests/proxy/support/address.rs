//! Addresses of a test's own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process,
    sync::atomic::{AtomicU16, Ordering::SeqCst},
};

/// An address that is nobody else's, and a port below those of connections. A port is not asked for: who starts a
/// program holds what this process listens on until that program runs, and so the port that was said to be free.
pub(crate) fn own_address() -> SocketAddr {
    static ADDRESSES: AtomicU16 = AtomicU16::new(0);
    let [third, fourth] = ADDRESSES.fetch_add(1, SeqCst).to_be_bytes();
    let pid = process::id();
    let port = 10_000 + (pid >> 7) % 20_000;
    (Ipv4Addr::new(127, 0x80 | pid as u8, third, fourth), port as u16).into()
}
