//! The calls of the API: through modelgate, and the same reading or writing done directly.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use ureq::http::Method;

use super::timed::{OURS, Way};
use super::{Cluster, INDEX, NAMES, READER, group};

/// The same reading or writing, as the admin certificate.
pub(super) const DIRECT: &str = "direct";
/// The writing, after a reservation of the name: the least that keeps names unique.
pub(super) const RESERVED: &str = "reserved, then written";
/// A search with the same filter, and without the order by which modelgate breaks ties.
pub(super) const FILTERED: &str = "filtered, unordered";

impl Cluster {
    /// The ways of making a call, where the index was filled with so many groups; `series` tells
    /// the names that are registered apart.
    pub(super) fn ways(&self, call: &str, series: &str, groups: u32) -> Vec<Way<'_>> {
        match call {
            "register" => self.register(series),
            "get" => self.get(groups),
            _ => self.search(),
        }
    }

    /// Registering a group of a name that is new.
    fn register(&self, series: &str) -> Vec<Way<'_>> {
        let run = format!("{series} {}", millis());
        let ours = {
            let run = run.clone();
            move |number| {
                let body = json!({
                    "name": format!("ours {run} {number}"),
                    "description": "a group of the benchmark",
                    "access_mode": "restricted",
                    "backend_roles": ["role-0"],
                });
                self.ask_gate(Method::POST, "_register", &body.to_string()).map(drop)
            }
        };
        let direct = {
            let run = run.clone();
            move |number| self.write(&format!("direct {run} {number}"))
        };
        let reserved = move |number| {
            let name = format!("reserved {run} {number}");
            let body = json!({ "name": name, "group": "none", "time": millis() });
            let path = format!("/{NAMES}/_create/{}", encoded(&name));
            self.ask(Method::PUT, &path, &body.to_string())?;
            self.write(&name)
        };
        let way = |name, call| Way { name, call };
        vec![
            way(DIRECT, Box::new(direct)),
            way(OURS, Box::new(ours)),
            way(RESERVED, Box::new(reserved)),
        ]
    }

    /// Writes a group as modelgate does.
    fn write(&self, name: &str) -> Result<()> {
        let condition = "version=1&version_type=external&refresh=true";
        let path = format!("/{INDEX}/_doc/{}?{condition}", encoded(name));
        let body = group(name, "restricted", &["role-0"], READER.name);
        self.ask(Method::PUT, &path, &body.to_string()).map(drop)
    }

    /// Reading one of the groups that the index was filled with, of so many.
    fn get(&self, groups: u32) -> Vec<Way<'_>> {
        // A prime, and so another group each time.
        let id = move |number: u32| {
            let public = u64::from(number) * 7919 % u64::from(groups.div_ceil(3)) * 3;
            format!("filled-{public}")
        };
        let ours = move |number| self.ask_gate(Method::GET, &id(number), "").map(drop);
        let direct = move |number| {
            let path = format!("/{INDEX}/_doc/{}", id(number));
            self.ask(Method::GET, &path, "").map(drop)
        };
        vec![Way { name: DIRECT, call: Box::new(direct) }, Way { name: OURS, call: Box::new(ours) }]
    }

    /// Searching for ten groups that the reader may see.
    fn search(&self) -> Vec<Way<'_>> {
        let asked = json!({ "query": { "match_all": {} }, "size": 10 });
        let same = ordered().to_string();
        let filtered = json!({ "query": query(), "size": 10 }).to_string();
        let ours = move |_| {
            let answer = self.ask_gate(Method::POST, "_search", &asked.to_string())?.json()?;
            found_some(&answer)
        };
        let directly = |body: String| {
            move |_| {
                // Neither answer comes from the shard's cache: it caches no search with hits.
                let path = format!("/{INDEX}/_search?search_pipeline=_none");
                found_some(&self.ask(Method::POST, &path, &body)?.json()?)
            }
        };
        vec![
            Way { name: DIRECT, call: Box::new(directly(same)) },
            Way { name: OURS, call: Box::new(ours) },
            Way { name: FILTERED, call: Box::new(directly(filtered)) },
        ]
    }
}

/// What modelgate sends for the search.
fn ordered() -> Value {
    json!({
        "query": query(),
        "size": 10,
        "sort": ["_score", "_seq_no"],
        "track_scores": true,
        "version": true,
        "seq_no_primary_term": true,
        "_source": { "excludes": ["content", "model_content", "ui_metadata"] },
    })
}

/// The caller's query, within what the reader may see.
fn query() -> Value {
    let owner = |query: Value| json!({ "nested": { "path": "owner", "query": query } });
    let is_owner = json!({ "term": { "_nested_path": "owner" } });
    json!({ "bool": {
        "must": [{ "match_all": {} }],
        "filter": [{ "bool": { "should": [
            { "bool": { "must_not": [owner(json!({ "match_all": {} })), is_owner] } },
            owner(json!({ "term": { "owner.name.keyword": READER.name } })),
            { "term": { "access": "public" } },
            { "bool": {
                "filter": [{ "terms": { "backend_roles.keyword": READER.backend_roles } }],
                "must_not": [{ "term": { "access": "private" } }],
            } },
        ] } }],
    } })
}

fn found_some(answer: &Value) -> Result<()> {
    let hits = answer["hits"]["hits"].as_array().map_or(0, Vec::len);
    ensure!(hits > 0, "nothing was found: {answer}");
    Ok(())
}

/// An id for a name: names here have signs and blanks alone.
fn encoded(name: &str) -> String {
    name.replace(' ', "-")
}

fn millis() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}
