//! `divergences.toml`: where the answers differ on purpose, each with its reason.

use std::path::Path;

use serde::Deserialize;

use crate::compare::Difference;
use crate::record;

/// What may differ, and for which reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Divergence {
    /// `file/scenario-name`; the scenario may be a pattern, as in `lifecycle/delete-by-*`.
    scenario: Pattern,
    steps: Vec<Pattern>,
    pub(crate) row: Row,
    pub(crate) why: String,
    #[serde(default)]
    expect_status: Option<u16>,
    /// The fields that differ for this reason: `status`, `body`, `body/error/reason`; all if none.
    #[serde(default)]
    fields: Vec<Field>,
}

/// Every divergence that is listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listed {
    divergence: Vec<Divergence>,
}

/// A row of the README's table, or `no-ml-plugin`: the recorded cluster had the plugin's other APIs.
#[derive(Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "String")]
pub(crate) struct Row(pub(crate) String);

/// `*` stands for any text.
#[derive(Debug, Deserialize)]
pub(crate) struct Pattern(String);

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct Field(String);

impl Listed {
    pub(crate) fn read() -> Self {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/divergences.toml");
        let text = std::fs::read_to_string(path).expect("divergences.toml is there");
        Self::parse(&text).unwrap_or_else(|error| panic!("divergences.toml: {error}"))
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let listed: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        listed.divergence.iter().try_for_each(Divergence::check)?;
        Ok(listed)
    }

    /// The divergences that name the step.
    pub(crate) fn of<'a>(
        &'a self,
        scenario: &'a str,
        step: &'a str,
    ) -> impl Iterator<Item = &'a Divergence> {
        self.divergence.iter().filter(move |divergence| divergence.names(scenario, step))
    }

    /// Patterns that name none of the given `(file/scenario, step)`.
    pub(crate) fn without_a_step(&self, recorded: &[(String, String)]) -> Vec<String> {
        let mut lost = Vec::new();
        for Divergence { scenario, steps, row, .. } in &self.divergence {
            let inside: Vec<_> =
                recorded.iter().filter(|(name, _)| scenario.matches(name)).collect();
            let idle = steps.iter().filter(|p| !inside.iter().any(|(_, step)| p.matches(step)));
            lost.extend(idle.map(|p| format!("{} {} / {}: no such step", row.0, scenario.0, p.0)));
        }
        lost
    }
}

impl Divergence {
    /// Is the difference one of those that this entry is about?
    pub(crate) fn explains(&self, difference: &Difference, status: u16) -> bool {
        let field = self.fields.is_empty() || self.fields.iter().any(|f| f.holds(&difference.at));
        field && self.expect_status.is_none_or(|expected| expected == status)
    }

    fn names(&self, scenario: &str, step: &str) -> bool {
        self.scenario.matches(scenario) && self.steps.iter().any(|pattern| pattern.matches(step))
    }

    fn check(&self) -> Result<(), String> {
        let Self { scenario: Pattern(scenario), steps, row: Row(row), why, .. } = self;
        let file = scenario.split('/').next().unwrap_or_default();
        let fault = if file.contains('*') || !scenario.contains('/') {
            "the scenario is not file/name, with the file spelled out"
        } else if row == "no-ml-plugin" && file != "direct_index" {
            "no-ml-plugin is for direct_index only"
        } else if steps.is_empty() || why.trim().is_empty() {
            "steps or the reason are missing"
        } else {
            return Ok(());
        };
        Err(format!("{row} {scenario}: {fault}"))
    }
}

impl TryFrom<String> for Row {
    type Error = String;

    fn try_from(row: String) -> Result<Self, String> {
        let known = row == "no-ml-plugin" || (1..=14).any(|n| row == format!("D{n}"));
        if known { Ok(Self(row)) } else { Err(format!("{row} is no row: D1 to D14, no-ml-plugin")) }
    }
}

impl TryFrom<String> for Field {
    type Error = String;

    fn try_from(field: String) -> Result<Self, String> {
        let first = field.split('/').next().unwrap_or_default();
        let known = record::FIELDS.contains(&first);
        if known { Ok(Self(field)) } else { Err(format!("{field} is no field of a record")) }
    }
}

impl Field {
    fn holds(&self, at: &str) -> bool {
        let rest = at.strip_prefix('/').and_then(|at| at.strip_prefix(&self.0));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Self {
        Self(pattern.to_owned())
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        fn matches(pattern: &str, text: &str) -> bool {
            let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
            text.strip_prefix(start).is_some_and(|text| {
                let mut ends = text.char_indices().map(|(i, _)| i).chain([text.len()]);
                ends.any(|i| matches(rest, &text[i..]))
            })
        }
        matches(&self.0, text)
    }
}

#[cfg(test)]
mod tests;
