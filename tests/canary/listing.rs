//! What the README's table of the guard says, on a real node: what is told, narrowed and refused.

use serde_json::Value;

use crate::{
    operation::Request,
    world::{GROUPS, PATIENCE, World},
};

/// Targets that list: the Security plugin lets a user see them, and so does modelgate.
const TOLD: [&str; 17] = [
    "/_cat/indices?expand_wildcards=all",
    "/_cat/indices/P",
    "/_cat/shards",
    "/_cat/segments/P",
    "/_cat/recovery",
    "/_list/indices",
    "/_settings",
    "/P/_settings",
    "/_stats",
    "/P/_stats/docs",
    "/_segments",
    "/_recovery",
    "/P/_alias",
    "/_cluster/state/metadata",
    "/_cluster/health?level=indices",
    "/_resolve/index/.plugins*",
    "/_nodes/stats/indices?level=indices",
];

/// What touches no document may say a wildcard, and tells mappings then.
const TOLD_OF_ALL: [&str; 4] =
    ["/_mapping", "/*/_mapping", "/.plugins*", "/_mapping/field/name?expand_wildcards=all"];

/// The same by name, as the plugin refuses it.
const NOT_BY_NAME: [&str; 6] = [
    "/P",
    "/P/_mapping",
    "/P/_mapping/field/name",
    "/P/_refresh",
    "/P/_flush",
    "/other,P/_mapping",
];

/// Reads through wildcards.
const NARROWED: [&str; 9] = [
    "/_search",
    "/_all/_search",
    "/*/_search?expand_wildcards=all",
    "/.p*,other/_search",
    "/_search?index=*",
    "/_field_caps?fields=*",
    "/_search_shards",
    "/_validate/query?explain&q=a",
    "/*,-nothing*/_search",
];

/// Methods and targets that would write through a wildcard.
const REFUSED: [(&str, &str); 14] = [
    ("DELETE", "/*"),
    ("DELETE", "/.plugins*"),
    ("DELETE", "/_all"),
    ("PUT", "/_settings"),
    ("PUT", "/*/_settings"),
    ("PUT", "/*/_mapping"),
    ("PUT", "/*/_alias/leak"),
    ("POST", "/*/_close"),
    ("POST", "/_open"),
    ("POST", "/*/_delete_by_query"),
    ("POST", "/_all/_update_by_query"),
    ("PUT", "/*/_block/write"),
    ("GET", "/*/_doc/1"),
    ("GET", "/-other/_search"),
];

/// Gives what is otherwise than it is said.
pub(crate) fn faults(world: &World) -> Vec<String> {
    let listed = TOLD.iter().chain(&TOLD_OF_ALL).filter_map(|target| told(world, target));
    let kept = NOT_BY_NAME.map(|target| ("GET", target)).into_iter().chain(REFUSED);
    let kept = kept.filter_map(|(method, target)| refused(world, method, target));
    let narrowed = NARROWED.iter().filter_map(|target| narrowed(world, target));
    listed.chain(kept).chain(narrowed).chain(counted(world)).collect()
}

fn sent(world: &World, method: &'static str, target: &str) -> (u16, String) {
    let target = target.replace('P', GROUPS);
    let reply = world.sent(&Request { method, target, body: String::new() }, "", PATIENCE);
    assert!(!reply.tells(), "{}", reply.shown());
    (reply.status, reply.text())
}

fn told(world: &World, target: &str) -> Option<String> {
    let (status, text) = sent(world, "GET", target);
    (status != 200 || !text.contains(GROUPS)).then(|| format!("not told: {target}: {status}"))
}

fn narrowed(world: &World, target: &str) -> Option<String> {
    let (status, text) = sent(world, "GET", target);
    let is_narrowed = status == 200 && text.contains("other") && !text.contains("ml-model-group");
    (!is_narrowed).then(|| format!("not narrowed: {target}: {status} {text}"))
}

fn refused(world: &World, method: &'static str, target: &str) -> Option<String> {
    let (status, _) = sent(world, method, target);
    (status != 403).then(|| format!("not refused: {method} {target}: {status}"))
}

/// Counts are of the rest.
fn counted(world: &World) -> Option<String> {
    let request =
        |target: &str| Request { method: "GET", target: target.to_owned(), body: String::new() };
    let count = |counted: &Value| counted["count"].as_u64();
    let others = count(&world.sent_directly(&request("/other/_count")).json());
    let all = world.sent(&request("/_all/_count?expand_wildcards=all"), "", PATIENCE).json();
    (others.is_none() || count(&all) != others).then(|| format!("{all}, and not {others:?}"))
}
