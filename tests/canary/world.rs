//! The cluster with the canaries, and modelgate before it.

use std::{
    env,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    operation::Request,
    wire::{Reply, exchange},
};

/// What no answer may hold.
pub(crate) const CANARY: &str = "cnryq7x";

/// How long an answer is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const GROUPS: &str = ".plugins-ml-model-group";
const NAMES: &str = ".modelgate-names";

/// As modelgate makes the index of groups.
const DEFINITION: &str = include_str!("../../src/store/model-group.json");

/// Where a snapshot of everything lies.
const REPOSITORY: &str = r#"{"type":"fs","settings":{"location":"r"}}"#;

/// What an earlier run may have left.
const LEFT_OVER: [&str; 8] = [
    "/_index_template/*",
    "/_template/leak",
    "/_component_template/*",
    "/_scripts/leak",
    "/_ingest/pipeline/*",
    "/_search/pipeline/*",
    "/views/leak",
    "/_cluster/voting_config_exclusions?wait_for_removal=false",
];

/// The tests share a cluster: one at a time.
static ALONE: Mutex<()> = Mutex::new(());

pub(crate) struct World {
    gate: String,
    cluster: String,
    _alone: MutexGuard<'static, ()>,
}

impl World {
    /// Puts the canaries in.
    pub(crate) fn start() -> Self {
        let of = |name: &str| {
            let url = env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
            url.trim_start_matches("http://").trim_end_matches('/').to_owned()
        };
        let world = Self {
            gate: of("MODELGATE_TEST_URL"),
            cluster: of("MODELGATE_TEST_OPENSEARCH_URL"),
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
        };
        world.directly("DELETE", "/*?expand_wildcards=all", "");
        for path in LEFT_OVER {
            world.directly("DELETE", path, "");
        }
        world.fill();
        world
    }

    fn fill(&self) {
        self.must("PUT", &format!("/{GROUPS}"), DEFINITION);
        let hidden = json!({ "settings": { "index.hidden": true } });
        self.must("PUT", &format!("/{NAMES}"), &hidden.to_string());
        for group in ["g1", "g2"] {
            let document = json!({
                "name": format!("{CANARY} name {group}"), "description": format!("{CANARY} text"), "access": "private",
                "owner": { "name": format!("{CANARY}-owner"), "backend_roles": [CANARY] }, "backend_roles": [CANARY],
            });
            self.must("PUT", &format!("/{GROUPS}/_doc/{group}?refresh"), &document.to_string());
        }
        let name = json!({ "name": format!("{CANARY} name g1") });
        self.must("PUT", &format!("/{NAMES}/_doc/g1?refresh"), &name.to_string());
        self.furnish();
        self.must("PUT", "/_snapshot/r", REPOSITORY);
        self.directly("DELETE", "/_snapshot/r/*", "");
        self.must("PUT", "/_snapshot/r/taken?wait_for_completion", "");
    }

    /// Puts back what may be deleted and changed.
    pub(crate) fn furnish(&self) {
        // What a look-up in the group index would find here is a document that says so.
        let document = json!({ "name": "plain", "probe": "plain" }).to_string();
        let others = format!("/*,-{GROUPS},-{NAMES},-other?expand_wildcards=all");
        self.directly("DELETE", &others, "");
        self.must("PUT", "/_snapshot/r", REPOSITORY);
        let put = || self.directly("PUT", "/other/_doc/1?refresh", &document).status;
        if !matches!(put(), 200 | 201) {
            self.directly("DELETE", "/other", "");
            assert_eq!(put(), 201);
        }
    }

    pub(crate) fn cluster_url(&self) -> String {
        format!("http://{}", self.cluster)
    }

    /// Through modelgate.
    pub(crate) fn sent(&self, request: &Request, caller: &str, patience: Duration) -> Reply {
        exchange(&self.gate, &[&request.bytes(caller)], patience)
    }

    pub(crate) fn sent_bytes(&self, bytes: &[u8]) -> Reply {
        exchange(&self.gate, &[bytes], PATIENCE)
    }

    pub(crate) fn sent_bytes_directly(&self, bytes: &[u8]) -> Reply {
        exchange(&self.cluster, &[bytes], PATIENCE)
    }

    pub(crate) fn sent_parts(&self, parts: &[&[u8]]) -> Reply {
        exchange(&self.gate, parts, PATIENCE)
    }

    pub(crate) fn sent_directly(&self, request: &Request) -> Reply {
        exchange(&self.cluster, &[&request.bytes("")], PATIENCE)
    }

    pub(crate) fn directly(&self, method: &'static str, target: &str, body: &str) -> Reply {
        self.sent_directly(&Request { method, target: target.to_owned(), body: body.to_owned() })
    }

    pub(crate) fn must(&self, method: &'static str, target: &str, body: &str) {
        let reply = self.directly(method, target, body);
        assert!(matches!(reply.status, 200 | 201), "{method} {target}: {}", reply.shown());
    }

    /// All that may not change: documents with their versions, mappings, settings, aliases, state.
    pub(crate) fn state(&self) -> Vec<Value> {
        let refresh = format!("/{GROUPS},{NAMES}/_refresh");
        self.must("POST", &refresh, "");
        let search =
            format!("/{GROUPS},{NAMES}/_search?size=100&version&seq_no_primary_term&sort=_id");
        let metadata =
            format!("/_cluster/state/metadata,blocks/{GROUPS},{NAMES}?expand_wildcards=all");
        let documents = self.directly("GET", &search, "").json();
        let state = self.directly("GET", &metadata, "").json();
        let blocks = &state["blocks"]["indices"];
        let blocks = json!([blocks[GROUPS], blocks[NAMES], state["blocks"]["global"]]);
        vec![documents["hits"]["hits"].clone(), settled(&state["metadata"]["indices"]), blocks]
    }

    /// The node's folder of programs.
    pub(crate) fn home(&self) -> PathBuf {
        let nodes = self.directly("GET", "/_nodes/_local/settings", "").json();
        let node = nodes["nodes"].as_object().and_then(|nodes| nodes.values().next()).cloned();
        let home = node.unwrap_or_default()["settings"]["path"]["home"].clone();
        PathBuf::from(home.as_str().expect("the node tells its folder"))
    }

    /// The methods that the node has for a path.
    pub(crate) fn methods(&self, path: &str) -> Vec<String> {
        let allowed = self.directly("OPTIONS", path, "").header("allow").unwrap_or_default();
        allowed.split(',').filter(|method| !method.is_empty()).map(str::to_owned).collect()
    }

    /// Other indices that hold a canary.
    pub(crate) fn escaped(&self) -> Vec<String> {
        self.must("POST", "/_refresh", "");
        let target = format!("/_all/_search?expand_wildcards=all&size=100&q=*{CANARY}*");
        let found = self.directly("GET", &target, "").json();
        let hits = found["hits"]["hits"].as_array().expect("hits").clone();
        let index = |hit: &Value| hit["_index"].as_str().unwrap_or_default().to_owned();
        hits.iter().map(index).filter(|index| index != GROUPS && index != NAMES).collect()
    }
}

/// What an index is, without what moves by itself.
fn settled(indices: &Value) -> Value {
    let mut indices = indices.clone();
    for index in indices.as_object_mut().into_iter().flatten().map(|(_, index)| index) {
        if let Some(index) = index.as_object_mut() {
            index.retain(|key, _| {
                matches!(
                    key.as_str(),
                    "aliases"
                        | "mapping_version"
                        | "mappings"
                        | "settings"
                        | "settings_version"
                        | "state"
                )
            });
        }
    }
    indices
}
