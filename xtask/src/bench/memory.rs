//! What proxies take before, during and after their work: time to start, and memory.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use super::load::Loads;
use super::peers::Proxy;
use super::samples::median;
use super::start::Running;

const STARTS: usize = 5;
const REST: Duration = Duration::from_millis(1500);

/// What one proxy takes.
#[derive(Debug, Default, Serialize)]
pub(super) struct Footprint {
    /// From its start to its first answer, in milliseconds.
    pub(super) cold_start: f64,
    /// Resident, in MiB: after its first answer.
    pub(super) at_start: f64,
    /// Resident, in MiB: after all loads.
    pub(super) after_run: f64,
    /// How many idle connections were held.
    pub(super) held: f64,
    /// Resident, in KiB, for each of them.
    pub(super) per_connection: f64,
    /// Resident, in MiB, once they are closed.
    pub(super) after_close: f64,
}

/// The footprints by the proxies' names.
pub(super) type Footprints = BTreeMap<String, Footprint>;

/// Starts a proxy a few times; gives the last one, and how long they took.
pub(super) fn start(proxy: &Proxy) -> Result<(Running, Footprint)> {
    let mut took = Vec::new();
    for _ in 1..STARTS {
        let running = started(proxy)?;
        took.push(running.took.as_secs_f64() * 1e3);
        drop(running);
        thread::sleep(Duration::from_millis(200));
    }
    let running = started(proxy)?;
    took.push(running.took.as_secs_f64() * 1e3);
    thread::sleep(REST);
    let at_start = running.tree().rss() / 1024.0;
    let cold_start = median(took).unwrap_or_default();
    Ok((running, Footprint { cold_start, at_start, ..Footprint::default() }))
}

/// Holds idle connections to a proxy that has done nothing else.
pub(super) fn hold(
    proxy: &Proxy,
    loads: &Loads,
    connections: u32,
    footprint: &mut Footprint,
) -> Result<()> {
    let running = started(proxy)?;
    thread::sleep(REST);
    let before = running.tree().rss();
    let held = loads.hold(proxy.port, connections)?;
    thread::sleep(REST);
    footprint.held = held.count;
    footprint.per_connection = (running.tree().rss() - before) / held.count.max(1.0);
    drop(held);
    thread::sleep(REST);
    footprint.after_close = running.tree().rss() / 1024.0;
    Ok(())
}

fn started(proxy: &Proxy) -> Result<Running> {
    Running::start(proxy.command(), proxy.port, &proxy.log())
}
