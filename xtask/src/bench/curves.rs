//! How the cost of a request grows with connections, the caller's roles and the search's length. The
//! upstream answers at once: what is measured is modelgate alone.

mod requests;

use std::path::Path;

use anyhow::{Context, Result};

use self::requests::{get, search, search_of, searched};
use super::load::{Loads, SEARCH, affordable};
use super::machine::Machine;
use super::meter::metered;
use super::peers::{self, Door, Log, Peer, Place};
use super::plot::{Group, bars};
use super::rounds::{Plan, ROLES};
use super::samples::{Sample, Samples};
use super::sheet::{CPU, P50, RATE, Sheet, grid};
use super::start::{self, Running};
use super::turning::{Turning, Turns};
use crate::dist;
use crate::stack::interrupt;

const CONNECTIONS: [u32; 7] = [1, 16, 64, 256, 1_000, 4_000, 10_000];
const ROLES_OF_USER: [usize; 4] = [1, 8, 64, 1_000];
const BODIES: [(usize, &str); 5] = [
    (100, "100 B"),
    (1 << 10, "1 KiB"),
    (20 << 10, "20 KiB"),
    (200 << 10, "200 KiB"),
    (1 << 20, "1 MiB"),
];

/// Requests in flight at once, at most: what is not in flight rests on its connection.
const AT_ONCE: u32 = 64;

/// Connections of the curves that are not about connections.
const FEW: u32 = 16;

/// A place on a curve, on one of its lines.
struct Point<'r> {
    /// What the tables call the place.
    at: String,
    /// What they call the line.
    line: &'static str,
    server: &'r Server,
    connections: u32,
    request: String,
}

/// A proxy and the upstream behind it.
struct Server {
    port: u16,
    proxy: Running,
    upstream: Running,
}

/// A curve as it is shown.
struct Shown<'r> {
    title: &'r str,
    of: &'r str,
    at: Vec<String>,
    lines: Vec<&'static str>,
}

impl Plan {
    /// All curves that need no OpenSearch.
    pub(super) fn curves(&self, work: &Path) -> Result<Sheet> {
        let loads = Loads::prepared(work.to_owned())?;
        let machine = Machine::here();
        let ours = |roles| Server::started(&loads, work, roles, None);
        let (modelgate, nginx) =
            (ours(ROLES)?, Server::started(&loads, work, ROLES, Some(Peer::Nginx))?);
        let users = ROLES_OF_USER.map(ours).into_iter().collect::<Result<Vec<_>>>()?;
        let most = affordable(u32::MAX)?;
        let many: Vec<u32> = CONNECTIONS.into_iter().filter(|many| *many <= most).collect();
        let mut points = Vec::new();
        for connections in &many {
            for (line, server) in [("modelgate", &modelgate), ("nginx", &nginx)] {
                let at = format!("c={connections}");
                points.push(Point { at, line, server, connections: *connections, request: get() });
            }
        }
        for (roles, server) in ROLES_OF_USER.iter().zip(&users) {
            let (at, request) = (format!("roles={roles}"), searched(SEARCH));
            points.push(Point { at, line: "search", server, connections: FEW, request });
        }
        for (length, at) in BODIES {
            let body = search_of(length);
            let (asked, passed) = (searched(&body), search(&body));
            let lines = [
                ("search", &modelgate, asked),
                ("passed", &modelgate, passed.clone()),
                ("nginx", &nginx, passed),
            ];
            for (line, server, request) in lines {
                let at = at.to_owned();
                points.push(Point { at, line, server, connections: FEW, request });
            }
        }
        let samples = self.walked(&points, &loads)?;
        let (text, plots) = told(&samples, &many);
        Ok(Sheet {
            name: "curves",
            title: "What a request costs as things grow",
            command: self.command.clone(),
            machine,
            text,
            samples,
            plots,
        })
    }

    /// Every point in every round, from another one on in each.
    fn walked(&self, points: &[Point<'_>], loads: &Loads) -> Result<Samples> {
        let mut samples = Samples::default();
        for round in 0..self.rounds {
            println!("round {} of {}", round + 1, self.rounds);
            for turn in 0..points.len() {
                interrupt::check()?;
                let point = &points[(turn + round * points.len() / self.rounds) % points.len()];
                self.wait_for_quiet()?;
                samples.0.push(
                    self.taken(point, loads, round)
                        .with_context(|| format!("{} of {}", point.at, point.line))?,
                );
            }
        }
        Ok(samples)
    }

    fn taken(&self, point: &Point<'_>, loads: &Loads, round: usize) -> Result<Sample> {
        let Point { at, line, server, connections, request } = point;
        let turns =
            Turns { connections: *connections, at_once: AT_ONCE, seconds: self.seconds, request };
        let turning = Turning::opened(loads, server.port, &turns)?;
        let trees = [server.proxy.tree(), server.upstream.tree(), turning.tree()];
        let (outcome, cost) = metered(&trees, || turning.run())?;
        let cpu = ("cpu", cost.cpu / outcome.units);
        Ok(Sample::of(at, *line, round, cost, outcome.values.into_iter().chain([cpu])))
    }
}

impl Server {
    /// modelgate, or a peer, before an upstream whose callers have so many roles.
    fn started(loads: &Loads, work: &Path, roles: usize, peer: Option<Peer>) -> Result<Self> {
        let ports = start::free_ports(2)?;
        let work = work.join(format!("curves-{roles}"));
        let (door, log) = (Door::Plain, Log::Off);
        let place = Place { port: ports[0], upstream: ports[1], work: &work, door, log };
        let proxy = match peer {
            None => peers::modelgate(&dist::built()?, place)?,
            Some(peer) => peer.prepared(place)?,
        };
        let upstream = loads.upstream(ports[1], roles)?;
        let running = Running::start(proxy.command(), proxy.port, &proxy.log())?;
        Ok(Self { port: ports[0], proxy: running, upstream })
    }
}

fn told(samples: &Samples, many: &[u32]) -> (String, Vec<(&'static str, String)>) {
    let connections = Shown {
        title: "Connections: 1 KiB GET",
        of: "all connections take turns, 64 requests in flight at once at most",
        at: many.iter().map(|many| format!("c={many}")).collect(),
        lines: vec!["modelgate", "nginx"],
    };
    let roles = Shown {
        title: "Backend roles of the caller: a search of 200 bytes",
        of: "identity cached, 16 connections; the roles are part of the query that goes on",
        at: ROLES_OF_USER.iter().map(|roles| format!("roles={roles}")).collect(),
        lines: vec!["search"],
    };
    let bodies = Shown {
        title: "Length of the search",
        of: "16 connections; `search` is modelgate's, `passed` the same body on the path of another \
             index, of which modelgate's guard reads the body, and `nginx` that path through nginx",
        at: BODIES.iter().map(|(_, at)| (*at).to_owned()).collect(),
        lines: vec!["search", "passed", "nginx"],
    };
    let text = [&connections, &roles, &bodies].map(|curve| curve.table(samples)).concat();
    let plots = vec![
        ("connections", connections.plot(samples)),
        ("roles", roles.plot(samples)),
        ("bodies", bodies.ratios(samples)),
    ];
    (text, plots)
}

impl Shown<'_> {
    fn table(&self, samples: &Samples) -> String {
        let text = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let head = text(&["", "", "CPU µs/request", "first place = 1", "p50 ms", "requests/s"]);
        let first = |line: &str| samples.median(self.at.first()?, line, "cpu");
        let row = |line: &str, at: &String| {
            let grown = samples.median(at, line, "cpu").zip(first(line));
            let grown = grown.map_or("-".to_owned(), |(now, then)| format!("{:.2}", now / then));
            let figures = [CPU, P50, RATE].map(|figure| figure.of(samples, at, line));
            let [cpu, p50, rate] = figures;
            vec![line.to_owned(), at.clone(), cpu, grown, p50, rate]
        };
        let rows: Vec<_> =
            self.lines.iter().flat_map(|line| self.at.iter().map(|at| row(line, at))).collect();
        format!("## {}\n\n{}.\n\n{}", self.title, sentence(self.of), grid(&head, &rows))
    }

    fn plot(&self, samples: &Samples) -> String {
        let values = |at: &String| {
            let of = |line: &&str| samples.median(at, line, "cpu").map(|cpu| cpu * 1e6);
            Group { label: at.clone(), values: self.lines.iter().map(of).collect() }
        };
        let groups: Vec<_> = self.at.iter().map(values).collect();
        bars(&format!("CPU per request, µs. {}", self.title), &self.lines, &groups)
    }

    /// modelgate's lines as multiples of nginx's.
    fn ratios(&self, samples: &Samples) -> String {
        let lines = &self.lines[..self.lines.len() - 1];
        let group = |at: &String| {
            let ratio = |line: &&str| samples.ratio(at, line, "nginx", "cpu");
            Group { label: at.clone(), values: lines.iter().map(ratio).collect() }
        };
        let groups: Vec<_> = self.at.iter().map(group).collect();
        bars("CPU of a search, passed by nginx = 1, by its length", lines, &groups)
    }
}

fn sentence(text: &str) -> String {
    let mut signs = text.chars();
    signs
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + signs.as_str())
}
