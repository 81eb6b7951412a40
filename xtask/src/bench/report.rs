//! What a run leaves: all samples as JSON, the tables, the plots.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::machine::Machine;
use super::markdown;
use super::memory::Footprints;
use super::plot::{Group, bars};
use super::rounds::Plan;
use super::samples::Samples;

/// A run that was made.
#[derive(Debug, Serialize)]
pub(super) struct Report<'p> {
    pub(super) machine: Machine,
    pub(super) versions: BTreeMap<String, String>,
    pub(super) plan: &'p Plan,
    pub(super) footprints: Footprints,
    pub(super) samples: Samples,
}

impl Report<'_> {
    /// Prints the tables, and writes them with the samples and the plots into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let tables = markdown::of(self);
        println!("{tables}");
        fs::create_dir_all(folder).with_context(|| format!("no {}", folder.display()))?;
        let write = |name: &str, text: &str| {
            fs::write(folder.join(name), text).with_context(|| format!("cannot write {name}"))
        };
        write("latest.md", &tables)?;
        write("latest.json", &(serde_json::to_string_pretty(self)? + "\n"))?;
        for (name, plot) in self.plots() {
            write(name, &plot)?;
        }
        println!("The results are in {}", folder.display());
        Ok(())
    }

    /// The proxies: modelgate first, then its peers in the order in which they were asked for.
    pub(super) fn proxies(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for sample in &self.samples.0 {
            let name = sample.target.as_str();
            if name != "direct" && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// What ratios are to: nginx where it took part.
    pub(super) fn base(&self) -> &str {
        let proxies = self.proxies();
        let nginx = proxies.iter().find(|name| **name == "nginx");
        nginx.or(proxies.get(1)).copied().unwrap_or("modelgate")
    }

    fn plots(&self) -> [(&'static str, String); 4] {
        let (proxies, samples) = (self.proxies(), &self.samples);
        let all: Vec<&str> = ["direct"].into_iter().chain(proxies.clone()).collect();
        let group = |label: String, load: &str, of: &[&str], value: &str, scale: f64| Group {
            label,
            values: of
                .iter()
                .map(|name| samples.median(load, name, value).map(|value| value * scale))
                .collect(),
        };
        let gets =
            || self.plan.connections.iter().map(|many| (format!("{many}"), format!("c{many}")));
        let cpu: Vec<_> =
            gets().map(|(label, load)| group(label, &load, &proxies, "cpu", 1e6)).collect();
        let rate: Vec<_> =
            gets().map(|(label, load)| group(label, &load, &all, "per_second", 1e-3)).collect();
        let latency =
            ["p50", "p99", "p99.9"].map(|rank| group(rank.to_owned(), "rate", &all, rank, 1.0));
        let bodies = [("up", "64 MiB up"), ("bulk", "as a bulk request"), ("down", "64 MiB down")]
            .map(|(load, label)| group(label.to_owned(), load, &proxies, "cpu", 1e3));
        let rated = format!("Latency at {}/s from the moment due, ms", self.plan.rate);
        [
            ("cpu.svg", bars("CPU per request, µs, by connections (1 KiB GET)", &proxies, &cpu)),
            ("requests.svg", bars("Thousand requests/s, by connections (1 KiB GET)", &all, &rate)),
            ("latency.svg", bars(&rated, &all, &latency)),
            ("bodies.svg", bars("CPU per GiB, ms", &proxies, &bodies)),
        ]
    }
}
