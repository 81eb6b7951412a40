//! The load of connections that take turns, as a process of the kit.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::cores::Core;
use super::kernel::Tree;
use super::load::{Loads, Outcome, number};

/// Connections that are open and wait for their start.
#[derive(Debug)]
pub(super) struct Turning(Child);

/// What is asked over how many connections.
#[derive(Debug)]
pub(super) struct Turns<'a> {
    /// All of them take part.
    pub(super) connections: u32,
    /// Requests in flight at once, at most.
    pub(super) at_once: u32,
    /// For how long.
    pub(super) seconds: u32,
    /// The request as it is sent.
    pub(super) request: &'a str,
}

impl Turning {
    /// Opens the connections.
    pub(super) fn opened(loads: &Loads, port: u16, turns: &Turns<'_>) -> Result<Self> {
        let file = loads.work.join("turns.http");
        fs::write(&file, turns.request).context("the request cannot be written")?;
        let mut command = loads.kit("turns", port);
        command.args(["--connections", &turns.connections.to_string()]);
        command.args(["--at-once", &turns.at_once.to_string()]);
        command.args(["--seconds", &turns.seconds.to_string(), "--request"]).arg(file);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let child = Core::Last.run(|| Ok(command.spawn()?))?;
        let mut opened = Self(child);
        let output = opened.0.stdout.as_mut().context("no output of turns")?;
        // It says this one line now: nothing is lost with the reader.
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        ensure!(!line.is_empty(), "{} connections could not be opened", turns.connections);
        Ok(opened)
    }

    /// The process of the load.
    pub(super) fn tree(&self) -> Tree {
        Tree::of(self.0.id())
    }

    /// Starts it, and waits for its end.
    pub(super) fn run(mut self) -> Result<Outcome> {
        self.0.stdin.take().context("no input of turns")?.write_all(b"\n")?;
        let mut line = String::new();
        BufReader::new(self.0.stdout.take().context("no output of turns")?).read_line(&mut line)?;
        let status = self.0.wait()?;
        ensure!(status.success(), "{status} of turns");
        let told: Value = serde_json::from_str(&line).context("turns told nothing")?;
        let names = ["per_second", "p50", "p99", "failed"];
        let values = names.into_iter().map(|name| Ok((name, number(&told, name)?)));
        let units = number(&told, "requests")?.max(1.0);
        Ok(Outcome { units, values: values.collect::<Result<_>>()? })
    }
}

impl Drop for Turning {
    fn drop(&mut self) {
        // One that was not started ends with its input, and has nothing to say.
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}
