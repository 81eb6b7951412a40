//! What modelgate counts of itself, and the page on which Prometheus reads it.
//!
//! Each thread counts in a shard of its own, so that cores never wait for each other's cache
//! lines; the page adds the shards up. No label says who called or which path was asked for.

mod histogram;
mod labels;
mod nodes;
mod page;
mod process;
mod rule;
mod shard;
mod text;

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

pub use nodes::NodeFigures;
pub use page::CONTENT_TYPE;
#[cfg(test)]
pub(crate) use process::resident_bytes;
pub use process::started;

use crate::error::Error;
use shard::Shard;

/// What only grows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Counter {
    /// A caller's identity that the cache knew.
    IdentityCacheHit,
    /// A look-up of a caller that failed: nobody could be asked.
    LookUpFailed,
    /// A look-up that found a caller.
    LookUpFound,
    /// A look-up of a caller that is not believed.
    LookUpRefused,
    /// A connection that was closed, as its address has too many.
    ShedAddress,
    /// An idle connection that made room for another.
    ShedIdle,
    /// A request that was too many.
    ShedRequest,
    /// A client that did not like the certificate.
    TlsCertificate,
    /// A client that went in the middle of its TLS handshake.
    TlsClosed,
    /// A client that speaks no TLS, or none that modelgate speaks.
    TlsProtocol,
    /// A TLS handshake that took too long.
    TlsTimeout,
    /// A request that was sent again.
    UpstreamRetry,
    /// A request that was not sent again, as the budget of retries was spent.
    UpstreamRetryDenied,
}

/// What rises and falls.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Gauge {
    /// Connections of clients.
    Connections,
    /// Requests whose head was read and whose answer is not written yet.
    InFlight,
    /// Connections to the cluster with a request on them.
    UpstreamActive,
    /// Connections to the cluster that are kept for the next request.
    UpstreamIdle,
}

/// More shards than most machines have cores; threads beyond share.
const SHARDS: usize = 64;

static SHARED: [Shard; SHARDS] = [const { Shard::new() }; SHARDS];

/// How many threads have counted.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    static MINE: &'static Shard = &SHARED[THREADS.fetch_add(1, Relaxed) % SHARDS];
}

/// Counts one.
pub fn count(counter: Counter) {
    MINE.with(|mine| mine.count(counter));
}

/// Counts a request that has ended: its route's template, the status that was answered (0 where
/// none was), whose fault a failure is, and how long it took.
pub fn request(route: &str, status: u16, fault: Option<&str>, took: Duration) {
    MINE.with(|mine| mine.request(route, status, fault, took));
}

/// Counts the rule that an error tells of, where it tells of one.
pub fn denied(error: &Error) {
    if let Some(rule) = rule::of(error) {
        MINE.with(|mine| mine.denied(rule));
    }
}

/// Raises a gauge until the value is dropped.
pub fn raise(gauge: Gauge) -> Raised {
    MINE.with(|mine| mine.add(gauge, 1));
    Raised(gauge)
}

/// A gauge that is one higher while this lives.
#[derive(Debug)]
#[must_use = "the gauge falls when this is dropped"]
pub struct Raised(Gauge);

impl Raised {
    /// Lowers the gauge, and raises another instead.
    pub fn become_one_of(&mut self, other: Gauge) {
        MINE.with(|mine| {
            mine.add(self.0, -1);
            mine.add(other, 1);
        });
        self.0 = other;
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        // A thread that ends has no shard any more; the first one takes what it leaves.
        let lower = |mine: &Shard| mine.add(self.0, -1);
        if MINE.try_with(|mine| lower(mine)).is_err() {
            lower(&SHARED[0]);
        }
    }
}

/// How high a gauge stands.
pub fn level(gauge: Gauge) -> i64 {
    counting().iter().map(|shard| shard.gauge(gauge)).sum()
}

/// The page, in Prometheus' text format 0.0.4.
pub fn page(nodes: &[NodeFigures<'_>]) -> String {
    page::page(counting(), nodes)
}

/// The shards in which a thread may have counted.
fn counting() -> &'static [Shard] {
    &SHARED[..THREADS.load(Relaxed).min(SHARDS)]
}
