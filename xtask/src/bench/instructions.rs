//! What modelgate's parts cost in instructions, counted by callgrind: the same on a busy machine.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::{machine, programs};
use crate::stack::gate::cargo;
use crate::stack::workspace;

const RECORD: &str = "bench/instructions.toml";
const HEAD: &str =
    "# Instructions a call, by callgrind; written by `cargo xtask bench --quick --record`.\n";

/// Calls that each count is the mean of: `tests/bench/main.rs` makes as many.
const CALLS: u64 = 10;

/// More than this share beyond the record is too much.
const TOLERANCE: f64 = 0.05;

/// The counts, and what they were counted with.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Instructions {
    /// Processor and its widest vectors: libraries choose their code by these.
    processor: String,
    rustc: String,
    valgrind: String,
    instructions: BTreeMap<String, u64>,
}

/// Whether anything was counted.
#[derive(Debug)]
pub(crate) enum Compared {
    /// It was.
    Counted(Instructions),
    /// Nothing can be counted, for this reason.
    Skipped(&'static str),
}

/// Builds the micro-benchmarks and counts each.
pub(crate) fn count() -> Result<Compared> {
    let Some(valgrind) = programs::found("valgrind") else {
        return Ok(Compared::Skipped("valgrind is not installed: apt-get install valgrind"));
    };
    let build = ["bench", "--no-run", "--package", "modelgate", "--bench", "micro"];
    let program = programs::built("micro", cargo().args(build))?;
    let names = Command::new(&program).arg("--names").output().context("no micro-benchmarks")?;
    let mut instructions = BTreeMap::new();
    for name in String::from_utf8_lossy(&names.stdout).lines() {
        let counted = counted(&valgrind, &program, name)?;
        println!("{counted:>12} instructions  {name}");
        instructions.insert(name.to_owned(), counted);
    }
    Ok(Compared::Counted(Instructions {
        processor: processor(),
        rustc: machine::version(Path::new("rustc"), "--version"),
        valgrind: machine::version(&valgrind, "--version"),
        instructions,
    }))
}

/// The instructions of one call.
fn counted(valgrind: &Path, program: &Path, name: &str) -> Result<u64> {
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--toggle-collect=*only_these_count*"])
        .arg("--callgrind-out-file=/dev/null")
        .arg(program)
        .args(["--count", name])
        .stdin(Stdio::null())
        .output()
        .context("cannot run valgrind")?;
    let told = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} of {name} under valgrind:\n{told}", output.status);
    let line = told.lines().find_map(|line| Some(line.split_once("Collected :")?.1));
    let all: u64 = line.and_then(|number| number.trim().parse().ok()).context("no count")?;
    ensure!(all > 0, "callgrind saw nothing of {name}");
    Ok(all / CALLS)
}

impl Instructions {
    /// What was recorded.
    pub(crate) fn recorded() -> Result<Self> {
        let missing = || format!("{RECORD} is missing: cargo xtask bench --quick --record");
        let text = fs::read_to_string(file()).with_context(missing)?;
        toml::from_str(&text).with_context(|| format!("{RECORD} is no record"))
    }

    /// Records these counts.
    pub(crate) fn record(&self) -> Result<()> {
        fs::write(file(), HEAD.to_owned() + &toml::to_string(self)?).context(RECORD)?;
        println!("recorded in {RECORD}");
        Ok(())
    }

    /// Fails where these counts are beyond the record; gives why nothing was compared.
    pub(crate) fn compare(&self, counted: &Self) -> Result<Option<&'static str>> {
        if self.processor != counted.processor {
            return Ok(Some("the record is of another kind of processor"));
        }
        let complaints = self.complaints(counted);
        if complaints.is_empty() {
            println!("no count is more than {:.0} % beyond {RECORD}", TOLERANCE * 100.0);
            return Ok(None);
        }
        bail!(
            "{}\n(where that is meant: cargo xtask bench --quick --record)",
            complaints.join("\n")
        )
    }

    fn complaints(&self, counted: &Self) -> Vec<String> {
        let grown = counted.instructions.iter().filter_map(|(name, now)| {
            let Some(then) = self.instructions.get(name) else {
                return Some(format!("{name} is not in {RECORD}"));
            };
            let grown = *now as f64 / *then as f64 - 1.0;
            let percent = grown * 100.0;
            if grown < -TOLERANCE {
                println!("{name}: {then} -> {now} instructions ({percent:.1} %): worth recording");
            }
            (grown > TOLERANCE)
                .then(|| format!("{name}: {then} -> {now} instructions (+{percent:.1} %)"))
        });
        let is_gone = |name: &&String| !counted.instructions.contains_key(*name);
        let gone = self.instructions.keys().filter(is_gone);
        grown.chain(gone.map(|name| format!("{name} is recorded, but not there"))).collect()
    }
}

fn file() -> PathBuf {
    workspace().join(RECORD)
}

fn processor() -> String {
    let flags = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let wide = if flags.split_whitespace().any(|flag| flag == "avx2") { " avx2" } else { "" };
    env::consts::ARCH.to_owned() + wide
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[(&str, u64)]) -> Instructions {
        let instructions =
            counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let [processor, rustc, valgrind] = [(); 3].map(|()| String::new());
        Instructions { processor, rustc, valgrind, instructions }
    }

    #[test]
    fn a_count_beyond_the_record_is_named_with_both_numbers() {
        let recorded = counts(&[("same", 1000), ("less", 1000), ("more", 1000), ("gone", 1)]);
        let counted = counts(&[("same", 1049), ("less", 500), ("more", 1051), ("new", 1)]);

        assert_eq!(
            recorded.complaints(&counted),
            [
                "more: 1000 -> 1051 instructions (+5.1 %)",
                "new is not in bench/instructions.toml",
                "gone is recorded, but not there"
            ]
        );
    }

    #[test]
    fn another_processor_is_no_failure() {
        let recorded = Instructions { processor: "other".to_owned(), ..counts(&[("a", 1)]) };

        assert!(matches!(recorded.compare(&counts(&[("a", 9)])), Ok(Some(_))));
    }
}
