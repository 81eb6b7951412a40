//! The recorded scenarios: what is asked, by whom, in which order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use crate::client::Request;
use crate::json;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) subject: String,
    pub(crate) scenarios: Vec<Scenario>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub(crate) id: String,
    pub(crate) user: User,
    pub(crate) method: String,
    pub(crate) path: String,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    body_repeat: Option<Repeat>,
    #[serde(default)]
    body_hex: Option<String>,
    #[serde(default)]
    headers: BTreeMap<String, Option<String>>,
    #[serde(default)]
    pub(crate) save: BTreeMap<String, String>,
    #[serde(default = "yes")]
    pub(crate) record: bool,
    #[serde(default)]
    pub(crate) expect: Option<u16>,
    #[serde(default)]
    pub(crate) setup: Option<String>,
}

#[derive(Debug, Eq, PartialEq, Deserialize)]
#[serde(from = "Option<String>")]
pub(crate) enum User {
    Nobody,
    /// The admin certificate, which goes to OpenSearch itself.
    Certificate,
    Named(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    pre: String,
    char: String,
    n: usize,
    post: String,
}

/// What earlier answers left for later steps, by the name they gave it.
pub(crate) type Variables = BTreeMap<String, String>;

impl File {
    pub(crate) fn read(name: &str) -> Self {
        let file: Self = read_golden("scenarios", name);

        for scenario in &file.scenarios {
            let ids: BTreeSet<_> = scenario.steps.iter().map(|step| &step.id).collect();
            assert_eq!(ids.len(), scenario.steps.len(), "repeated step id in {}", scenario.name);
        }
        file
    }
}

/// What was recorded, as `(scenario, records of its steps)`.
pub(crate) fn recorded(name: &str) -> Vec<(String, Vec<Value>)> {
    #[derive(Deserialize)]
    struct Records {
        scenarios: Vec<Recorded>,
    }
    #[derive(Deserialize)]
    struct Recorded {
        name: String,
        steps: Vec<Value>,
    }

    let records: Records = read_golden("records", name);
    records.scenarios.into_iter().map(|recorded| (recorded.name, recorded.steps)).collect()
}

pub(crate) fn golden(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/golden").join(folder)
}

fn read_golden<T: for<'de> Deserialize<'de>>(folder: &str, name: &str) -> T {
    let path = golden(folder).join(name).with_extension("json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn yes() -> bool {
    true
}

impl From<Option<String>> for User {
    fn from(name: Option<String>) -> Self {
        match name {
            None => Self::Nobody,
            Some(name) if name == "@cert" => Self::Certificate,
            Some(name) => Self::Named(name),
        }
    }
}

impl Step {
    pub(crate) fn request(&self, variables: &Variables) -> Request {
        let body = self.body(variables);
        Request {
            method: self.method.clone(),
            path: quoted(&substituted(&self.path, variables)),
            headers: self.headers(body.is_some()),
            body,
        }
    }

    /// The user as the records write it.
    pub(crate) fn user(&self) -> Value {
        match &self.user {
            User::Nobody => Value::Null,
            User::Certificate => Value::from("@cert"),
            User::Named(name) => Value::from(name.as_str()),
        }
    }

    fn body(&self, variables: &Variables) -> Option<Vec<u8>> {
        if let Some(hex) = &self.body_hex {
            return Some(from_hex(hex));
        }
        if let Some(Repeat { pre, char, n, post }) = &self.body_repeat {
            return Some(format!("{pre}{}{post}", char.repeat(*n)).into_bytes());
        }
        match self.body.as_ref()? {
            Value::String(text) => Some(substituted(text, variables).into_bytes()),
            value => Some(json::as_python_writes(&json_substituted(value, variables)).into_bytes()),
        }
    }

    fn headers(&self, has_body: bool) -> Vec<(String, String)> {
        let mut headers = Vec::new();
        if has_body && !self.headers.contains_key("content-type") {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        for (name, value) in &self.headers {
            headers.extend(value.as_ref().map(|value| (name.clone(), value.clone())));
        }
        if let User::Named(name) = &self.user
            && !self.headers.contains_key("authorization")
        {
            headers.push(("authorization".to_owned(), basic(name)));
        }
        headers
    }
}

fn basic(name: &str) -> String {
    let password = if name == "admin" { "admin".to_owned() } else { format!("pw-{name}-123!") };
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().map(|c| c.to_digit(16).expect("body_hex is hex")).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).expect("two digits")).collect()
}

/// `${name}` becomes what was saved under the name; an unknown name stays as it stands.
fn substituted(text: &str, variables: &Variables) -> String {
    let mut result = text.to_owned();
    for (name, value) in variables {
        result = result.replace(&format!("${{{name}}}"), value);
    }
    result
}

fn json_substituted(value: &Value, variables: &Variables) -> Value {
    match value {
        Value::String(text) => substituted(text, variables).into(),
        Value::Array(list) => list.iter().map(|value| json_substituted(value, variables)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (substituted(key, variables), json_substituted(value, variables)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// What cannot stand in a request line is percent-encoded; the rest goes out as written, `#` too.
fn quoted(path: &str) -> String {
    let quote = |c: char| match c {
        '!'..='~' => c.to_string(),
        _ => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
    };
    path.chars().map(quote).collect()
}

#[cfg(test)]
mod tests;
