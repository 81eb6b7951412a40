//! `cargo xtask bench`: modelgate beside its peers, and what its parts cost in instructions.

mod cluster;
mod cores;
mod curves;
mod instructions;
mod kernel;
pub(crate) mod load;
mod logged;
mod machine;
mod markdown;
mod memory;
mod meter;
mod peers;
mod plot;
pub(crate) mod programs;
mod report;
mod rounds;
mod samples;
mod sheet;
pub(crate) mod start;
pub(crate) mod training;
mod turning;

pub(crate) mod kit;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use self::instructions::{Compared, Instructions};
use self::peers::Peer;
use self::rounds::Plan;
use crate::stack::{cache, files, interrupt, workspace};

/// Measure modelgate beside its peers, in one run on this machine.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Only compare instruction counts with the recorded ones: needs no quiet machine.
    #[arg(long)]
    quick: bool,
    /// With --quick: record the counts anew instead of comparing.
    #[arg(long, requires = "quick")]
    record: bool,
    /// Only these sections, each with results of its own [default: all].
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
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
    /// Numbers of groups in the index: a million take minutes to write.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1_000, 100_000, 1_000_000])]
    groups: Vec<u32>,
    /// Beside which proxies; pingora takes a quarter of an hour to build [default: nginx, haproxy,
    /// and the others where they are here already].
    #[arg(long = "peer", value_enum)]
    peers: Vec<Peer>,
    /// Where the results go, below the workspace.
    #[arg(long, default_value = "bench/results")]
    out: PathBuf,
}

/// A part of a run that can be made alone.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Section {
    /// modelgate beside its peers: requests/s, CPU, latency, TLS, bodies, calls, memory.
    Peers,
    /// The same GET while everyone logs each request.
    Logged,
    /// CPU by connections, by the caller's roles and by the length of a search.
    Curves,
    /// Register, get and search on a real OpenSearch, beside the same done directly.
    Ours,
    /// The same with up to a million groups in the index.
    Groups,
}

impl Section {
    /// Measures it, and writes its results into a folder.
    fn run(self, plan: &Plan, work: &Path, results: &Path) -> Result<()> {
        let sheet = match self {
            Self::Peers => return plan.peers(work)?.write(results),
            Self::Logged => plan.logged(work)?,
            Self::Ours => plan.ours()?,
            Self::Groups => plan.growing()?,
            Self::Curves => plan.curves(work)?,
        };
        sheet.write(results)
    }
}

impl Bench {
    /// Runs the benchmark.
    pub(crate) fn run(self) -> Result<()> {
        if self.quick {
            return self.quick();
        }
        interrupt::watch()?;
        let work = cache().join("bench/run");
        fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
        let _alone = files::lock(&work.join(".lock"))?;
        let command = env::args().skip(1).collect::<Vec<_>>().join(" ");
        let plan = Plan {
            rounds: self.rounds,
            seconds: self.seconds,
            connections: self.connections,
            rate: self.rate,
            idle: self.idle,
            patience: self.patience,
            peers: if self.peers.is_empty() { Peer::usual() } else { self.peers },
            groups: self.groups,
            command: format!("cargo xtask {command}"),
        };
        let asked = if self.only.is_empty() { Section::value_variants() } else { &self.only };
        let mut whole = Ok(());
        for section in asked {
            if let Err(error) = section.run(&plan, &work, &workspace().join(&self.out)) {
                // One section that fails does not lose the others.
                interrupt::check()?;
                eprintln!("failed: {error:#}");
                whole = Err(error);
            }
        }
        whole
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
