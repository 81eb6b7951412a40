//! Connections kept for the next request.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use bytes::BytesMut;

use super::{Dial, Unanswered};
use crate::wire::Stream;

/// A connection to the cluster.
#[derive(Debug)]
pub(super) struct Conn {
    pub(super) stream: Stream,
    /// What was read of it and not used.
    pub(super) buffer: BytesMut,
    /// Whether it served a request before: then the cluster may have closed it unseen.
    pub(super) reused: bool,
}

/// The unused connections of one worker thread to one address.
#[derive(Debug)]
pub(super) struct Pool {
    dial: Dial,
    idle: Mutex<Vec<(Instant, Stream)>>,
    most: usize,
    keep: Duration,
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
            Some(stream) => Ok(Conn { stream, buffer: BytesMut::new(), reused: true }),
            None => self.fresh().await,
        }
    }

    /// A new connection.
    pub(super) async fn fresh(&self) -> Result<Conn, Unanswered> {
        let stream = self.dial.connect().await?;
        Ok(Conn { stream, buffer: BytesMut::new(), reused: false })
    }

    /// Keeps a connection whose last answer was read to its end.
    pub(super) fn put(&self, conn: Conn) {
        if conn.buffer.is_empty() {
            let mut idle = self.idle();
            if idle.len() < self.most {
                idle.push((Instant::now(), conn.stream));
            }
        }
    }

    /// Closes what has been unused for too long, or was closed by the cluster.
    pub(super) fn prune(&self) {
        self.idle().retain(|(since, stream)| since.elapsed() < self.keep && stream.is_quiet());
    }

    fn unused(&self) -> Option<Stream> {
        loop {
            let (since, stream) = self.idle().pop()?;
            if since.elapsed() < self.keep && stream.is_quiet() {
                return Some(stream);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(Instant, Stream)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
