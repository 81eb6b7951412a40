//! One timer for all that a task waits for.

use std::{
    future::{Future, poll_fn},
    io,
    pin::{Pin, pin},
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    task::coop::unconstrained,
    time::{Instant, Sleep, sleep_until},
};

/// The time was over before what was awaited came.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the time was over")]
pub struct TimeOver;

impl From<TimeOver> for io::Error {
    fn from(_: TimeOver) -> Self {
        io::ErrorKind::TimedOut.into()
    }
}

/// Ends what is awaited for too long. Hardly anything is, so the timer is not set for each: it is
/// set to the earliest end, and stays so when what was awaited has come. When it goes off, whoever
/// then waits looks at the clock and sets it to an end of its own. So a busy connection sets it
/// once in the shortest of its limits, and not a few times for each request.
///
/// It is of one task, which has all that waits polled when it is woken; so nobody ever waits for
/// the lock.
#[derive(Debug, Default)]
pub struct Timer(Mutex<Option<Pin<Box<Sleep>>>>);

impl Timer {
    /// Waits for something until the time is over. What is ready at once, as most reads and writes
    /// are, costs no look at the clock.
    ///
    /// # Errors
    /// The time was over first.
    pub async fn within<F: Future>(
        &self,
        time: Duration,
        awaited: F,
    ) -> Result<F::Output, TimeOver> {
        let mut end = None;
        let end = || *end.get_or_insert_with(|| Instant::now() + time);
        self.unless_over(end, awaited).await
    }

    /// Waits for something until then.
    ///
    /// # Errors
    /// It was then first.
    pub async fn until<F: Future>(&self, end: Instant, awaited: F) -> Result<F::Output, TimeOver> {
        self.unless_over(|| end, awaited).await
    }

    async fn unless_over<F: Future>(
        &self,
        mut end: impl FnMut() -> Instant,
        awaited: F,
    ) -> Result<F::Output, TimeOver> {
        let mut awaited = pin!(awaited);
        poll_fn(|context| match awaited.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => self.poll_over(end(), context).map(|()| Err(TimeOver)),
        })
        .await
    }

    /// Whether it is time; else the task is woken then, or before.
    fn poll_over(&self, end: Instant, context: &mut Context<'_>) -> Poll<()> {
        let mut armed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let sleep = armed.get_or_insert_with(|| Box::pin(sleep_until(end)));
        if end < sleep.deadline() {
            sleep.as_mut().reset(end);
        }
        loop {
            // Who never has to wait for bytes uses up what tokio lets a task do at once: that must
            // not hide the end.
            ready!(pin!(unconstrained(sleep.as_mut())).poll(context));
            if end <= Instant::now() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(end);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::{
        join, select,
        task::{coop::consume_budget, yield_now},
        time::sleep,
    };

    use super::*;

    /// How late an end may be that another one, which is later by more, must not move.
    const LATE: Duration = Duration::from_millis(250);

    const fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// Waits in vain; the end has to come in time.
    async fn in_vain(timer: &Timer, time: Duration) {
        let start = Instant::now();
        assert_eq!(timer.within(time, pending::<()>()).await, Err(TimeOver));
        let took = start.elapsed();
        assert!((time..time + LATE).contains(&took), "{took:?} instead of {time:?}");
    }

    #[tokio::test]
    async fn what_is_ready_needs_no_time_and_what_is_not_gets_no_more() {
        let timer = Timer::default();

        assert_eq!(timer.within(Duration::ZERO, ready(1)).await, Ok(1));
        assert_eq!(timer.within(Duration::from_mins(1), yield_now()).await, Ok(()));
        in_vain(&timer, millis(1)).await;
    }

    #[tokio::test]
    async fn waits_at_the_same_time_end_each_in_its_own() {
        let timer = Timer::default();
        let ended = async |time| in_vain(&timer, millis(time)).await;

        join!(ended(900), ended(10), ended(450), ended(450));
    }

    #[tokio::test]
    async fn what_was_waited_for_before_moves_no_end() {
        let timer = Timer::default();
        for time in [100, 60_000, 100] {
            assert_eq!(timer.within(millis(time), sleep(millis(60))).await, Ok(()));
        }

        in_vain(&timer, millis(500)).await;
        in_vain(&timer, millis(10)).await;
    }

    #[tokio::test]
    async fn a_wait_inside_of_another_may_be_the_longer_one() {
        let timer = Timer::default();
        let ended = async |outer, inner| {
            timer.within(millis(outer), timer.within(millis(inner), pending::<()>())).await
        };

        assert_eq!(ended(10, 60_000).await, Err(TimeOver));
        assert_eq!(ended(60_000, 10).await, Ok(Err(TimeOver)));
    }

    #[tokio::test]
    async fn a_wait_that_was_given_up_ends_no_other() {
        let timer = Timer::default();
        select! {
            biased;
            _ = timer.within(millis(10), pending::<()>()) => panic!("it was given up before"),
            () = ready(()) => {}
        }
        sleep(millis(30)).await;

        assert_eq!(timer.within(millis(60_000), yield_now()).await, Ok(()));
    }

    #[tokio::test]
    async fn who_is_never_out_of_bytes_is_ended_too() {
        let busy = async {
            for _ in 0..20_000_000_u64 {
                consume_budget().await;
            }
        };

        assert_eq!(Timer::default().within(millis(10), busy).await, Err(TimeOver));
    }
}
