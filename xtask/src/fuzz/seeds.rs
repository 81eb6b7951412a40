//! What fuzzing starts from: the requests of the recorded scenarios, and the configuration that is shipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Target;
use crate::stack::workspace;

/// Writes the seeds of a target, a file each.
pub(super) fn write(target: Target, folder: &Path) -> Result<()> {
    for (number, seed) in of(target)?.iter().enumerate() {
        let file = folder.join(number.to_string());
        fs::write(&file, seed).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn of(target: Target) -> Result<BTreeSet<Vec<u8>>> {
    let seed = |step: &Value| match target {
        Target::Guard => Some(request(step, &format!("{}\n", start(step)))),
        Target::Route | Target::Head => Some(request(step, &head(step))),
        Target::Search => is_for(step, "_search").then(|| body(step)),
        Target::Register => is_for(step, "_register").then(|| body(step)),
        Target::Config => None,
    };
    let mut seeds: BTreeSet<_> = steps()?.iter().filter_map(seed).collect();
    if target == Target::Config {
        let file = workspace().join("config/modelgate.toml");
        seeds.insert(fs::read(&file).with_context(|| file.display().to_string())?);
    }
    Ok(seeds)
}

/// Every step of every scenario.
fn steps() -> Result<Vec<Value>> {
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

fn is_for(step: &Value, what: &str) -> bool {
    step["path"].as_str().is_some_and(|path| path.contains(what))
}

fn start(step: &Value) -> String {
    let text = |key: &str| step[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}", text("method"), text("path"))
}

fn head(step: &Value) -> String {
    let length = body(step).len();
    let fields = step["headers"].as_object().into_iter().flatten();
    let lines = fields.filter_map(|(name, value)| Some(format!("{name}: {}\r\n", value.as_str()?)));
    let lines: String = lines.collect();
    format!("{} HTTP/1.1\r\nHost: a\r\n{lines}Content-Length: {length}\r\n\r\n", start(step))
}

fn request(step: &Value, head: &str) -> Vec<u8> {
    [head.as_bytes(), &body(step)].concat()
}

fn body(step: &Value) -> Vec<u8> {
    match &step["body"] {
        Value::Null => Vec::new(),
        Value::String(text) => text.clone().into_bytes(),
        body => body.to_string().into_bytes(),
    }
}
