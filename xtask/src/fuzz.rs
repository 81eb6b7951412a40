//! `cargo xtask fuzz`: the targets of `tests/fuzz`, each for a while.

mod seeds;

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::stack::workspace;
use crate::tools;

/// Longest input, in bytes, and most seconds that one may take. The targets hold inputs to their share of a processor;
/// this ends one that never would.
const LONGEST: u32 = 64 * 1024;
const SLOWEST: u32 = 60;

/// Run the fuzz targets: what fails is kept in tests/fuzz/artifacts.
#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// This target only.
    #[arg(long, value_enum)]
    target: Vec<Target>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 1800)]
    seconds: u32,
}

/// A target of `tests/fuzz`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Target {
    Guard,
    Search,
    Route,
    Register,
    Head,
    Config,
}

impl Fuzz {
    /// Runs them, one after the other.
    pub(crate) fn run(self) -> Result<()> {
        let program = tools::program("cargo-fuzz")?;
        let all = Target::value_variants();
        let targets = if self.target.is_empty() { all } else { self.target.as_slice() };
        targets.iter().try_for_each(|target| {
            println!("== {} for {} s", target.name(), self.seconds);
            target.run(Command::new(&program), self.seconds)
        })
    }
}

impl Target {
    fn name(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Search => "search",
            Self::Route => "route",
            Self::Register => "register",
            Self::Head => "head",
            Self::Config => "config",
        }
    }

    /// There is no unsafe code to watch: without a sanitizer the pinned compiler does, and inputs are many more.
    fn run(self, mut cargo_fuzz: Command, seconds: u32) -> Result<()> {
        let folder = workspace().join("tests/fuzz");
        let (corpus, seeds) = (folder.join("corpus"), folder.join("target/seeds"));
        let (corpus, seeds) = (corpus.join(self.name()), seeds.join(self.name()));
        for made in [&corpus, &seeds] {
            fs::create_dir_all(made).with_context(|| made.display().to_string())?;
        }
        seeds::write(self, &seeds)?;
        let words = folder.join(self.name()).with_extension("dict");
        cargo_fuzz.args(["fuzz", "run", "--fuzz-dir"]).arg(&folder);
        cargo_fuzz.args(["--sanitizer", "none", self.name()]).args([&corpus, &seeds]).arg("--");
        if words.is_file() {
            cargo_fuzz.arg(format!("-dict={}", words.display()));
        }
        cargo_fuzz.arg(format!("-max_len={LONGEST}"));
        cargo_fuzz.args([format!("-timeout={SLOWEST}"), format!("-max_total_time={seconds}")]);
        let status = cargo_fuzz.current_dir(&folder).stdin(Stdio::null()).status();
        let status = status.context("cannot run cargo-fuzz")?;
        ensure!(status.success(), "{}: {status}", self.name());
        Ok(())
    }
}
