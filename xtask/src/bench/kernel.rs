//! What the kernel's own accounting says of processes and of the machine.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use nix::time::ClockId;
use nix::unistd::{Pid, SysconfVar, sysconf};

/// A process and its descendants.
#[derive(Debug)]
pub(super) struct Tree(Vec<u32>);

impl Tree {
    /// The tree below a process, as it is now.
    pub(super) fn of(root: u32) -> Self {
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for pid in pids() {
            if let Some(parent) = stat(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
                children.entry(parent).or_default().push(pid);
            }
        }
        let (mut found, mut next) = (Vec::new(), vec![root]);
        while let Some(pid) = next.pop() {
            found.push(pid);
            next.extend(children.remove(&pid).unwrap_or_default());
        }
        Self(found)
    }

    /// The CPU time that the processes have had, user and system, in seconds.
    pub(super) fn cpu(&self) -> f64 {
        let seconds = |pid: &u32| {
            let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(i32::try_from(*pid).ok()?)).ok()?;
            Some(Duration::from(clock.now().ok()?).as_secs_f64())
        };
        self.0.iter().filter_map(seconds).sum()
    }

    /// Their resident memory, in KiB.
    pub(super) fn rss(&self) -> f64 {
        let resident = |pid: &u32| {
            let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
            let line = text.lines().find_map(|line| line.strip_prefix("Rss:"))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        self.0.iter().filter_map(resident).sum()
    }
}

/// The CPU time that all work on the machine has had, in seconds over all cores; what a hypervisor
/// took counts as work of others.
pub(super) fn busy() -> Result<f64> {
    let text = fs::read_to_string("/proc/stat").context("no /proc/stat")?;
    let line = text.lines().next().context("an empty /proc/stat")?;
    let numbers: Vec<f64> =
        line.split_whitespace().skip(1).take(8).filter_map(|word| word.parse().ok()).collect();
    let idle = numbers.get(3).unwrap_or(&0.0) + numbers.get(4).unwrap_or(&0.0);
    Ok((numbers.iter().sum::<f64>() - idle) / ticks_per_second())
}

/// The CPU time of this process and of the children it has waited for, in seconds.
pub(super) fn own_cpu() -> Result<f64> {
    let mut seconds = 0.0;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who).context("no resource usage")?;
        let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
        seconds += micros as f64 / 1e6;
    }
    Ok(seconds)
}

fn pids() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The fields of `/proc/PID/stat` behind the name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<String>> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = line.rsplit_once(')')?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

fn ticks_per_second() -> f64 {
    sysconf(SysconfVar::CLK_TCK).ok().flatten().unwrap_or(100) as f64
}
