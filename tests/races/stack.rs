//! The running stack, and modelgates of a test's own before its cluster.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use crate::{
    gate::Gate,
    http::{Client, Request},
};

/// The indices of groups, of models and of names.
pub(crate) const GROUPS: &str = ".plugins-ml-model-group";
pub(crate) const MODELS: &str = ".plugins-ml-model";
pub(crate) const NAMES: &str = ".modelgate-names";

/// The stack that the environment names.
pub(crate) struct Stack {
    dir: PathBuf,
    certs: PathBuf,
    _lock: File,
}

impl Stack {
    /// The stack once no other test uses it, without groups and names.
    pub(crate) fn alone() -> Self {
        let dir = PathBuf::from(required("MODELGATE_TEST_DIR"));
        let lock = File::create(dir.join("differential.lock")).expect("the folder can be written");
        lock.lock().expect("a file can be locked");
        let certs = PathBuf::from(required("MODELGATE_TEST_CERTS"));
        let stack = Self { dir, certs, _lock: lock };
        for index in [GROUPS, MODELS, NAMES] {
            stack.opensearch().send(&Request::new("DELETE", &format!("/{index}")));
        }
        stack
    }

    /// Where the certificates are.
    pub(crate) fn certs(&self) -> &Path {
        &self.certs
    }

    /// The cluster itself, which sees modelgate's own certificate.
    pub(crate) fn opensearch(&self) -> Client {
        Client::new(&opensearch_url(), &self.certs, Some("sidecar"))
    }

    /// A modelgate with the configuration of the running stack, and these settings.
    pub(crate) fn gate(&self, settings: &[&str]) -> Gate {
        Gate::start(&self.dir.join("modelgate.toml"), settings)
    }

    /// As many of them, with patience for a busy machine: all their clients connect at once.
    pub(crate) fn gates(&self, count: usize) -> Vec<Gate> {
        let patient = ["upstream.connect_timeout=60s", "upstream.response_timeout=2m"];
        (0..count).map(|_| self.gate(&patient)).collect()
    }

    /// Writes a group as ML Commons does, which looks at no reservation.
    pub(crate) fn write_directly(&self, id: &str, name: &str) {
        let group = json!({
            "name": name, "access": "public", "latest_version": 0,
            "created_time": 1, "last_updated_time": 1,
        });
        let path = format!("/{GROUPS}/_doc/{id}?refresh=true");
        let written = self.opensearch().send(&Request::new("PUT", &path).json(group.to_string()));
        assert_eq!(written.status, 201, "{}", written.text());
    }

    /// The group for which a name is reserved.
    pub(crate) fn holder_of(&self, name: &str) -> Option<String> {
        let search = json!({ "query": { "term": { "name.keyword": name } } }).to_string();
        let mut opensearch = self.opensearch();
        opensearch.send(&Request::new("POST", &format!("/{NAMES}/_refresh")));
        let path = format!("/{NAMES}/_search");
        let found = opensearch.send(&Request::new("POST", &path).json(search)).value();
        found["hits"]["hits"][0]["_source"]["group"].as_str().map(str::to_owned)
    }

    /// Ids and names of all groups, as they are stored.
    pub(crate) fn stored(&self) -> Vec<(String, String)> {
        let search = r#"{"size": 10000, "_source": ["name"]}"#;
        let path = format!("/{GROUPS}/_search");
        let found = self.opensearch().send(&Request::new("POST", &path).json(search)).value();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let hits = found["hits"]["hits"].as_array().expect("hits");
        hits.iter().map(|hit| (text(&hit["_id"]), text(&hit["_source"]["name"]))).collect()
    }
}

/// Where the cluster is.
pub(crate) fn opensearch_url() -> String {
    required("MODELGATE_TEST_OPENSEARCH_URL")
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: cargo xtask test sets it"))
}
