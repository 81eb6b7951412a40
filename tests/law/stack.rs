//! The running stack: modelgate, and OpenSearch behind it.

use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use modelgate::store::{INDEX, MODELS};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::body::words::ELSEWHERE;
use crate::callers::Caller;
use crate::compare::Writes;
use crate::http::{Answer, Client, Request};

/// The mapping with which modelgate makes the index.
const DEFINITION: &str = include_str!("../../src/store/model-group.json");

pub(crate) struct Stack {
    pub(crate) modelgate: Client,
    /// OpenSearch itself, with modelgate's own certificate.
    pub(crate) opensearch: Client,
    /// Locked for as long as the stack is used: all tests share it.
    numbers: usize,
    _lock: File,
}

impl Drop for Stack {
    /// The other index is in the way of tests that look at all of them.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.delete_index(ELSEWHERE);
        }
    }
}

impl Stack {
    /// The stack that the environment names, once no other test uses it, without groups.
    pub(crate) fn alone() -> Self {
        let lock = Path::new(&required("MODELGATE_TEST_DIR")).join("differential.lock");
        let lock = File::create(lock).expect("the stack's folder can be written");
        lock.lock().expect("a file can be locked");
        let certs = PathBuf::from(required("MODELGATE_TEST_CERTS"));
        let mut stack = Self {
            modelgate: Client::new(&required("MODELGATE_TEST_URL"), &certs, None),
            opensearch: Client::new(
                &required("MODELGATE_TEST_OPENSEARCH_URL"),
                &certs,
                Some("sidecar"),
            ),
            numbers: 0,
            _lock: lock,
        };
        stack.delete_index(MODELS);
        stack.forget_names();
        stack.empty();
        stack
    }

    /// No name is reserved.
    pub(crate) fn forget_names(&mut self) {
        self.delete_index(".modelgate-names");
    }

    /// An empty index of groups, as modelgate makes it, but that it shows what is written when it is told to: else what
    /// is written slowly falls apart into segments.
    pub(crate) fn empty(&mut self) {
        self.delete_index(INDEX);
        let mut definition: Value = serde_json::from_str(DEFINITION).expect("JSON");
        definition["settings"]["index.refresh_interval"] = json!("-1");
        let make = Request::new("PUT", &format!("/{INDEX}")).json(definition.to_string());
        let made = self.opensearch.send(&make);
        assert_eq!(made.status, 200, "{}", made.text());
    }

    fn delete_index(&mut self, index: &str) {
        let answer = self.opensearch.send(&Request::new("DELETE", &format!("/{index}")));
        assert!(matches!(answer.status, 200 | 404), "{}", answer.text());
    }

    /// Writes documents, in this order, as one segment.
    pub(crate) fn write<'d>(&mut self, documents: impl IntoIterator<Item = (&'d str, &'d Value)>) {
        let mut lines = String::new();
        for (id, source) in documents {
            lines += &format!("{}\n{source}\n", json!({ "index": { "_id": id } }));
        }
        if lines.is_empty() {
            return;
        }
        let bulk = Request::new("POST", &format!("/{INDEX}/_bulk?refresh=true")).json(lines);
        let answer = self.opensearch.send(&bulk);
        assert_eq!(
            (answer.status, &answer.value()["errors"]),
            (200, &json!(false)),
            "{}",
            answer.text()
        );
    }

    /// Writes a model that belongs to a group.
    pub(crate) fn write_model_of(&mut self, group: &str) {
        let model = json!({ "name": "m", "model_group_id": group }).to_string();
        let mapping = r#"{"mappings":{"properties":{"model_group_id":{"type":"keyword"}}}}"#;
        self.opensearch.send(&Request::new("PUT", &format!("/{MODELS}")).json(mapping));
        let target = format!("/{MODELS}/_doc?refresh=true");
        let answer = self.opensearch.send(&Request::new("POST", &target).json(model));
        assert_eq!(answer.status, 201, "{}", answer.text());
    }

    /// What an index that no caller may read has: this document, or none.
    pub(crate) fn write_elsewhere(&mut self, source: Option<&Value>) {
        self.delete_index(ELSEWHERE);
        let made = self.opensearch.send(&Request::new("PUT", &format!("/{ELSEWHERE}")));
        assert_eq!(made.status, 200, "{}", made.text());
        if let Some(source) = source {
            let target = format!("/{ELSEWHERE}/_doc/1?refresh=true");
            let put = Request::new("PUT", &target).json(source.to_string());
            let answer = self.opensearch.send(&put);
            assert_eq!(answer.status, 201, "{}", answer.text());
        }
    }

    /// Removes a group for good, past modelgate.
    pub(crate) fn remove(&mut self, id: &str) {
        let target = format!("/{INDEX}/_doc/{}?refresh=true", encoded(id));
        let answer = self.opensearch.send(&Request::new("DELETE", &target));
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Merges all segments into one, the smallest first.
    pub(crate) fn merge(&mut self) {
        for step in ["_forcemerge?max_num_segments=1", "_refresh"] {
            let answer = self.opensearch.send(&Request::new("POST", &format!("/{INDEX}/{step}")));
            assert_eq!(answer.status, 200, "{}", answer.text());
        }
    }

    /// A number that was not given yet.
    pub(crate) fn fresh_number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers - 1
    }

    /// A document as it is stored, version and all.
    pub(crate) fn stored(&mut self, id: &str) -> Value {
        let target = format!("/{INDEX}/_doc/{}", encoded(id));
        self.opensearch.send(&Request::new("GET", &target)).value()
    }

    /// The numbers of the writes of all groups.
    pub(crate) fn writes(&mut self) -> Writes {
        self.lucenes_order().into_iter().collect()
    }

    /// All groups with the numbers of their writes, as Lucene has them.
    pub(crate) fn lucenes_order(&mut self) -> Vec<(String, i64)> {
        let body = r#"{"size":10000,"_source":false,"seq_no_primary_term":true,"sort":"_doc"}"#;
        let search = Request::new("POST", &format!("/{INDEX}/_search")).json(body);
        let answer = self.opensearch.send(&search);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let hits = answer.value()["hits"]["hits"].as_array().cloned().unwrap_or_default();
        let write = |hit: &Value| Some((hit["_id"].as_str()?.to_owned(), hit["_seq_no"].as_i64()?));
        hits.iter().filter_map(write).collect()
    }

    /// The ids that a query finds, sorted.
    pub(crate) fn found_by(&mut self, query: &Value) -> Vec<String> {
        let body = json!({ "query": query, "size": 10_000, "_source": false }).to_string();
        let search = Request::new("POST", &format!("/{INDEX}/_search")).json(body);
        let answer = self.opensearch.send(&search);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let hits = answer.value()["hits"]["hits"].as_array().cloned().unwrap_or_default();
        let mut ids: Vec<String> =
            hits.iter().map(|hit| hit["_id"].as_str().unwrap_or_default().to_owned()).collect();
        ids.sort();
        ids
    }

    /// Sends a request to modelgate as somebody.
    pub(crate) fn ask(&mut self, who: &Caller, request: Request) -> Answer {
        let request = match who.credential() {
            Some(credential) => {
                request.with("authorization", &format!("Basic {}", STANDARD.encode(credential)))
            }
            None => request,
        };
        self.modelgate.send(&request)
    }
}

/// An id as a path holds it.
pub(crate) fn encoded(id: &str) -> String {
    utf8_percent_encode(id, NON_ALPHANUMERIC).to_string()
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` sets it"))
}
