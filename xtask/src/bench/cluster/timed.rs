//! Calls that are made one at a time, the ways of making them in turn: what disturbs one disturbs
//! all of them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::super::kernel::Tree;
use super::super::kit::percentile;
use super::super::meter::metered;
use super::super::samples::Sample;
use crate::stack::interrupt;

/// What calls the name of the sidecar.
pub(super) const OURS: &str = "modelgate";

/// A way of making a call.
pub(super) struct Way<'c> {
    pub(super) name: &'static str,
    /// Makes it; the number is another one each time.
    pub(super) call: Box<dyn Fn(u32) -> Result<()> + 'c>,
}

/// Makes a call so often in each way. modelgate's tree is the first; its CPU time is told for the way
/// that is called after it.
pub(super) fn timed(
    load: &str,
    ways: &[Way<'_>],
    numbers: std::ops::Range<u32>,
    trees: &[Tree],
) -> Result<Vec<Sample>> {
    let mut taken: Vec<Vec<Duration>> = ways.iter().map(|_| Vec::new()).collect();
    let mut cpu = 0.0;
    let times = numbers.len();
    let made = || -> Result<()> {
        for number in numbers {
            interrupt::check()?;
            for turn in 0..ways.len() {
                let place = (turn + number as usize) % ways.len();
                let way = &ways[place];
                let (before, start) = (trees[0].cpu(), Instant::now());
                (way.call)(number).with_context(|| format!("{load}, {}", way.name))?;
                taken[place].push(start.elapsed());
                if way.name == OURS {
                    cpu += trees[0].cpu() - before;
                }
            }
        }
        Ok(())
    };
    let ((), cost) = metered(trees, made)?;
    let sample = |(way, mut taken): (&Way<'_>, Vec<Duration>)| {
        taken.sort_unstable();
        let mut values = vec![("p50", at(&taken, 0.5)), ("p99", at(&taken, 0.99))];
        if way.name == OURS {
            values.push(("cpu", cpu / times as f64));
        }
        Sample::of(load, way.name, 0, cost, values)
    };
    Ok(ways.iter().zip(taken).map(sample).collect())
}

/// The time that this share of sorted ones took at most, in milliseconds.
fn at(sorted: &[Duration], share: f64) -> f64 {
    percentile(sorted, share).as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn ways_take_turns_and_only_the_own_one_has_a_cost() {
        let made = RefCell::new(String::new());
        let way = |name: &'static str, sign: char| {
            let made = &made;
            let call = move |_| {
                made.borrow_mut().push(sign);
                Ok(())
            };
            Way { name, call: Box::new(call) }
        };
        let own = [Tree::of(std::process::id())];

        let samples = timed("x", &[way("direct", 'd'), way(OURS, 'o')], 0..3, &own).unwrap();

        assert_eq!(*made.borrow(), "dooddo");
        assert!(!samples[0].values.contains_key("cpu") && samples[1].values.contains_key("cpu"));
    }

    #[test]
    fn ranks_are_of_the_sorted_times() {
        let times: Vec<_> = (1..=100).map(Duration::from_millis).collect();

        assert_eq!((at(&times, 0.5), at(&times, 0.99)), (51.0, 100.0));
        assert_eq!(at(&[], 0.5).to_bits(), 0.0_f64.to_bits());
    }
}
