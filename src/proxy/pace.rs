//! When an answer about a group that is not there may leave: the time taken must not tell a hidden group from an
//! absent one (D4).

use std::{io, os::fd::OwnedFd, time::Duration};

use nix::sys::{
    time::TimeSpec,
    timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags},
};
use tokio::{
    io::{Interest, unix::AsyncFd},
    time::{Instant, sleep},
};

use crate::{
    access::sees_all, command::Denial, config::HiddenGroups, error::Error, principal::Who,
};

/// A document that is found is read some 0.05 ms longer than none. Answers leave at whole multiples of this, which the
/// reading seldom takes.
const STEP: Duration = Duration::from_millis(10);

/// The pace of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    since: Instant,
    kept: bool,
}

impl Pace {
    /// Begins now; who sees every group need not wait, nor anybody where hidden groups are told of.
    pub(super) fn of(who: Who<'_>, hidden_groups: HiddenGroups) -> Self {
        let kept = hidden_groups == HiddenGroups::Absent && !sees_all(who);
        Self { since: Instant::now(), kept }
    }

    /// Waits for the next step.
    pub(super) async fn keep(self) {
        let left = left(self.since.elapsed());
        // Where there is no timer to be had, a coarse wait is better than none.
        if self.kept && wait(left).await.is_err() {
            sleep(left).await;
        }
    }

    /// The same, where the outcome is that there is no such group.
    pub(super) async fn keep_for<T>(self, outcome: Result<T, Error>) -> Result<T, Error> {
        if matches!(outcome, Err(Error::Denied(Denial::NoGroup(_)))) {
            self.keep().await;
        }
        outcome
    }
}

/// Waits exactly: tokio's own timers sleep for whole milliseconds from now on, so that their end tells when they began.
#[expect(deprecated, reason = "what is unsound with other types is sound with an `OwnedFd`")]
async fn wait(time: Duration) -> io::Result<()> {
    let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
    let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?;
    timer.set(Expiration::OneShot(TimeSpec::from_duration(time)), TimerSetTimeFlags::empty())?;
    let timer = AsyncFd::with_interest(OwnedFd::from(timer), Interest::READABLE)?;
    timer.readable().await?.retain_ready();
    Ok(())
}

/// How long it is to the next step.
fn left(elapsed: Duration) -> Duration {
    let step = STEP.as_nanos();
    let over = elapsed.as_nanos() % step;
    Duration::from_nanos(u64::try_from(step - over).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_leave_at_whole_steps() {
        let micros = Duration::from_micros;

        assert_eq!(left(micros(0)), micros(10_000));
        assert_eq!(left(micros(9_999)), micros(1));
        assert_eq!(left(micros(10_000)), micros(10_000));
        assert_eq!(left(micros(25_600)), micros(4_400));
    }

    #[tokio::test]
    async fn a_wait_does_not_end_too_soon() {
        for micros in [1, 999, 1_001, 2_500] {
            let (time, since) = (Duration::from_micros(micros), Instant::now());

            wait(time).await.unwrap();

            assert!(since.elapsed() >= time, "{time:?}");
        }
    }
}
