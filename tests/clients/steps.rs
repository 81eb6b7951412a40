//! The steps in `steps/*.json`, and what is to be answered to them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::run::Way;

/// A call of a client.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The user; `name:password` where it is not the usual password.
    #[serde(rename = "as")]
    who: String,
    /// The method, by its name in Python; `request` for a request that is written out.
    pub(crate) call: String,
    /// Its arguments, which are named alike in all clients.
    #[serde(default)]
    with: Map<String, Value>,
    /// Members of the answer to be kept, by the names that `${…}` gives them later.
    #[serde(default)]
    save: BTreeMap<String, String>,
    /// The body that is to be answered.
    #[serde(default)]
    answer: Value,
    /// The status, where it is no success.
    #[serde(default)]
    status: Value,
    /// An error in OpenSearch's shape: its status, type and reason.
    #[serde(default)]
    fault: Option<(u16, String, String)>,
    #[serde(default)]
    warnings: Vec<String>,
    /// The row of the README's table, where ML Commons would answer otherwise.
    #[serde(default)]
    row: Option<String>,
}

/// The steps of a file.
pub(crate) fn read(name: &str) -> Vec<Step> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/steps");
    let file = folder.join(name).with_extension("json");
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"))
}

impl Step {
    /// What is to be answered.
    pub(crate) fn expected(&self) -> Answer {
        let (status, body) = match &self.fault {
            Some((status, kind, reason)) => {
                let cause = json!({ "type": kind, "reason": reason });
                let mut error = json!({ "root_cause": [cause] });
                error["type"] = json!(kind);
                error["reason"] = json!(reason);
                (json!(status), json!({ "error": error, "status": status }))
            }
            None => (self.status.clone(), self.answer.clone()),
        };
        let answer = Answer { status, body, warnings: self.warnings.clone(), headers: Vec::new() };
        answer.comparable(&Map::new())
    }

    /// Whether an error is to be answered.
    pub(crate) fn fails(&self) -> bool {
        !self.status.is_null()
    }

    /// Whether it is a GET whose body this way leaves unreadable.
    pub(crate) fn is_lost(&self, way: &Way) -> bool {
        let has_body = self.call == "request" && self.with.get("body").is_some();
        has_body && way.send_get_body_as == "source"
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} calls {} with {}", self.who, self.call, json!(self.with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_steps() {
        for name in ["model_access_control", "model_groups", "ordinary", "source"] {
            assert!(!read(name).is_empty(), "{name}");
        }
    }
}
