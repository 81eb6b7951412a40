//! How long requests take, in buckets.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// The upper bounds of the buckets but the last, in milliseconds and as `le` says them: those of
/// OpenTelemetry's `http.server.request.duration`.
pub(super) const BOUNDS: [(u64, &str); 14] = [
    (5, "0.005"),
    (10, "0.01"),
    (25, "0.025"),
    (50, "0.05"),
    (75, "0.075"),
    (100, "0.1"),
    (250, "0.25"),
    (500, "0.5"),
    (750, "0.75"),
    (1_000, "1"),
    (2_500, "2.5"),
    (5_000, "5"),
    (7_500, "7.5"),
    (10_000, "10"),
];

/// What no bound holds goes into a last bucket.
pub(super) const BUCKETS: usize = BOUNDS.len() + 1;

/// Durations by bucket, each in one, and their sum.
#[derive(Debug)]
pub(super) struct Histogram {
    pub(super) buckets: [AtomicU64; BUCKETS],
    pub(super) nanos: AtomicU64,
}

impl Histogram {
    pub(super) const fn new() -> Self {
        Self { buckets: [const { AtomicU64::new(0) }; BUCKETS], nanos: AtomicU64::new(0) }
    }

    pub(super) fn observe(&self, took: Duration) {
        self.buckets[bucket(took)].fetch_add(1, Relaxed);
        self.nanos.fetch_add(nanos(took), Relaxed);
    }
}

/// The bucket of a duration: a bound belongs to the bucket that it ends.
fn bucket(took: Duration) -> usize {
    let nanos = nanos(took);
    let ends = |(millis, _): &(u64, &str)| nanos <= millis * 1_000_000;
    BOUNDS.iter().position(ends).unwrap_or(BOUNDS.len())
}

/// Five hundred years of them fit.
fn nanos(took: Duration) -> u64 {
    u64::try_from(took.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_ends_its_bucket_and_a_nanosecond_more_begins_the_next() {
        for (index, (millis, _)) in BOUNDS.iter().enumerate() {
            let bound = Duration::from_millis(*millis);

            assert_eq!(bucket(bound), index);
            assert_eq!(bucket(bound + Duration::from_nanos(1)), index + 1);
        }
        assert_eq!((bucket(Duration::ZERO), bucket(Duration::MAX)), (0, BOUNDS.len()));
    }

    #[test]
    fn a_bound_is_said_in_seconds_as_it_is_meant() {
        for (millis, le) in BOUNDS {
            assert_eq!(le.parse::<f64>().unwrap() * 1_000.0, millis as f64);
        }
    }
}
