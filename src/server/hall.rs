//! Where the connections of one worker thread wait to be told to go.
//!
//! Each request ends a wait of its connection, and its answer begins another: so each wait has one
//! place, in a list that no other thread looks at.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep_until, timeout_at},
};

use crate::metrics::{self, Counter};

/// How long a connection stays at least, however much modelgate wants to stop: a client that was
/// just connected or answered may have sent a request already.
const GRACE: Duration = Duration::from_secs(1);

/// What the connections of one worker thread are told.
#[derive(Debug, Default)]
pub struct Hall {
    /// Those that wait for a request: one is told where another connection has no room, and all
    /// are where modelgate stops.
    idle: Notify,
    /// The others are told where modelgate stops.
    busy: Notify,
    stops: AtomicBool,
}

impl Hall {
    /// Has one of those that wait for a request make room.
    pub(super) fn make_room(&self) {
        self.idle.notify_one();
    }

    /// Tells all of them that modelgate stops.
    pub(super) fn stop(&self) {
        self.stops.store(true, Relaxed);
        self.idle.notify_waiters();
        self.busy.notify_waiters();
    }

    /// Whether modelgate stops.
    pub(crate) fn stops(&self) -> bool {
        self.stops.load(Relaxed)
    }

    /// Waits until a connection should go that has waited for a request since then: modelgate
    /// stops, or it should make room, which is counted.
    pub(super) async fn left(&self, since: Instant) {
        let mut told = self.idle.notified();
        if !self.stops() {
            told.await;
            told = self.idle.notified();
        }
        if !self.stops() || timeout_at(since + GRACE, told).await.is_ok() {
            metrics::count(Counter::ShedIdle);
        }
    }

    /// Waits until modelgate stops, and a connection may go that began then.
    pub(super) async fn stopped(&self, since: Instant) {
        let told = self.busy.notified();
        if !self.stops() {
            told.await;
        }
        sleep_until(since + GRACE).await;
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};

    use tokio::time::timeout;

    use super::*;

    async fn is_over<F: Future<Output = ()>>(wait: &mut Pin<&mut F>) -> bool {
        timeout(Duration::from_millis(20), wait).await.is_ok()
    }

    #[tokio::test]
    async fn the_one_that_has_waited_the_longest_makes_room_and_no_other() {
        let hall = Hall::default();
        let since = Instant::now() - GRACE;
        let (mut first, mut second) = (pin!(hall.left(since)), pin!(hall.left(since)));
        let mut busy = pin!(hall.stopped(since));
        assert!(!is_over(&mut first).await && !is_over(&mut second).await);

        hall.make_room();

        assert!(!is_over(&mut busy).await && !is_over(&mut second).await);
        assert!(is_over(&mut first).await);
    }

    #[tokio::test]
    async fn all_are_told_of_the_stop_and_who_has_just_come_stays_a_little() {
        let hall = Hall::default();
        let since = Instant::now() - GRACE;
        let (mut idle, mut busy) = (pin!(hall.left(since)), pin!(hall.stopped(since)));
        assert!(!is_over(&mut idle).await && !is_over(&mut busy).await);

        hall.stop();

        assert!(is_over(&mut idle).await && is_over(&mut busy).await);
        assert!(is_over(&mut pin!(hall.left(since))).await);
        assert!(is_over(&mut pin!(hall.stopped(since))).await);
        let just = Instant::now();
        assert!(!is_over(&mut pin!(hall.left(just))).await);
        assert!(!is_over(&mut pin!(hall.stopped(just))).await);
    }
}
