//! A run: everything is started, then each load is put on each proxy in turn, round by round, in an
//! order that rotates.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use super::kernel::{self, Tree};
use super::load::{self, CALLS, Load, Loads};
use super::machine::Machine;
use super::memory::{self, Footprints};
use super::peers::{self, Certificate, Door, Peer, Place, Proxy};
use super::report::Report;
use super::samples::{Sample, Samples};
use super::start::{self, Running};
use crate::stack::{cache, files, interrupt};

/// Numbers of idle connections beside those that ask.
const IDLE: [u32; 2] = [1_000, 10_000];

/// What a run is to measure.
#[derive(Debug, Serialize)]
pub(super) struct Plan {
    pub(super) rounds: usize,
    pub(super) seconds: u32,
    pub(super) connections: Vec<u32>,
    pub(super) rate: u32,
    pub(super) idle: u32,
    pub(super) patience: u64,
    #[serde(skip)]
    pub(super) peers: Vec<Peer>,
}

/// Something to put loads on.
struct Target {
    name: &'static str,
    port: u16,
    running: Option<Running>,
}

impl Plan {
    /// Does it all; `command` is how it was asked for.
    pub(super) fn run(self, command: &str) -> Result<Report> {
        let work = cache().join("bench/run");
        fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
        let _alone = files::lock(&work.join(".lock"))?;
        let idle = load::affordable(self.idle)?;
        let loads = Loads::prepared(work.clone())?;
        let ports = start::free_ports(self.peers.len() + 2)?;
        let place = |port: u16| Place { port, upstream: ports[0], work: &work, door: Door::Plain };
        let mut proxies = vec![peers::modelgate(place(ports[1]))?];
        for (peer, port) in self.peers.iter().zip(&ports[2..]) {
            proxies.push(peer.prepared(place(*port))?);
        }
        let machine = Machine::here();
        let upstream = loads.upstream(ports[0])?;
        let (targets, mut footprints) = started(&proxies, ports[0])?;
        let mut samples = self.measured(&self.loads(idle), &loads, &targets, &upstream)?;
        for target in &targets {
            let found = footprints.get_mut(target.name).zip(target.running.as_ref());
            if let Some((footprint, running)) = found {
                footprint.after_run = running.tree().rss() / 1024.0;
            }
        }
        drop(targets);
        let certificate = Certificate::made(&work)?;
        let targets = self.behind_tls(&certificate, &work, ports[0])?;
        let behind_tls = [16, 64].map(Load::Tls).into_iter().chain([4, 16].map(Load::H2));
        let behind_tls: Vec<_> = behind_tls.collect();
        samples.0.extend(self.measured(&behind_tls, &loads, &targets, &upstream)?.0);
        drop(targets);
        self.hold(&proxies, &loads, idle, &mut footprints)?;
        let version = |proxy: &Proxy| (proxy.name.to_owned(), proxy.version.clone());
        let versions = proxies.iter().map(version).collect();
        let command = command.to_owned();
        Ok(Report { command, machine, versions, plan: self, samples, footprints })
    }

    /// All proxies that speak TLS, doing so.
    fn behind_tls(&self, shown: &Certificate, work: &Path, upstream: u16) -> Result<Vec<Target>> {
        let peers: Vec<&Peer> = self.peers.iter().filter(|peer| peer.speaks_tls()).collect();
        let work = work.join("tls");
        let ports = start::free_ports(peers.len() + 1)?;
        let place = |port: u16| Place { port, upstream, work: &work, door: Door::Tls(shown) };
        let mut proxies = vec![peers::modelgate(place(ports[0]))?];
        for (peer, port) in peers.iter().zip(&ports[1..]) {
            proxies.push(peer.prepared(place(*port))?);
        }
        let target = |proxy: &Proxy| {
            let running = Running::start_listening(proxy.command(), proxy.port, &proxy.log())?;
            Ok(Target { name: proxy.name, port: proxy.port, running: Some(running) })
        };
        proxies.iter().map(target).collect()
    }

    fn loads(&self, most_idle: u32) -> Vec<Load> {
        let gets = self.connections.iter().map(|connections| Load::Get(*connections));
        let beside = IDLE.into_iter().filter(move |idle| *idle <= most_idle).map(Load::Beside);
        let calls = CALLS.iter().map(Load::Call);
        let bodies = [Load::Up, Load::Bulk, Load::Down];
        gets.chain(beside).chain([Load::Rate(self.rate)]).chain(calls).chain(bodies).collect()
    }

    fn measured(
        &self,
        each: &[Load],
        loads: &Loads,
        targets: &[Target],
        upstream: &Running,
    ) -> Result<Samples> {
        if let Some(first) = each.first() {
            for target in targets {
                loads.put(*first, target.port, 1)?;
            }
        }
        let mut samples = Samples::default();
        for round in 0..self.rounds {
            println!("round {} of {}", round + 1, self.rounds);
            for load in each.iter().copied() {
                for turn in 0..targets.len() {
                    interrupt::check()?;
                    let target = &targets[(round + turn) % targets.len()];
                    self.wait_for_quiet()?;
                    let sample = self.sample(loads, load, target, upstream, round);
                    samples.0.push(sample.or_else(|error| failed(&error, load, target, round))?);
                }
            }
        }
        Ok(samples)
    }

    fn sample(
        &self,
        loads: &Loads,
        load: Load,
        target: &Target,
        upstream: &Running,
        round: usize,
    ) -> Result<Sample> {
        let held = loads.before(load, target.port)?;
        let trees: Vec<Tree> = target.running.iter().chain([upstream]).map(Running::tree).collect();
        let proxy = || target.running.is_some().then(|| trees[0].cpu());
        let own =
            || -> Result<f64> { Ok(trees.iter().map(Tree::cpu).sum::<f64>() + kernel::own_cpu()?) };
        let (busy, ours, theirs, start) = (kernel::busy()?, own()?, proxy(), Instant::now());
        let outcome = loads
            .put(load, target.port, self.seconds)
            .with_context(|| format!("{} through {}", load.name(), target.name))?;
        let cores = thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64);
        let possible = start.elapsed().as_secs_f64() * cores;
        let foreign = (kernel::busy()? - busy - (own()? - ours)) / possible;
        let after = proxy();
        drop(held);
        let name = |(name, value): (&'static str, f64)| (name.to_owned(), value);
        let mut values: std::collections::BTreeMap<_, _> =
            outcome.values.into_iter().map(name).collect();
        if let Some(cpu) = after.zip(theirs).map(|(after, before)| after - before) {
            values.insert("cpu".to_owned(), cpu / outcome.units);
        }
        let (load, target) = (load.name(), target.name.to_owned());
        Ok(Sample { load, target, round, foreign: foreign.max(0.0), values })
    }

    /// Waits until others take little of the machine, or patience ends.
    fn wait_for_quiet(&self) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(self.patience) {
            let (busy, since) = (kernel::busy()?, Instant::now());
            thread::sleep(Duration::from_millis(250));
            if (kernel::busy()? - busy) / since.elapsed().as_secs_f64() < 0.2 {
                return Ok(());
            }
        }
        Ok(())
    }

    fn hold(
        &self,
        proxies: &[Proxy],
        loads: &Loads,
        idle: u32,
        footprints: &mut Footprints,
    ) -> Result<()> {
        println!("holding {idle} idle connections");
        for proxy in proxies {
            interrupt::check()?;
            let footprint = footprints.entry(proxy.name.to_owned()).or_default();
            memory::hold(proxy, loads, idle, footprint)?;
        }
        Ok(())
    }
}

/// One load that fails does not lose the others; an interrupt ends them all.
fn failed(error: &anyhow::Error, load: Load, target: &Target, round: usize) -> Result<Sample> {
    interrupt::check()?;
    eprintln!("failed: {error:#}");
    let (load, target) = (load.name(), target.name.to_owned());
    Ok(Sample { load, target, round, foreign: 0.0, values: [("failed".to_owned(), 1.0)].into() })
}

/// Starts all proxies; direct is the upstream itself.
fn started(proxies: &[Proxy], upstream: u16) -> Result<(Vec<Target>, Footprints)> {
    let mut targets = vec![Target { name: "direct", port: upstream, running: None }];
    let mut footprints = Footprints::new();
    for proxy in proxies {
        interrupt::check()?;
        let (running, footprint) = memory::start(proxy)?;
        footprints.insert(proxy.name.to_owned(), footprint);
        targets.push(Target { name: proxy.name, port: proxy.port, running: Some(running) });
    }
    Ok((targets, footprints))
}
