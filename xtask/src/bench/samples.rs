//! What was measured: every sample is kept, and the quiet ones count.

use std::collections::BTreeMap;

use serde::Serialize;

use super::meter::Cost;

/// More work of others than this share of the machine makes a sample a noisy one.
const QUIET: f64 = 0.15;

/// One measurement.
#[derive(Debug, Serialize)]
pub(super) struct Sample {
    /// Of what.
    pub(super) load: String,
    /// Through which proxy, or `direct`.
    pub(super) target: String,
    /// In which round.
    pub(super) round: usize,
    /// The share of the machine that other work had meanwhile.
    pub(super) foreign: f64,
    /// The figures.
    pub(super) values: BTreeMap<String, f64>,
}

/// All of a run.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Samples(pub(super) Vec<Sample>);

impl Samples {
    /// The median over the quiet samples; over all where none was quiet.
    pub(super) fn median(&self, load: &str, target: &str, value: &str) -> Option<f64> {
        let of = |sample: &&Sample| sample.load == load && sample.target == target;
        let found: Vec<_> = self.0.iter().filter(of).collect();
        let figures = |quiet: bool| -> Vec<f64> {
            let counted = found.iter().filter(|sample| !quiet || sample.is_quiet());
            counted.filter_map(|sample| sample.values.get(value).copied()).collect()
        };
        median(figures(true)).or_else(|| median(figures(false)))
    }

    /// Whether a load was measured, but never while it was quiet.
    pub(super) fn is_noisy(&self, load: &str, target: &str) -> bool {
        let of = |sample: &&Sample| sample.load == load && sample.target == target;
        let mut found = self.0.iter().filter(of).peekable();
        found.peek().is_some() && !found.any(Sample::is_quiet)
    }

    /// One figure beside another's target, as a ratio.
    pub(super) fn ratio(&self, load: &str, target: &str, to: &str, value: &str) -> Option<f64> {
        Some(self.median(load, target, value)? / self.median(load, to, value)?)
    }

    /// How many samples of a load were quiet, of how many, and the most that other work had.
    pub(super) fn noise(&self, load: &str) -> (usize, usize, f64) {
        let found: Vec<_> = self.0.iter().filter(|sample| sample.load == load).collect();
        let quiet = found.iter().filter(|sample| sample.is_quiet()).count();
        let most = found.iter().map(|sample| sample.foreign).fold(0.0, f64::max);
        (quiet, found.len(), most)
    }

    /// How quiet each load was, in a sentence.
    pub(super) fn all_noise(&self) -> String {
        let told = |load: &&str| {
            let (quiet, all, most) = self.noise(load);
            format!("{load} {quiet}/{all} ({:.0} %)", most * 100.0)
        };
        let each: Vec<_> = self.loads().iter().map(told).collect();
        let label = "Quiet samples, and the most that other work had of the machine";
        format!("{label}: {}.", each.join("; "))
    }

    /// The loads, in the order in which they were put.
    pub(super) fn loads(&self) -> Vec<&str> {
        let mut loads = Vec::new();
        for sample in &self.0 {
            if !loads.contains(&sample.load.as_str()) {
                loads.push(&sample.load);
            }
        }
        loads
    }

    /// The samples in which something failed.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Sample> {
        self.0.iter().filter(|sample| sample.values.get("failed").is_some_and(|many| *many > 0.0))
    }
}

impl Sample {
    /// What came of a load on a target.
    pub(super) fn of(
        load: impl Into<String>,
        target: impl Into<String>,
        round: usize,
        cost: Cost,
        values: impl IntoIterator<Item = (&'static str, f64)>,
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { load: load.into(), target: target.into(), round, foreign: cost.foreign, values }
    }

    fn is_quiet(&self) -> bool {
        self.foreign <= QUIET
    }
}

/// The middle of some figures.
pub(super) fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => None,
        even if even % 2 == 0 => Some(f64::midpoint(figures[middle - 1], figures[middle])),
        _ => Some(figures[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(foreign: f64, value: f64) -> Sample {
        let values = BTreeMap::from([("cpu".to_owned(), value)]);
        Sample { load: "c1".to_owned(), target: "nginx".to_owned(), round: 0, foreign, values }
    }

    #[test]
    fn quiet_samples_count_where_there_are_any() {
        let mixed = Samples(vec![sample(0.0, 1.0), sample(0.5, 9.0), sample(0.1, 2.0)]);
        let noisy = Samples(vec![sample(0.5, 7.0), sample(0.5, 9.0), sample(0.6, 8.0)]);

        assert_eq!(mixed.median("c1", "nginx", "cpu"), Some(1.5));
        assert_eq!(noisy.median("c1", "nginx", "cpu"), Some(8.0));
        assert_eq!(noisy.median("c1", "haproxy", "cpu"), None);
        assert_eq!(mixed.noise("c1"), (2, 3, 0.5));
        assert!(noisy.is_noisy("c1", "nginx") && !mixed.is_noisy("c1", "nginx"));
    }
}
