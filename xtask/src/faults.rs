//! `cargo xtask faults` and `cargo xtask soak`: the tests of faults at their full size, with what
//! they have measured.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::stack::gate::cargo;
use crate::stack::interrupt;
use crate::stack::settings::Security;
use crate::test::{live::Live, pass};

/// Race, crash and cut off modelgate and its cluster at full size: half an hour.
#[derive(Debug, Args)]
pub(crate) struct Faults {
    /// Only the tests whose names contain this.
    only: Option<String>,
}

/// Keep a mixed load up, with faults sprinkled in, and see that nothing grows.
#[derive(Debug, Args)]
pub(crate) struct Soak {
    /// How long.
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
}

impl Faults {
    /// Runs them one after the other, with their figures.
    pub(crate) fn run(self) -> Result<()> {
        let only = self.only.as_deref();
        interrupt::watch()?;
        let full = ["MODELGATE_TEST_FULL=1"];
        pass(&mut tests("proxy", only.unwrap_or("faults::network"), &full))?;
        pass(&mut tests("proxy", only.unwrap_or("identity::opensearch"), &[]))?;
        before_a_stack(tests("races", only.unwrap_or_default(), &full))
    }
}

impl Soak {
    /// Runs it, with its figures.
    pub(crate) fn run(self) -> Result<()> {
        interrupt::watch()?;
        let minutes = format!("MODELGATE_TEST_SOAK_MINUTES={}", self.minutes);
        before_a_stack(tests("races", "soak", &[&minutes]))
    }
}

/// The tests of a target whose names contain that, with these variables.
fn tests(target: &str, only: &str, variables: &[&str]) -> Command {
    let mut command = cargo();
    command.args(["test", "--test", target, "--", "--include-ignored", "--nocapture"]);
    command.args(["--test-threads=1", only]);
    command.envs(variables.iter().filter_map(|variable| variable.split_once('=')));
    command
}

/// Runs it before a stack of its own.
fn before_a_stack(mut tests: Command) -> Result<()> {
    let mut live = Live::plan()?;
    let started = live.environment(&[], Security::On);
    let outcome = started.and_then(|stack| pass(tests.envs(stack)));
    outcome.map(drop).and(live.stop())
}
