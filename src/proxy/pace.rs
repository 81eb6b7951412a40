//! When an answer about a group that is not there may leave: the time taken must not tell a hidden group from an
//! absent one (D4).

use std::time::Duration;

use tokio::time::{Instant, sleep};

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
        if self.kept {
            sleep(left(self.since.elapsed())).await;
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
}
