//! The second table: modelgate beside its peers while each writes a line for every request.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::load::{Load, Loads};
use super::machine::Machine;
use super::peers::{Door, Log, Peer, Place};
use super::rounds::{Plan, ROLES, Target, prepared};
use super::sheet::{CPU, Figure, RATE, Sheet, grid};
use super::start::{self, Running};

/// Numbers of connections.
const CONNECTIONS: [u32; 3] = [16, 64, 256];

impl Plan {
    /// 1 KiB GET, every request logged to a file.
    pub(super) fn logged(&self, work: &Path) -> Result<Sheet> {
        let loads = Loads::prepared(work.to_owned())?;
        let peers: Vec<Peer> =
            self.peers.iter().copied().filter(|peer| peer.keeps_a_log()).collect();
        let ports = start::free_ports(peers.len() + 2)?;
        let logs = work.join("logged");
        let (door, log) = (Door::Plain, Log::Access);
        let place = |port: u16| Place { port, upstream: ports[0], work: &logs, door, log };
        let proxies = prepared(&peers, &ports[1..], place)?;
        let machine = Machine::here();
        let upstream = loads.upstream(ports[0], ROLES)?;
        let mut targets = Vec::new();
        for proxy in &proxies {
            let running = Running::start(proxy.command(), proxy.port, &proxy.log())?;
            targets.push(Target { name: proxy.name, port: proxy.port, running: Some(running) });
        }
        let samples = self.measured(&CONNECTIONS.map(Load::Get), &loads, &targets, &upstream)?;
        drop(targets);
        fs::remove_dir_all(&logs)?;
        let base = if self.peers.contains(&Peer::Nginx) { "nginx" } else { "modelgate" };
        let head: Vec<_> = CONNECTIONS.iter().map(|many| format!("c={many}")).collect();
        let head = [vec![String::new()], head].concat();
        let table = |title: &str, shown: &dyn Fn(&str, &str) -> String| {
            let row = |name: &str| {
                let cells = CONNECTIONS.iter().map(|many| shown(&Load::Get(*many).name(), name));
                [name.to_owned()].into_iter().chain(cells).collect::<Vec<_>>()
            };
            let rows: Vec<_> = proxies.iter().map(|proxy| row(proxy.name)).collect();
            format!("## {title}\n\n{}", grid(&head, &rows))
        };
        let plain = |title: &str, figure: Figure| {
            table(title, &|load, name| figure.of(&samples, load, name))
        };
        let ratio = |title: &str, figure: Figure| {
            let title = format!("{title}, {base} = 1");
            table(&title, &|load, name| figure.to(&samples, load, (name, base)))
        };
        let text = "1 KiB GET; every proxy writes a line for each request, as it is usual for it, \
                    to a file of its own.\n\n"
            .to_owned()
            + &plain("Requests/s", RATE)
            + &ratio("Requests/s", RATE)
            + &plain("CPU per request, µs", CPU)
            + &ratio("CPU per request", CPU);
        Ok(Sheet {
            name: "logged",
            title: "modelgate beside its peers, with access logs",
            command: self.command.clone(),
            machine,
            text,
            samples,
            plots: Vec::new(),
        })
    }
}
