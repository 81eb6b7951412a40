//! How many requests are served at once, and for whom places are kept.

use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{Relaxed, SeqCst},
};

use crate::metrics::{self, Counter};

/// The requests in flight of one worker thread: it alone writes here.
#[derive(Debug)]
pub struct Admission {
    in_flight: AtomicUsize,
    /// How many there may be of those that pass.
    most: usize,
    /// How many more there may be of the model-group API.
    reserve: usize,
    /// Whether one was shed since the last look.
    sheds: AtomicBool,
    is_shedding: AtomicBool,
}

/// Who asks for a place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Share {
    /// The model-group API.
    Groups,
    /// What passes.
    Passing,
}

/// A place, until it is dropped.
#[derive(Debug)]
#[must_use = "the place is free again when this is dropped"]
pub struct Admitted<'a>(&'a Admission);

impl Admission {
    /// Places for that many requests that pass, and an eighth more, sixteen at least, that only
    /// the model-group API may take.
    pub fn new(most: usize) -> Self {
        Self {
            in_flight: AtomicUsize::new(0),
            most,
            reserve: (most / 8).max(16),
            sheds: AtomicBool::new(false),
            is_shedding: AtomicBool::new(false),
        }
    }

    /// How many requests that pass may be in flight.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A place; `None` where there is none, which is counted.
    pub fn admit(&self, share: Share) -> Option<Admitted<'_>> {
        let most = match share {
            Share::Groups => self.most + self.reserve,
            Share::Passing => self.most,
        };
        let there = self.in_flight.load(Relaxed);
        if there >= most {
            self.shed();
            return None;
        }
        self.in_flight.store(there + 1, Relaxed);
        Some(Admitted(self))
    }

    fn shed(&self) {
        metrics::count(Counter::ShedRequest);
        self.sheds.store(true, Relaxed);
        if !self.is_shedding.swap(true, SeqCst) {
            let most = self.most;
            tracing::warn!(most, "requests are shed: too many are in flight on this thread");
        }
    }

    /// Tells the end of an overload: nothing was shed since the last look.
    pub fn look(&self) {
        if !self.sheds.swap(false, Relaxed) && self.is_shedding.swap(false, SeqCst) {
            tracing::info!("no more requests are shed");
        }
    }
}

impl Drop for Admitted<'_> {
    fn drop(&mut self) {
        let there = self.0.in_flight.load(Relaxed);
        self.0.in_flight.store(there.saturating_sub(1), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_never_takes_the_places_of_the_groups() {
        let admission = Admission::new(160);
        let take = |share| std::iter::from_fn(|| admission.admit(share)).collect::<Vec<_>>();

        let passing = take(Share::Passing);
        let groups = take(Share::Groups);

        assert_eq!((passing.len(), groups.len()), (160, 20));
        drop(groups);
        assert!(admission.admit(Share::Passing).is_none());
        assert!(admission.admit(Share::Groups).is_some());
        drop(passing);
        assert_eq!(take(Share::Groups).len(), 180);
        assert_eq!(take(Share::Passing).len(), 160);
    }

    #[test]
    fn a_small_limit_keeps_sixteen_places_for_the_groups() {
        let admission = Admission::new(1);

        let groups: Vec<_> = std::iter::from_fn(|| admission.admit(Share::Groups)).collect();

        assert_eq!(groups.len(), 17);
    }
}
