//! Requests from whose head alone ML Commons or Flow Framework would make a group inside the cluster, or read some.

use super::{
    refusal::Refusal,
    target::{Target, decoded},
};

const USE_CASE: &str =
    "a use case may make a model group past modelgate: send its workflow as a body";
const ALGORITHM: &str = "metrics correlation makes a model group past modelgate";

pub(super) const UNWATCHED: &str =
    "without the Security plugin nobody can tell what agents and tools read";
const STORED: &str = "without the Security plugin nobody can tell what a stored workflow does: \
    send it as a body, with [provision=true]";
const FOLLOWED: &str = "without the Security plugin nobody can tell which indices of another \
    cluster are made here: follow each by its name";

/// A use case is a workflow of Flow Framework's own, which may register a model, and with it a
/// group. Metrics correlation puts a group in the index as it first runs (ML Commons'
/// `MetricsCorrelation.registerModel`).
pub(super) fn check(segments: &[&str], target: &Target<'_>) -> Result<(), Refusal> {
    match segments {
        ["_plugins", "_flow_framework", ..] if target.values("use_case").next().is_some() => {
            Err(Refusal::Unseen(USE_CASE))
        }
        ["_plugins", "_ml", "_execute", algorithm]
            if is_one_of(&["METRICS_CORRELATION"], algorithm) =>
        {
            Err(Refusal::Unseen(ALGORITHM))
        }
        _ => Ok(()),
    }
}

/// What only the Security plugin can look at, for nothing says before which indices it reaches: agents and tools of ML
/// Commons (3.4: `RestMLExecuteAction`, `RestMcpServerAction`), of which some search what a model, or a stored agent,
/// names; and workflows that are stored, where they may have been written past Flow Framework; and the patterns by which
/// another cluster's indices are followed, which may become [`plugins`](super::plugins)' own. Agents are not made
/// either: a search may run one, by way of a pipeline (neural-search's `agentic`).
pub(super) fn check_unwatched(method: &str, segments: &[&str]) -> Result<(), Refusal> {
    match segments {
        ["_plugins", "_ml", inside @ ..] if is_unwatched(method, inside) => {
            Err(Refusal::Unseen(UNWATCHED))
        }
        ["_plugins", "_flow_framework", "workflow", _, "_provision"] => {
            Err(Refusal::Unseen(STORED))
        }
        ["_plugins", "_replication", "_autofollow"] if method == "POST" => {
            Err(Refusal::Unseen(FOLLOWED))
        }
        _ => Ok(()),
    }
}

fn is_unwatched(method: &str, inside: &[&str]) -> bool {
    match inside {
        ["agents", "_register"] | ["agents", _, "_execute", ..] | ["tools", "_execute", ..] => true,
        ["agents", _] => method == "PUT",
        ["_execute", algorithm] => is_one_of(&["AGENT", "TOOL"], algorithm),
        // What is said of a server's tools is not their use.
        ["mcp", inside @ ..] => inside.first() != Some(&"tools"),
        _ => false,
    }
}

/// ML Commons takes the algorithm in any case, and the signs whose capitals are its letters.
fn is_one_of(algorithms: &[&str], segment: &str) -> bool {
    algorithms.contains(&decoded(segment, false).to_uppercase().as_str())
}
