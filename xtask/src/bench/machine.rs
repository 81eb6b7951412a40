//! Which machine a run was made on.

use std::fs;
use std::process::Command;

use serde::Serialize;
use time::OffsetDateTime;

use crate::stack::workspace;

/// A machine, as far as it explains figures, and when it was measured on which commit.
#[derive(Debug, Serialize)]
pub(super) struct Machine {
    cores: usize,
    cpu: String,
    memory_gib: u64,
    kernel: String,
    load: String,
    date: String,
    commit: String,
}

impl Machine {
    /// The machine this runs on.
    pub(super) fn here() -> Self {
        let text = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let of = |path: &str, key: &str| {
            let text = text(path);
            let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            line.split_once(':').map_or("", |(_, value)| value).trim().to_owned()
        };
        let memory = of("/proc/meminfo", "MemTotal");
        let kib: u64 = memory.trim_end_matches(" kB").parse().unwrap_or_default();
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            cpu: of("/proc/cpuinfo", "model name"),
            memory_gib: kib / 1024 / 1024,
            kernel: text("/proc/sys/kernel/osrelease").trim().to_owned(),
            load: text("/proc/loadavg").split_whitespace().next().unwrap_or_default().to_owned(),
            date: now(),
            commit: commit(),
        }
    }

    /// In a sentence.
    pub(super) fn described(&self) -> String {
        let Self { cores, cpu, memory_gib, kernel, load, date, commit } = self;
        format!(
            "{cores} cores of {cpu}, {memory_gib} GiB, Linux {kernel}, load {load} at the start \
             ({date}, commit {commit})"
        )
    }
}

/// The minute, in UTC.
fn now() -> String {
    let now = OffsetDateTime::now_utc();
    format!("{} {:02}:{:02} UTC", now.date(), now.hour(), now.minute())
}

/// The commit that is measured; what is not committed is told.
fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(workspace()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=10", "HEAD"]) else {
        return "unknown".to_owned();
    };
    let sources = ["status", "--porcelain", "--", "src", "Cargo.toml", "Cargo.lock", "xtask"];
    let changed = git(&sources).is_none_or(|text| !text.is_empty());
    commit + if changed { " with changes" } else { "" }
}

/// The first line that a program tells of its version.
pub(super) fn version(program: &std::path::Path, flag: &str) -> String {
    let Ok(output) = Command::new(program).arg(flag).output() else { return "?".to_owned() };
    let told = [output.stdout, output.stderr].concat();
    String::from_utf8_lossy(&told).lines().next().unwrap_or("?").trim().to_owned()
}
