//! What fuzzing starts from: the requests of the recorded scenarios, and the configuration that is shipped.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::Value;

use super::Target;
use crate::recorded::{body, head, is_for, request, start, steps};
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
