//! Answers that tell what other requests say.

use super::{refusal::Refusal, target::Target};

const REVEALS: &str = "the texts of other requests are protected";

/// A detailed task prints the request it works on, modelgate's own too: the text of a search, a
/// document that is being written; query insights print searches. Tasks of actions that modelgate
/// never starts may be shown.
pub(super) fn check(segments: &[&str], target: &Target<'_>) -> Result<(), Refusal> {
    if matches!(segments, ["_insights", "top_queries" | "live_queries", ..]) {
        return Err(Refusal::Unseen(REVEALS));
    }
    let lists_tasks = matches!(segments, ["_tasks"] | ["_cat", "tasks"]);
    let is_detailed = || target.values("detailed").any(|value| value != "false");
    if !lists_tasks || !is_detailed() {
        return Ok(());
    }
    let is_long = |action: &str| LONG_ACTIONS.iter().any(|long| action.contains(long));
    let actions: Vec<&str> = target.values("actions").flat_map(|list| list.split(',')).collect();
    match actions.as_slice() {
        [] => Err(Refusal::Unseen(REVEALS)),
        actions if actions.iter().all(|action| is_long(action)) => Ok(()),
        _ => Err(Refusal::Unseen(REVEALS)),
    }
}

/// Parts of the names of actions that modelgate never starts.
const LONG_ACTIONS: [&str; 6] =
    ["byquery", "forcemerge", "recovery", "reindex", "snapshot", "shrink"];
