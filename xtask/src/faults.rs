//! `cargo xtask faults` and `cargo xtask soak`: the tests of faults at their full size, with what
//! they have measured.

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
        at_full_size("proxy", only.unwrap_or("faults::network"), &["MODELGATE_TEST_FULL=1"])?;
        at_full_size("proxy", only.unwrap_or("identity::opensearch"), &[])?;
        at_full_size("races", only.unwrap_or_default(), &["MODELGATE_TEST_FULL=1"])
    }
}

impl Soak {
    /// Runs it, with its figures.
    pub(crate) fn run(self) -> Result<()> {
        let minutes = format!("MODELGATE_TEST_SOAK_MINUTES={}", self.minutes);
        at_full_size("races", "soak", &[&minutes])
    }
}

/// Runs the tests of a target whose names contain that, before a stack of their own.
fn at_full_size(target: &str, only: &str, variables: &[&str]) -> Result<()> {
    interrupt::watch()?;
    let mut live = Live::plan()?;
    let mut command = cargo();
    command.args(["test", "--test", target, "--", "--include-ignored", "--nocapture"]);
    command.args(["--test-threads=1", only]);
    command.envs(variables.iter().filter_map(|variable| variable.split_once('=')));
    let started = live.environment(&[], Security::On);
    let outcome = started.and_then(|stack| pass(command.envs(stack)));
    outcome.map(drop).and(live.stop())
}
