//! `cargo xtask test`: every check of the project, in order, up to the first that fails.

pub(crate) mod live;
mod stages;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;

use self::live::Live;
pub(crate) use self::stages::pass;
use self::stages::{Done, STAGES, Stage};
use crate::stack::interrupt;

/// Run every check, or the named stages.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The stages to run; all without any.
    #[arg(value_parser = stages::names())]
    stages: Vec<String>,
}

impl Test {
    /// Runs the stages in order.
    pub(crate) fn run(self) -> Result<()> {
        interrupt::watch()?;
        let mut live = Live::plan()?;
        let mut report = Vec::new();
        let outcome = run_all(&self.chosen(), &mut live, &mut report);
        let stopped = live.stop();
        print_report(&report, outcome.is_ok());
        outcome.and(stopped)
    }

    fn chosen(&self) -> Vec<&'static Stage> {
        let is_chosen = |stage: &&Stage| {
            self.stages.is_empty() || self.stages.iter().any(|name| name == stage.name)
        };
        STAGES.iter().filter(is_chosen).collect()
    }
}

type Report = Vec<(&'static str, String, Duration)>;

fn run_all(stages: &[&'static Stage], live: &mut Live, report: &mut Report) -> Result<()> {
    ensure!(!stages.is_empty(), "no stage is chosen");
    for stage in stages {
        println!("\n=== {}", stage.name);
        let start = Instant::now();
        let outcome = interrupt::check().and_then(|()| (stage.run)(live));
        let said = match &outcome {
            Ok(Done::Passed) => "passed".to_owned(),
            Ok(Done::Skipped(why)) => format!("skipped: {why}"),
            Err(_) => "FAILED".to_owned(),
        };
        println!("=== {}: {said}, {:.1} s", stage.name, start.elapsed().as_secs_f32());
        report.push((stage.name, said, start.elapsed()));
        outcome.with_context(|| format!("stage {} failed", stage.name))?;
    }
    Ok(())
}

fn print_report(report: &Report, passed: bool) {
    println!("\n=== cargo xtask test: {}", if passed { "passed" } else { "FAILED" });
    for (name, said, time) in report {
        println!("{:>8.1} s  {name:<14} {said}", time.as_secs_f32());
    }
    let total: Duration = report.iter().map(|(_, _, time)| *time).sum();
    println!("{:>8.1} s  in all", total.as_secs_f32());
}
