//! How calls go as the index of groups grows.

use anyhow::Result;

use super::super::kernel::Tree;
use super::super::machine::Machine;
use super::super::plot::{Group, bars};
use super::super::rounds::Plan;
use super::super::samples::Samples;
use super::super::sheet::{CPU, P50, P99, Sheet, grid};
use super::Cluster;
use super::calls::{DIRECT, FILTERED};
use super::timed::{OURS, timed};
use crate::stack::interrupt;

/// How often each call is made in each way.
const CALLS: [(&str, u32); 3] = [("search", 60), ("get", 200), ("register", 60)];

/// Calls that only warm up what runs in Java.
const WARM: u32 = 20;

impl Plan {
    /// Search, get and register with more and more groups in the index.
    pub(in super::super) fn growing(&self) -> Result<Sheet> {
        let machine = Machine::here();
        let cluster = Cluster::started()?;
        cluster.first_group()?;
        let trees = cluster.trees()?;
        let mut samples = Samples::default();
        let mut there = 0;
        for groups in &self.groups {
            println!("up to {groups} groups");
            let grown = self.grown(&cluster, (there, *groups), &trees, &mut samples);
            if let Err(error) = grown {
                // What was measured before is worth as much.
                interrupt::check()?;
                eprintln!("failed: {error:#}");
                break;
            }
            there = *groups;
        }
        let (text, plots) = (self.text(&samples), self.plots(&samples));
        Ok(Sheet {
            name: "groups",
            title: "Calls as the index of groups grows",
            command: self.command.clone(),
            machine,
            text,
            samples,
            plots,
        })
    }

    /// Fills the index up to a number of groups, and makes the calls.
    fn grown(
        &self,
        cluster: &Cluster,
        (there, groups): (u32, u32),
        trees: &[Tree],
        samples: &mut Samples,
    ) -> Result<()> {
        cluster.fill(there..groups)?;
        let ways = |call: &str, series: &str| cluster.ways(call, series, groups);
        for (call, times) in CALLS {
            timed(call, &ways(call, "warm"), 0..WARM, trees)?;
            self.wait_for_quiet()?;
            let load = load(call, groups);
            samples.0.extend(timed(&load, &ways(call, "counted"), 0..times, trees)?);
        }
        Ok(())
    }

    fn text(&self, samples: &Samples) -> String {
        let head = [
            "",
            "groups",
            "modelgate's CPU µs",
            "p50 ms",
            "direct p50 ms",
            "p50 / direct",
            "p99 / direct",
            "unordered p50 ms",
        ];
        let row = |call: &str, groups: u32| {
            let load = load(call, groups);
            vec![
                call.to_owned(),
                groups.to_string(),
                CPU.of(samples, &load, OURS),
                P50.of(samples, &load, OURS),
                P50.of(samples, &load, DIRECT),
                P50.to(samples, &load, (OURS, DIRECT)),
                P99.to(samples, &load, (OURS, DIRECT)),
                P50.of(samples, &load, FILTERED),
            ]
        };
        let rows = |(call, _): &(&'static str, u32)| {
            self.groups.iter().map(|groups| row(call, *groups)).collect::<Vec<_>>()
        };
        let rows: Vec<_> = CALLS.iter().flat_map(rows).collect();
        format!(
            "One node with a heap of 1 GiB; a search is for ten groups by a caller with eight \
             backend roles, who sees a third of all. One call at a time, modelgate and the same \
             reading or writing done directly in turn. `unordered` is a search with the same filter \
             that does not break ties: OpenSearch ends it early, where modelgate's order needs all \
             that match.\n\n{}",
            grid(&head.map(str::to_owned), &rows)
        )
    }

    fn plots(&self, samples: &Samples) -> Vec<(&'static str, String)> {
        let names = CALLS.map(|(call, _)| call);
        let chart = |title: &str, figure: &dyn Fn(&str) -> Option<f64>| {
            let group = |groups: &u32| Group {
                label: format!("{groups} groups"),
                values: names.iter().map(|call| figure(&load(call, *groups))).collect(),
            };
            bars(title, &names, &self.groups.iter().map(group).collect::<Vec<_>>())
        };
        let cpu = |load: &str| samples.median(load, OURS, "cpu").map(|cpu| cpu * 1e6);
        let ratio = |load: &str| samples.ratio(load, OURS, DIRECT, "p50");
        vec![
            ("cpu", chart("modelgate's CPU per call, µs", &cpu)),
            ("ratio", chart("p50, done directly = 1", &ratio)),
        ]
    }
}

fn load(call: &str, groups: u32) -> String {
    format!("{call}, {groups} groups")
}
