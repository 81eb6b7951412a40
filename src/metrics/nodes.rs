//! What the page says of each node of the cluster.

use super::text::{Kind, Text};

/// What is known of a node.
#[derive(Clone, Debug)]
pub struct NodeFigures<'n> {
    /// Scheme, host and port.
    pub name: &'n str,
    /// The state of its circuit, one of `closed`, `half_open` and `open`.
    pub circuit: &'static str,
    /// Whether its last checks were answered.
    pub is_well: bool,
    /// How often its circuit has opened.
    pub openings: u64,
    /// How many requests to it have failed, by how.
    pub failures: Vec<(&'static str, u64)>,
}

const CIRCUIT: &str = "modelgate_upstream_circuit";
const OPENINGS: &str = "modelgate_upstream_circuit_opened_total";
const HEALTHY: &str = "modelgate_upstream_node_healthy";
const FAILURES: &str = "modelgate_upstream_failures_total";

/// One metric after the other, as the format has it.
pub(super) fn write(nodes: &[NodeFigures<'_>], page: &mut Text) {
    page.metric(CIRCUIT, Kind::Gauge, "The state of a node's circuit: 1 for the one it is in.");
    for node in nodes {
        for state in ["closed", "half_open", "open"] {
            let labels = [("node", node.name), ("state", state)];
            page.sample(CIRCUIT, &labels, u8::from(node.circuit == state));
        }
    }
    page.metric(OPENINGS, Kind::Counter, "How often a node's circuit has opened.");
    for node in nodes {
        page.sample(OPENINGS, &[("node", node.name)], node.openings);
    }
    page.metric(HEALTHY, Kind::Gauge, "Whether a node's checks are answered.");
    for node in nodes {
        page.sample(HEALTHY, &[("node", node.name)], u8::from(node.is_well));
    }
    page.metric(FAILURES, Kind::Counter, "Requests that a node did not answer, by how.");
    for node in nodes {
        for (kind, count) in &node.failures {
            page.sample(FAILURES, &[("node", node.name), ("kind", kind)], *count);
        }
    }
}
