//! What the model-group API costs beside the same reading and writing done directly.

use anyhow::Result;

use super::super::machine::Machine;
use super::super::plot::{Group, bars};
use super::super::rounds::Plan;
use super::super::samples::Samples;
use super::super::sheet::{CPU, P50, P99, Sheet, grid};
use super::Cluster;
use super::calls::{DIRECT, FILTERED, RESERVED};
use super::timed::{OURS, timed};

/// Groups in the index.
const GROUPS: u32 = 1_000;

/// How often each call is made in each way, in each round: a register waits for its refresh.
const CALLS: [(&str, u32); 3] = [("register", 150), ("get", 500), ("search", 200)];

/// Calls that only warm up what runs in Java.
const WARM: u32 = 50;

impl Plan {
    /// Register, get and search, on an OpenSearch of their own.
    pub(in super::super) fn ours(&self) -> Result<Sheet> {
        let machine = Machine::here();
        let cluster = Cluster::started()?;
        cluster.first_group()?;
        cluster.fill(0..GROUPS)?;
        let trees = cluster.trees()?;
        let ways = |call: &str, series: &str| cluster.ways(call, series, GROUPS);
        let mut asked = Vec::new();
        for (call, _) in CALLS {
            timed(call, &ways(call, "warm"), 0..WARM, &trees)?;
            asked.push((call, cluster.asked_for(&ways(call, "counted"))?));
        }
        let mut samples = Samples::default();
        for round in 0..self.rounds {
            println!("round {} of {}", round + 1, self.rounds);
            for (call, times) in CALLS {
                self.wait_for_quiet()?;
                let series = format!("round {round}");
                samples.0.extend(timed(call, &ways(call, &series), 0..times, &trees)?);
            }
        }
        let text = text(&samples, &asked);
        let plot = plot(&samples);
        Ok(Sheet {
            name: "ours",
            title: "The model-group API on a real OpenSearch",
            command: self.command.clone(),
            machine,
            text,
            samples,
            plots: vec![("p50", plot)],
        })
    }
}

impl Cluster {
    /// How many searches, writes and reads one call of modelgate's makes in the cluster.
    fn asked_for(&self, ways: &[super::timed::Way<'_>]) -> Result<[f64; 3]> {
        const CALLS: u32 = 20;
        let before = self.seen()?;
        for way in ways.iter().filter(|way| way.name == OURS) {
            (0..CALLS).try_for_each(|number| (way.call)(number))?;
        }
        let after = self.seen()?;
        Ok([0, 1, 2].map(|kind| (after[kind] - before[kind]) as f64 / f64::from(CALLS)))
    }
}

fn text(samples: &Samples, asked: &[(&str, [f64; 3])]) -> String {
    let words = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
    let head = words(&["", "", "p50 ms", "/ direct", "p99 ms", "/ direct", "modelgate's CPU µs"]);
    let row = |call: &str, way: &'static str| {
        vec![
            call.to_owned(),
            way.to_owned(),
            P50.of(samples, call, way),
            P50.to(samples, call, (way, DIRECT)),
            P99.of(samples, call, way),
            P99.to(samples, call, (way, DIRECT)),
            CPU.of(samples, call, way),
        ]
    };
    let of = |call| [DIRECT, OURS, RESERVED, FILTERED].map(|way| row(call, way));
    let rows: Vec<_> =
        CALLS.iter().flat_map(|(call, _)| of(call)).filter(|row| row[2] != "-").collect();
    let counts: Vec<_> = asked
        .iter()
        .map(|(call, counts)| {
            let counts = counts.map(|count| format!("{count:.1}"));
            [vec![(*call).to_owned()], counts.to_vec()].concat()
        })
        .collect();
    format!(
        "{GROUPS} groups in an index of one node; one call at a time on one connection, the ways in \
         turn. `{DIRECT}` is the same reading or writing by the admin certificate over TLS, with the \
         same conditions, refresh and order; a register also by way of a reservation and then the \
         group, one after the other; a search also without the order by which modelgate breaks \
         ties. The caller has eight backend roles, and is known to modelgate.\n\n{}\
         What a call asks of the cluster; the search and the first of the two writes of a register \
         run side by side:\n\n{}",
        grid(&head, &rows),
        grid(&words(&["", "searches", "writes", "reads"]), &counts)
    )
}

fn plot(samples: &Samples) -> String {
    let ways = [DIRECT, OURS];
    let group = |(call, _): &(&'static str, u32)| Group {
        label: (*call).to_owned(),
        values: ways.iter().map(|way| samples.median(call, way, "p50")).collect(),
    };
    let groups: Vec<_> = CALLS.iter().map(group).collect();
    bars("p50, ms, on a real OpenSearch", &ways, &groups)
}
