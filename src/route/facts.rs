//! What of a request's head decides how it is carried, and heads that two servers could read differently.

use super::Refused;
use crate::{
    headers::Connection,
    wire::{Framing, Malformed, RequestHead, Version},
};

/// What modelgate has to know of a message to carry it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) framing: Framing,
    pub(super) version: Version,
    pub(super) is_head: bool,
    pub(super) is_repeatable: bool,
    pub(super) expects_continue: bool,
    pub(super) persists: bool,
}

impl Facts {
    pub(super) fn of(head: &RequestHead<'_>, connection: &Connection<'_>) -> Result<Self, Refused> {
        let mut expects = head.fields.iter().filter(|field| field.is("expect")).peekable();
        let waits = expects.peek().is_some() && head.version == Version::Http11;
        if !expects.all(|field| field.value.eq_ignore_ascii_case(b"100-continue")) {
            return Err(Refused::Expectation);
        }
        let framing = Framing::of_request(head)?;
        Ok(Self {
            framing,
            version: head.version,
            is_head: head.method == "HEAD",
            is_repeatable: matches!(head.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
                && !moves_a_cursor(head.target),
            expects_continue: waits && !framing.is_none(),
            persists: connection.persists(head.version),
        })
    }
}

/// Whether each request gives the next page, as of a scroll.
fn moves_a_cursor(target: &str) -> bool {
    memchr::memmem::find(target.as_bytes(), b"/scroll").is_some()
}

/// One `Host` (none is fine in HTTP/1.0), with nothing in it that a host cannot have. The same one
/// said twice is one: Python's `http.client` does so where its caller names the host as well.
pub(super) fn check_host(head: &RequestHead<'_>) -> Result<(), Malformed> {
    let mut hosts = head.fields.iter().filter(|field| field.is("host"));
    let fine = |value: &[u8]| {
        value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]%~!$&'()*+;=".contains(byte))
    };
    match (hosts.next(), head.version) {
        (Some(host), _) if fine(host.value) && hosts.all(|other| other.value == host.value) => {
            Ok(())
        }
        (None, Version::Http10) => Ok(()),
        _ => Err(Malformed::Host),
    }
}
