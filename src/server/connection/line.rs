//! What is told of a request: in the metrics, and in the line that is logged of it.

use tokio::time::Instant;

use super::Connection;
use crate::{metrics, telemetry::AccessLine, wire::RequestHead};

/// What is known of a request from its beginning.
#[derive(Debug)]
pub(super) struct Line {
    /// The method, and the path behind it.
    text: String,
    method: usize,
    started: Instant,
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ended<'e> {
    /// The template of its route.
    pub(super) route: &'static str,
    /// The status that was answered; 0 where none was.
    pub(super) status: u16,
    /// The caller's name, where it was asked for.
    pub(super) who: Option<&'e str>,
    /// Whose fault a failure is.
    pub(super) fault: Option<&'static str>,
    /// The bytes of its body, and of the answer's.
    pub(super) bytes: (u64, u64),
}

impl Line {
    /// Of a request that begins now.
    pub(super) fn of(head: &RequestHead<'_>) -> Self {
        Self::new(head.method, head.path())
    }

    /// Of a request that cannot be read.
    pub(super) fn unread() -> Self {
        Self::new("-", "-")
    }

    fn new(method: &str, path: &str) -> Self {
        let text = [method, path].concat();
        Self { text, method: method.len(), started: Instant::now() }
    }

    pub(super) fn method(&self) -> &str {
        &self.text[..self.method]
    }

    /// Whether the answer must have no body.
    pub(super) fn is_head(&self) -> bool {
        self.method() == "HEAD"
    }
}

impl Ended<'_> {
    /// A request that was passed on, or was to be.
    pub(super) const PASSED: Self =
        Self { route: "passthrough", status: 0, who: None, fault: None, bytes: (0, 0) };
}

impl Connection {
    /// Tells of a request that has ended.
    pub(super) fn log(&self, line: &Line, ended: Ended<'_>) {
        let Ended { route, status, who, fault, bytes: (request_bytes, response_bytes) } = ended;
        let took = line.started.elapsed();
        metrics::request(route, status, fault, took);
        AccessLine {
            client: self.peer,
            method: line.method(),
            path: &line.text[line.method..],
            route,
            status,
            who,
            millis: took.as_millis() as u64,
            request_bytes,
            response_bytes,
            fault,
        }
        .log();
    }
}
