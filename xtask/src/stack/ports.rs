//! Ports: whether one is free, and finding one that is.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context, Result, bail};

/// Refuses a port that somebody else listens on, and says which flag chooses another.
pub(crate) fn require_free(port: u16, flag: &str) -> Result<()> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        bail!(
            "port {port} of 127.0.0.1 is taken by a process that is not of this stack: \
             end that one, or choose another port with {flag} PORT"
        );
    }
    Ok(())
}

/// Two different ports that were free a moment ago.
pub(crate) fn two_free() -> Result<(u16, u16)> {
    let bind = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port");
    let (one, other) = (bind()?, bind()?);
    Ok((one.local_addr()?.port(), other.local_addr()?.port()))
}
