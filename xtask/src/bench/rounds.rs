//! A run: everything is started, then each load is put on each proxy in turn, round by round, in an
//! order that rotates.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use super::kernel::{self, Tree};
use super::load::{self, CALLS, Load, Loads};
use super::machine::Machine;
use super::memory::{self, Footprints};
use super::meter::metered;
use super::peers::{self, Certificate, Door, Log, Peer, Place, Proxy};
use super::report::Report;
use super::samples::{Sample, Samples};
use super::start::{self, Running};
use crate::dist;
use crate::stack::interrupt;

/// Backend roles of whoever calls.
pub(super) const ROLES: usize = 2;

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
    #[serde(skip)]
    pub(super) groups: Vec<u32>,
    /// How the run was asked for.
    pub(super) command: String,
}

/// Something to put loads on.
pub(super) struct Target {
    pub(super) name: &'static str,
    pub(super) port: u16,
    pub(super) running: Option<Running>,
}

impl Plan {
    /// modelgate beside its peers, under all loads.
    pub(super) fn peers(&self, work: &Path) -> Result<Report<'_>> {
        let idle = load::affordable(self.idle)?;
        let loads = Loads::prepared(work.to_owned())?;
        let ports = start::free_ports(self.peers.len() + 2)?;
        let (door, log) = (Door::Plain, Log::Off);
        let place = |port: u16| Place { port, upstream: ports[0], work, door, log };
        let proxies = prepared(&self.peers, &ports[1..], place)?;
        let machine = Machine::here();
        let upstream = loads.upstream(ports[0], ROLES)?;
        let (targets, mut footprints) = started(&proxies, ports[0])?;
        let mut samples = self.measured(&self.loads(idle), &loads, &targets, &upstream)?;
        for target in &targets {
            let found = footprints.get_mut(target.name).zip(target.running.as_ref());
            if let Some((footprint, running)) = found {
                footprint.after_run = running.tree().rss() / 1024.0;
            }
        }
        drop(targets);
        let certificate = Certificate::made(work)?;
        let targets = self.behind_tls(&certificate, work, ports[0])?;
        let behind_tls = [16, 64].map(Load::Tls).into_iter().chain([4, 16].map(Load::H2));
        let behind_tls: Vec<_> = behind_tls.collect();
        samples.0.extend(self.measured(&behind_tls, &loads, &targets, &upstream)?.0);
        drop(targets);
        self.hold(&proxies, &loads, idle, &mut footprints)?;
        let version = |proxy: &Proxy| (proxy.name.to_owned(), proxy.version.clone());
        let versions = proxies.iter().map(version).collect();
        Ok(Report { machine, versions, plan: self, samples, footprints })
    }

    /// All proxies that speak TLS, doing so.
    fn behind_tls(&self, shown: &Certificate, work: &Path, upstream: u16) -> Result<Vec<Target>> {
        let peers: Vec<Peer> =
            self.peers.iter().copied().filter(|peer| peer.speaks_tls()).collect();
        let work = work.join("tls");
        let ports = start::free_ports(peers.len() + 1)?;
        let (door, log) = (Door::Tls(shown), Log::Off);
        let place = |port: u16| Place { port, upstream, work: &work, door, log };
        let proxies = prepared(&peers, &ports, place)?;
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

    /// Puts each load on each target in turn, round by round.
    pub(super) fn measured(
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
        let put = || {
            let outcome = loads.put(load, target.port, self.seconds);
            outcome.with_context(|| format!("{} through {}", load.name(), target.name))
        };
        let (outcome, cost) = metered(&trees, put)?;
        drop(held);
        let mut values = outcome.values;
        if target.running.is_some() {
            values.push(("cpu", cost.cpu / outcome.units));
        }
        Ok(Sample::of(load.name(), target.name, round, cost, values))
    }

    /// Waits until others take little of the machine, or patience ends.
    pub(super) fn wait_for_quiet(&self) -> Result<()> {
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

/// modelgate and its peers, each on a port of its own.
pub(super) fn prepared<'p>(
    peers: &[Peer],
    ports: &[u16],
    place: impl Fn(u16) -> Place<'p>,
) -> Result<Vec<Proxy>> {
    let ours = std::iter::once_with(|| peers::modelgate(&dist::built()?, place(ports[0])));
    let others = peers.iter().zip(&ports[1..]).map(|(peer, port)| peer.prepared(place(*port)));
    ours.chain(others).collect()
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
