//! `cargo xtask bench`: modelgate beside its peers, and what its parts cost in instructions.

mod instructions;
mod kernel;
mod load;
mod machine;
mod markdown;
mod memory;
mod peers;
mod plot;
mod programs;
mod report;
mod rounds;
mod samples;
pub(crate) mod start;

pub(crate) mod kit;

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use self::instructions::{Compared, Instructions};
use self::peers::Peer;
use self::rounds::Plan;
use crate::stack::{interrupt, workspace};

/// Measure modelgate beside its peers, in one run on this machine.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Only compare instruction counts with the recorded ones: needs no quiet machine.
    #[arg(long)]
    quick: bool,
    /// With --quick: record the counts anew instead of comparing.
    #[arg(long, requires = "quick")]
    record: bool,
    /// How often each measurement is taken; the order of the proxies rotates.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 2)]
    seconds: u32,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    connections: Vec<u32>,
    /// Requests a second where latency is measured.
    #[arg(long, default_value_t = 1000)]
    rate: u32,
    /// Idle connections to hold; fewer where descriptors are limited.
    #[arg(long, default_value_t = 10_000)]
    idle: u32,
    /// Seconds to wait at most, before each measurement, for the machine to be quiet.
    #[arg(long, default_value_t = 0)]
    patience: u64,
    /// Beside which proxies (pingora takes a quarter of an hour to build).
    #[arg(long = "peer", value_enum, default_values_t = [Peer::Nginx, Peer::Haproxy])]
    peers: Vec<Peer>,
    /// Where the results go, below the workspace.
    #[arg(long, default_value = "bench/results")]
    out: PathBuf,
}

impl Bench {
    /// Runs the benchmark.
    pub(crate) fn run(self) -> Result<()> {
        if self.quick {
            return self.quick();
        }
        interrupt::watch()?;
        let plan = Plan {
            rounds: self.rounds,
            seconds: self.seconds,
            connections: self.connections,
            rate: self.rate,
            idle: self.idle,
            patience: self.patience,
            peers: self.peers,
        };
        let command = env::args().skip(1).collect::<Vec<_>>().join(" ");
        let report = plan.run(&format!("cargo xtask {command}"))?;
        report.write(&workspace().join(self.out))
    }

    fn quick(&self) -> Result<()> {
        if self.record {
            return match instructions::count()? {
                Compared::Counted(counted) => counted.record(),
                Compared::Skipped(why) => bail!("nothing can be recorded: {why}"),
            };
        }
        if let Some(why) = compared()? {
            println!("instruction counts: skipped: {why}");
        }
        Ok(())
    }
}

/// Compares the instruction counts with the recorded ones; gives why nothing was compared.
pub(crate) fn compared() -> Result<Option<&'static str>> {
    match instructions::count()? {
        Compared::Counted(counted) => Instructions::recorded()?.compare(&counted),
        Compared::Skipped(why) => Ok(Some(why)),
    }
}
