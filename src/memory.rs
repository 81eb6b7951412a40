//! Memory given back once many connections have closed.
//!
//! What connections had taken is free then, but in pieces between others that are in use, and
//! glibc by itself gives back only what is free at the end of a heap.

use std::time::Duration;

use tokio::{task::spawn_blocking, time::interval};

use crate::metrics::{self, Gauge};

/// How often connections are counted.
const LOOK: Duration = Duration::from_secs(1);

/// How many connections have to have closed: fewer hold too little.
const WORTH_IT: i64 = 256;

/// Gives memory back whenever half of the connections have closed, on a thread of its own: for as
/// long as the allocator looks through a heap, the thread that the heap belongs to waits for it.
pub async fn give_back() {
    let mut peak = Peak::default();
    let mut ticks = interval(LOOK);
    loop {
        ticks.tick().await;
        if peak.is_far_above(metrics::level(Gauge::Connections)) {
            let given = spawn_blocking(trim).await;
            tracing::debug!(?given, "memory of closed connections was given back");
        }
    }
}

/// The most connections since memory was given back last.
#[derive(Debug, Default)]
struct Peak(i64);

impl Peak {
    /// Whether so many have closed that it is time; the next peak begins where there are now.
    fn is_far_above(&mut self, now: i64) -> bool {
        let is_far = now <= self.0 / 2 && now + WORTH_IT <= self.0;
        self.0 = if is_far { now } else { self.0.max(now) };
        is_far
    }
}

/// Has the allocator give back every page that is free; tells whether there was any.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "an allocator's own function: no other crate wraps it")]
fn trim() -> bool {
    // SAFETY: it may be called at any time, on any thread (malloc_trim(3): "MT-Safe").
    unsafe { libc::malloc_trim(0) == 1 }
}

/// Other allocators give back by themselves, or not at all.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn trim() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_when_half_of_many_have_closed_and_again_when_half_of_those_have() {
        let mut peak = Peak::default();
        let levels = [0, 400, 1_000, 501, 500, 400, 251, 244, 100, 0, 255, 0, 256, 0];

        let times = levels.map(|level| peak.is_far_above(level).then_some(level));

        let times: Vec<i64> = times.into_iter().flatten().collect();
        assert_eq!(times, [500, 244, 0]);
    }

    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[test]
    fn what_is_free_between_pieces_in_use_is_given_back() {
        let mut pieces: Vec<_> = (0..16_384).map(|_| Some(vec![1_u8; 4_096])).collect();
        // Every hundredth stays, the last one among them.
        for (at, piece) in pieces.iter_mut().rev().enumerate() {
            if at % 100 > 0 {
                *piece = None;
            }
        }
        let before = metrics::resident_bytes().unwrap();

        assert!(trim());

        let after = metrics::resident_bytes().unwrap();
        assert!(after + 32 * 1_024 * 1_024 < before, "{before} {after}");
        drop(pieces);
    }
}
