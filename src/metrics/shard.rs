//! What one thread counted.

use std::{
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{
    Counter, Gauge,
    histogram::Histogram,
    labels::{CLASSES, FAULTS, ROUTES, class, fault, route},
    rule::{RULES, Rule},
};

/// The figures of one thread: other threads write here only where there are too many of them.
/// Two cache lines apart, as processors fetch them in pairs.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Shard {
    counters: [AtomicU64; Counter::UpstreamRetryDenied as usize + 1],
    gauges: [AtomicI64; Gauge::UpstreamIdle as usize + 1],
    requests: [[[AtomicU64; FAULTS.len()]; CLASSES.len()]; ROUTES.len()],
    durations: [Histogram; ROUTES.len()],
    denials: [AtomicU64; RULES.len()],
}

impl Shard {
    pub(super) const fn new() -> Self {
        Self {
            counters: [const { AtomicU64::new(0) }; _],
            gauges: [const { AtomicI64::new(0) }; _],
            requests: [const { [const { [const { AtomicU64::new(0) }; _] }; _] }; _],
            durations: [const { Histogram::new() }; _],
            denials: [const { AtomicU64::new(0) }; _],
        }
    }

    pub(super) fn count(&self, counter: Counter) {
        self.counters[counter as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn add(&self, gauge: Gauge, change: i64) {
        self.gauges[gauge as usize].fetch_add(change, Relaxed);
    }

    pub(super) fn request(&self, at: &str, status: u16, whose: Option<&str>, took: Duration) {
        let route = route(at);
        self.requests[route][class(status)][fault(whose)].fetch_add(1, Relaxed);
        self.durations[route].observe(took);
    }

    pub(super) fn denied(&self, rule: Rule) {
        self.denials[rule as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn counter(&self, counter: Counter) -> u64 {
        self.counters[counter as usize].load(Relaxed)
    }

    /// A thread may end what another began: only the sum over all shards is a level.
    pub(super) fn gauge(&self, gauge: Gauge) -> i64 {
        self.gauges[gauge as usize].load(Relaxed)
    }

    pub(super) fn requests(&self, route: usize, class: usize, fault: usize) -> u64 {
        self.requests[route][class][fault].load(Relaxed)
    }

    pub(super) fn bucket(&self, route: usize, bucket: usize) -> u64 {
        self.durations[route].buckets[bucket].load(Relaxed)
    }

    pub(super) fn nanos(&self, route: usize) -> u64 {
        self.durations[route].nanos.load(Relaxed)
    }

    pub(super) fn denials(&self, rule: Rule) -> u64 {
        self.denials[rule as usize].load(Relaxed)
    }
}
