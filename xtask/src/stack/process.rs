//! Processes that outlive the command that starts them: recorded with the time of their start, so
//! that a recycled process id is never taken for one of ours.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::files;

/// Writes its own `/proc/PID/stat` to the pid file and becomes the program: the record is there
/// before the program is, whoever is killed in between.
pub(crate) const RECORD: &str = r#"cat "/proc/$$/stat" >"$0" && exec "$@""#;

const GRACE: Duration = Duration::from_secs(10);

/// Where a process is recorded.
#[derive(Debug, Clone)]
pub(crate) struct PidFile(PathBuf);

/// A process that is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pid: i32,
    started: String,
}

impl PidFile {
    /// The record at `path`.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The record's path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The recorded process, if it still runs.
    pub(crate) fn running(&self) -> Option<Process> {
        let recorded = parse(&fs::read_to_string(&self.0).ok()?)?;
        recorded.runs().then_some(recorded)
    }

    /// Starts `command`, which records itself here, in a process group of its own.
    pub(crate) fn spawn(&self, command: &mut Command, log: &Path) -> Result<Process> {
        files::remove(&self.0)?;
        let output =
            File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let child = command
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let pid = i32::try_from(child.id())?;
        stat(pid).context("the process ended at once")
    }

    /// Stops the recorded process, if it runs: first kindly, then not.
    pub(crate) fn stop(&self) -> Result<bool> {
        let Some(process) = self.running() else {
            files::remove(&self.0)?;
            return Ok(false);
        };
        process.signal(Signal::SIGTERM)?;
        if !process.ends_within(GRACE) {
            process.signal(Signal::SIGKILL)?;
            if !process.ends_within(GRACE) {
                bail!("process {} does not end", process.pid);
            }
        }
        files::remove(&self.0)?;
        Ok(true)
    }
}

impl Process {
    /// Its id.
    pub(crate) fn id(&self) -> u32 {
        self.pid.unsigned_abs()
    }

    /// Whether the process still runs.
    pub(crate) fn runs(&self) -> bool {
        stat(self.pid).as_ref() == Some(self)
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        match kill(Pid::from_raw(self.pid), signal) {
            Ok(()) | Err(Errno::ESRCH) => Ok(()),
            Err(error) => Err(error).with_context(|| format!("cannot stop process {}", self.pid)),
        }
    }

    fn ends_within(&self, limit: Duration) -> bool {
        let start = Instant::now();
        while start.elapsed() < limit {
            if !self.runs() {
                return true;
            }
            thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

/// The process of this id as it runs now; none for one that has ended and only awaits its parent.
fn stat(pid: i32) -> Option<Process> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    (!matches!(state(&line), Some("Z" | "X"))).then(|| parse(&line)).flatten()
}

/// What `proc_pid_stat(5)` says of a process: the name in parentheses may contain anything.
fn parse(line: &str) -> Option<Process> {
    let pid = line.split_once(' ')?.0.parse().ok()?;
    let started = after_name(line)?.nth(19)?.to_owned();
    Some(Process { pid, started })
}

fn state(line: &str) -> Option<&str> {
    after_name(line)?.next()
}

fn after_name(line: &str) -> Option<std::str::SplitWhitespace<'_>> {
    Some(line.rsplit_once(')')?.1.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_proc_is_read_past_an_odd_name() {
        let line = "17 (a ) b) S 1 17 17 0 -1 4194304 1 0 0 0 1 2 0 0 20 0 1 0 4711 99 0\n";

        let process = parse(line).expect("a process");

        assert_eq!(process, Process { pid: 17, started: "4711".to_owned() });
    }

    #[test]
    fn this_process_runs_and_one_of_another_start_does_not() {
        let pid = i32::try_from(std::process::id()).expect("a pid");
        let me = stat(pid).expect("this process");

        assert!(me.runs());

        let earlier = Process { started: "1".to_owned(), ..me };

        assert!(!earlier.runs());
    }
}
