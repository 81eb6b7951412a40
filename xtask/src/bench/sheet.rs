//! What one section of a run leaves: tables in Markdown, all samples as JSON, plots.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::machine::Machine;
use super::samples::Samples;

/// The results of a section.
#[derive(Debug, Serialize)]
pub(super) struct Sheet {
    /// What its files are called.
    #[serde(skip)]
    pub(super) name: &'static str,
    #[serde(skip)]
    pub(super) title: &'static str,
    /// How it was asked for.
    pub(super) command: String,
    pub(super) machine: Machine,
    /// Tables, with what explains them.
    #[serde(skip)]
    pub(super) text: String,
    pub(super) samples: Samples,
    /// Charts as SVG, by what follows the name in their files' names.
    #[serde(skip)]
    pub(super) plots: Vec<(&'static str, String)>,
}

impl Sheet {
    /// Prints the tables, and writes everything into a folder.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let text = self.whole();
        println!("{text}");
        fs::create_dir_all(folder).with_context(|| format!("no {}", folder.display()))?;
        let write = |name: String, text: &str| {
            fs::write(folder.join(&name), text).with_context(|| format!("cannot write {name}"))
        };
        write(format!("{}.md", self.name), &text)?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        write(format!("{}.json", self.name), &json)?;
        for (name, plot) in &self.plots {
            write(format!("{}-{name}.svg", self.name), plot)?;
        }
        println!("The results are in {}", folder.display());
        Ok(())
    }

    fn whole(&self) -> String {
        let Self { title, command, machine, text, samples, .. } = self;
        let machine = machine.described();
        let failed: Vec<_> = samples
            .failures()
            .map(|sample| format!("{} of {}", sample.load, sample.target))
            .collect();
        let failed = if failed.is_empty() { "none".to_owned() } else { failed.join(", ") };
        let noise = samples.all_noise();
        format!(
            "# {title}\n\nMade by `{command}` on {machine}. `~` marks a figure without a sample \
             during which other work had at most 15 % of the machine.\n\n{text}\n{noise}\n\n\
             Failed requests: {failed}.\n"
        )
    }
}

/// A figure of a table: the median of a value, times the scale, with so many digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    pub(super) value: &'static str,
    pub(super) scale: f64,
    pub(super) digits: usize,
}

/// CPU time of a request, in microseconds.
pub(super) const CPU: Figure = Figure { value: "cpu", scale: 1e6, digits: 1 };
/// Requests a second.
pub(super) const RATE: Figure = Figure { value: "per_second", scale: 1.0, digits: 0 };
/// The time that half of the requests took at most, in milliseconds.
pub(super) const P50: Figure = Figure { value: "p50", scale: 1.0, digits: 2 };
/// The time that 99 of 100 requests took at most, in milliseconds.
pub(super) const P99: Figure = Figure { value: "p99", scale: 1.0, digits: 2 };

impl Figure {
    /// The figure of a target under a load.
    pub(super) fn of(self, samples: &Samples, load: &str, target: &str) -> String {
        let found = samples.median(load, target, self.value);
        marked(samples, load, target, found.map(|value| value * self.scale), self.digits)
    }

    /// The same as a ratio to another target.
    pub(super) fn to(self, samples: &Samples, load: &str, (target, to): (&str, &str)) -> String {
        marked(samples, load, target, samples.ratio(load, target, to, self.value), 2)
    }
}

fn marked(
    samples: &Samples,
    load: &str,
    target: &str,
    figure: Option<f64>,
    digits: usize,
) -> String {
    let Some(figure) = figure else { return "-".to_owned() };
    let mark = if samples.is_noisy(load, target) { "~" } else { "" };
    format!("{mark}{figure:.digits$}")
}

/// A table in Markdown; the first column is text, the others are figures.
pub(super) fn grid(head: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|---|{}\n", "---:|".repeat(head.len().saturating_sub(1)));
    line(head) + &rule + &rows.iter().map(|row| line(row)).collect::<String>() + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::meter::Cost;
    use super::super::samples::Sample;
    use super::*;

    #[test]
    fn figures_are_scaled_compared_and_marked_where_it_was_noisy() {
        let sample = |target: &str, foreign, cpu| {
            Sample::of("c1", target, 0, Cost { cpu: 0.0, foreign }, [("cpu", cpu)])
        };
        let samples = Samples(vec![sample("ours", 0.0, 3e-6), sample("other", 0.9, 2e-6)]);

        assert_eq!(CPU.of(&samples, "c1", "ours"), "3.0");
        assert_eq!(CPU.of(&samples, "c1", "other"), "~2.0");
        assert_eq!(CPU.to(&samples, "c1", ("ours", "other")), "1.50");
        assert_eq!(CPU.of(&samples, "c16", "ours"), "-");
    }

    #[test]
    fn a_grid_has_as_many_rules_as_columns() {
        let text = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();

        let table = grid(&text(&["", "a", "b"]), &[text(&["x", "1", "2"])]);

        assert_eq!(table, "|  | a | b |\n|---|---:|---:|\n| x | 1 | 2 |\n\n");
    }
}
