//! Times that many waiters do not share.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

/// A time up to that one.
pub(super) fn within(longest: Duration) -> Duration {
    longest.mul_f64(fraction())
}

/// A time within a quarter of that one.
pub(super) fn around(time: Duration) -> Duration {
    time.mul_f64(0.75 + fraction() / 2.0)
}

/// From 0 to 1: a keyed hash of nothing, by a key that is another one each time.
fn fraction() -> f64 {
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn times_differ_and_keep_their_bounds() {
        let mut times: Vec<_> = (0..1_000).map(|_| (within(SECOND), around(SECOND))).collect();

        assert!(times.iter().all(|(within, _)| *within <= SECOND));
        let quarter = Duration::from_millis(750)..=Duration::from_millis(1_250);
        assert!(times.iter().all(|(_, around)| quarter.contains(around)));
        let halves = times.iter().filter(|(within, _)| *within < SECOND / 2).count();
        assert!((400..600).contains(&halves), "{halves}");
        times.sort();
        times.dedup();
        assert!(times.len() > 990, "{}", times.len());
    }
}
