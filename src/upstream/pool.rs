//! Connections kept for the next request.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::BytesMut;

use super::{Dial, Unanswered};
use crate::{
    metrics::{self, Gauge, Raised},
    wire::{Stream, keep},
};

/// A connection to the cluster.
#[derive(Debug)]
pub(super) struct Conn {
    pub(super) stream: Stream,
    /// What was read of it and not used.
    pub(super) buffer: BytesMut,
    /// Whether it served a request before: then the cluster may have closed it unseen.
    pub(super) reused: bool,
    /// Its place among the open connections.
    counted: Raised,
}

/// A connection that is kept.
#[derive(Debug)]
struct Idle {
    since: Instant,
    stream: Stream,
    counted: Raised,
}

/// The unused connections of one worker thread to one address.
#[derive(Debug)]
pub(super) struct Pool {
    dial: Dial,
    idle: Mutex<Vec<Idle>>,
    most: usize,
    keep: Duration,
}

impl Idle {
    fn is_good(&self, keep: Duration) -> bool {
        self.since.elapsed() < keep && self.stream.is_quiet()
    }
}

impl Pool {
    pub(super) fn new(dial: Dial, most: usize, keep: Duration) -> Self {
        Self { dial, idle: Mutex::default(), most, keep }
    }

    /// What goes into a `Host` field.
    pub(super) fn authority(&self) -> &str {
        self.dial.authority()
    }

    /// The connection used last that is still good, or a new one.
    pub(super) async fn take(&self) -> Result<Conn, Unanswered> {
        match self.unused() {
            Some(Idle { stream, mut counted, .. }) => {
                counted.become_one_of(Gauge::UpstreamActive);
                Ok(Conn { stream, buffer: BytesMut::new(), reused: true, counted })
            }
            None => self.fresh().await,
        }
    }

    /// A new connection.
    pub(super) async fn fresh(&self) -> Result<Conn, Unanswered> {
        // In a box: it is rare, and takes more room than all that waits for it.
        let stream = Box::pin(self.dial.connect()).await?;
        let counted = metrics::raise(Gauge::UpstreamActive);
        Ok(Conn { stream, buffer: BytesMut::new(), reused: false, counted })
    }

    /// Keeps a connection whose last answer was read to its end.
    pub(super) fn put(&self, conn: Conn) {
        if conn.buffer.is_empty() {
            let Conn { stream, buffer, mut counted, .. } = conn;
            keep(buffer);
            let mut idle = self.idle();
            if idle.len() < self.most {
                counted.become_one_of(Gauge::UpstreamIdle);
                idle.push(Idle { since: Instant::now(), stream, counted });
            }
        }
    }

    /// Closes what has been unused for too long, or was closed by the cluster.
    pub(super) fn prune(&self) {
        self.idle().retain(|idle| idle.is_good(self.keep));
    }

    fn unused(&self) -> Option<Idle> {
        loop {
            let idle = self.idle().pop()?;
            if idle.is_good(self.keep) {
                return Some(idle);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
