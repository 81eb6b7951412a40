//! How many requests may be sent again: retries must not be what breaks a cluster that struggles.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// What a request puts in, and what a retry takes: at most a fifth more requests.
const DEPOSIT: u32 = 2;
const PRICE: u32 = 10;

/// What is there at first, and at most: 10 retries, and 1,000 at once after a calm time.
const FIRST: u32 = 10 * PRICE;
const MOST: u32 = 1_000 * PRICE;

/// A bucket of tokens of one worker thread. Threads that share one may lose a token.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(FIRST))
    }
}

impl Budget {
    /// A request is sent.
    pub(super) fn deposit(&self) {
        let there = self.0.load(Relaxed);
        if there < MOST {
            self.0.store(there + DEPOSIT, Relaxed);
        }
    }

    /// Whether a request may be sent again; then it is paid for.
    pub(super) fn pays(&self) -> bool {
        let there = self.0.load(Relaxed);
        let left = there.checked_sub(PRICE);
        self.0.store(left.unwrap_or(there), Relaxed);
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries(budget: &Budget) -> usize {
        std::iter::repeat_with(|| budget.pays()).take_while(|pays| *pays).count()
    }

    #[test]
    fn where_every_request_fails_a_fifth_of_them_is_sent_again() {
        let budget = Budget::default();

        let retried = (0..10_000).filter(|_| {
            budget.deposit();
            budget.pays()
        });

        assert_eq!(retried.count(), 10 + 10_000 / 5);
    }

    #[test]
    fn a_calm_time_pays_for_a_thousand_retries_and_no_more() {
        let budget = Budget::default();

        (0..1_000_000).for_each(|_| budget.deposit());

        assert_eq!((retries(&budget), retries(&budget)), (1_000, 0));
    }
}
