//! What a piece of work costs: the CPU time of the measured processes, and how much others had of
//! the machine meanwhile.

use std::thread;
use std::time::Instant;

use anyhow::Result;

use super::kernel::{self, Tree};

/// What was metered beside the work itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// CPU time of the first tree, in seconds.
    pub(super) cpu: f64,
    /// The share of the machine that other work had.
    pub(super) foreign: f64,
}

/// Does some work. The trees are those that it keeps busy; the first is the measured one. What this
/// process and its children do is part of the work.
pub(super) fn metered<T>(trees: &[Tree], work: impl FnOnce() -> Result<T>) -> Result<(T, Cost)> {
    let own =
        || -> Result<f64> { Ok(trees.iter().map(Tree::cpu).sum::<f64>() + kernel::own_cpu()?) };
    let first = || trees.first().map_or(0.0, Tree::cpu);
    let (busy, ours, cpu, start) = (kernel::busy()?, own()?, first(), Instant::now());
    let done = work()?;
    let cores = thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64);
    let possible = start.elapsed().as_secs_f64() * cores;
    let cpu = first() - cpu;
    let foreign = (kernel::busy()? - busy - (own()? - ours)) / possible;
    Ok((done, Cost { cpu, foreign: foreign.max(0.0) }))
}
