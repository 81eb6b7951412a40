//! The requests of the recorded scenarios, as they are sent.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::stack::workspace;

/// Every step of every scenario.
pub(crate) fn steps() -> Result<Vec<Value>> {
    let folder = workspace().join("tests/differential/golden/scenarios");
    let mut steps = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let file: Value = serde_json::from_slice(&fs::read(entry?.path())?)?;
        let scenarios = file["scenarios"].as_array().context("a file without scenarios")?;
        let of_each = scenarios.iter().filter_map(|scenario| scenario["steps"].as_array());
        steps.extend(of_each.flatten().cloned());
    }
    Ok(steps)
}

/// Whether a part of its path says that it is for this.
pub(crate) fn is_for(step: &Value, what: &str) -> bool {
    step["path"].as_str().is_some_and(|path| path.contains(what))
}

/// Method and path.
pub(crate) fn start(step: &Value) -> String {
    let text = |key: &str| step[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}", text("method"), text("path"))
}

/// Its head, up to the empty line.
pub(crate) fn head(step: &Value) -> String {
    let length = body(step).len();
    let fields = step["headers"].as_object().into_iter().flatten();
    let lines = fields.filter_map(|(name, value)| Some(format!("{name}: {}\r\n", value.as_str()?)));
    let lines: String = lines.collect();
    format!("{} HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {length}\r\n\r\n", start(step))
}

/// Its body behind a head.
pub(crate) fn request(step: &Value, head: &str) -> Vec<u8> {
    [head.as_bytes(), &body(step)].concat()
}

/// Its body, empty where it has none.
pub(crate) fn body(step: &Value) -> Vec<u8> {
    match &step["body"] {
        Value::Null => Vec::new(),
        Value::String(text) => text.clone().into_bytes(),
        body => body.to_string().into_bytes(),
    }
}
