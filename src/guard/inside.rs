//! Requests from whose head alone ML Commons or Flow Framework would make a group inside the cluster.

use super::{
    refusal::Refusal,
    target::{Target, decoded},
};

const USE_CASE: &str =
    "a use case may make a model group past modelgate: send its workflow as a body";
const ALGORITHM: &str = "metrics correlation makes a model group past modelgate";

/// A use case is a workflow of Flow Framework's own, which may register a model, and with it a
/// group. Metrics correlation puts a group in the index as it first runs (ML Commons'
/// `MetricsCorrelation.registerModel`).
pub(super) fn check(segments: &[&str], target: &Target<'_>) -> Result<(), Refusal> {
    match segments {
        ["_plugins", "_flow_framework", ..] if target.values("use_case").next().is_some() => {
            Err(Refusal::Unseen(USE_CASE))
        }
        ["_plugins", "_ml", "_execute", algorithm] if is_metrics_correlation(algorithm) => {
            Err(Refusal::Unseen(ALGORITHM))
        }
        _ => Ok(()),
    }
}

/// ML Commons takes the algorithm in any case, and the signs whose capitals are these letters.
fn is_metrics_correlation(algorithm: &str) -> bool {
    decoded(algorithm, false).to_uppercase() == "METRICS_CORRELATION"
}
