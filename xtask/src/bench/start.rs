//! Starting and stopping the processes of a run.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::kernel::Tree;
use crate::stack::{files, interrupt};

const START: Duration = Duration::from_secs(15);
const STOP: Duration = Duration::from_secs(5);

/// A process that serves; it is stopped when the value is dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    /// From its start to its first answer.
    pub(super) took: Duration,
}

impl Running {
    /// Starts a server and waits for its first answer.
    pub(super) fn start(command: Command, port: u16, log: &Path) -> Result<Self> {
        Self::start_until(command, || answers(port), log)
    }

    /// Starts a server and waits until it takes connections.
    pub(super) fn start_listening(command: Command, port: u16, log: &Path) -> Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Self::start_until(command, || TcpStream::connect(address).is_ok(), log)
    }

    /// Starts a server and waits until it is ready.
    pub(crate) fn start_until(
        mut command: Command,
        is_ready: impl Fn() -> bool,
        log: &Path,
    ) -> Result<Self> {
        let shown = command.get_program().display().to_string();
        let output = File::create(log).with_context(|| format!("no {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {shown}"))?;
        let mut running = Self { child, took: Duration::ZERO };
        while !is_ready() {
            interrupt::check()?;
            if running.child.try_wait()?.is_some() || start.elapsed() > START {
                bail!("{shown} did not serve. The end of its log:\n{}", files::tail(log, 20));
            }
            thread::sleep(Duration::from_micros(500));
        }
        running.took = start.elapsed();
        Ok(running)
    }

    /// The process and its children.
    pub(super) fn tree(&self) -> Tree {
        Tree::of(self.child.id())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let Ok(pid) = self.child.id().try_into() else { return };
        // Where it has ended by itself there is nothing to stop.
        let _ = kill(Pid::from_raw(pid), Signal::SIGTERM);
        let start = Instant::now();
        while start.elapsed() < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Whether a server answers with a 200.
pub(crate) fn answers(port: u16) -> bool {
    let asked = || -> std::io::Result<bool> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(1)))?;
        stream.write_all(b"GET /1k HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 12];
        stream.read_exact(&mut start)?;
        Ok(start == *b"HTTP/1.1 200")
    };
    asked().unwrap_or(false)
}

/// Ports that were free a moment ago.
pub(crate) fn free_ports(count: usize) -> Result<Vec<u16>> {
    let bind = |_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port");
    let held: Vec<_> = (0..count).map(bind).collect::<Result<_>>()?;
    held.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}
