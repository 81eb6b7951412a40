//! Which cores the loads run on.
//!
//! The upstream and the load are busy all the time, and so are the two threads of a proxy. Where
//! the scheduler happens to put the latter on one core and the former on the other, it leaves them
//! there, and requests/s are a tenth fewer than where each core has one of both: which proxy that
//! befalls in which sample is chance. So the upstream and the load each stay on a core, and the
//! threads of every proxy spread over both.

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// Whose core it is: on two cores each has one, on more of them there are others beside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Core {
    /// The upstream's.
    First,
    /// The load's.
    Last,
}

impl Core {
    /// Does something on that core; the processes that it starts stay there.
    pub(super) fn run<T>(self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let this = Pid::from_raw(0);
        let all = sched_getaffinity(this).context("the cores of this thread are not told")?;
        sched_setaffinity(this, &self.of(&all)?).context("a thread cannot stay on a core")?;
        let done = work();
        sched_setaffinity(this, &all).context("a thread cannot leave a core")?;
        done
    }

    /// The one core of those.
    fn of(self, all: &CpuSet) -> Result<CpuSet> {
        let mut there = (0..CpuSet::count()).filter(|core| all.is_set(*core) == Ok(true));
        let core = match self {
            Self::First => there.next(),
            Self::Last => there.next_back(),
        };
        let mut one = CpuSet::new();
        one.set(core.context("there is no core")?)?;
        Ok(one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cores(numbers: &[usize]) -> CpuSet {
        let mut set = CpuSet::new();
        numbers.iter().for_each(|number| set.set(*number).unwrap());
        set
    }

    #[test]
    fn the_upstream_and_the_load_have_a_core_each() {
        let all = cores(&[1, 2, 5]);

        assert_eq!(Core::First.of(&all).unwrap(), cores(&[1]));
        assert_eq!(Core::Last.of(&all).unwrap(), cores(&[5]));
        assert_eq!(Core::Last.of(&cores(&[3])).unwrap(), cores(&[3]));
    }

    #[test]
    fn what_is_started_stays_there_and_this_thread_does_not() {
        let own = || sched_getaffinity(Pid::from_raw(0)).unwrap();
        let before = own();

        let there = Core::Last.run(|| Ok(own())).unwrap();

        assert_eq!(there, Core::Last.of(&before).unwrap());
        assert_eq!(own(), before);
    }
}
