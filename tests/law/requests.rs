//! What can be asked about one group, and its answers without what they may differ in.

use serde_json::{Value, json};

use crate::http::{Answer, Request};
use crate::stack::encoded;

pub(crate) const GROUPS: &str = "/_plugins/_ml/model_groups";

/// Everything that can be asked about an id; deletions more than once.
pub(crate) fn about(id: &str) -> Vec<Request> {
    let target = format!("{GROUPS}/{}", encoded(id));
    let with = |parameters: &str| format!("{target}?{parameters}");
    let update = |body: Value| Request::new("PUT", &target).json(body.to_string());
    let delete = || Request::new("DELETE", &target);
    let get = || Request::new("GET", &target);
    vec![
        get(),
        update(json!({ "name": "mine now" })),
        update(json!({ "name": "kept" })),
        update(json!({ "name": "taken" })),
        update(json!({ "name": "signs <>" })),
        update(json!({ "name": " ", "description": "d" })),
        update(json!({})),
        update(json!({ "access_mode": "public" })),
        update(json!({ "access_mode": "odd", "backend_roles": ["nobody's"] })),
        update(json!({ "add_all_backend_roles": true, "unknown": [1] })),
        update(json!({ "backend_roles": [] })),
        Request::new("PUT", &target).json("{"),
        Request::new("PUT", &target).json(""),
        Request::new("PUT", &target),
        Request::new("PUT", &with("pretty=true&x=1")).json("{}"),
        Request::new("PUT", &with("format=yaml")).json(r#"{"name":"n"}"#),
        Request::new("PUT", &format!("{target}/"))
            .json("name: n")
            .with("content-type", "text/plain"),
        Request::new("GET", &with("pretty")),
        Request::new("GET", &with("error_trace=true&human")),
        Request::new("GET", &with("filter_path=error.reason,name")),
        Request::new("GET", &with("model_group_id=another")),
        get().with("accept", "application/yaml"),
        get().with("accept", "application/cbor"),
        get().with("accept", "application/smile").with("x-opaque-id", "o"),
        get().json("{}"),
        Request::new("HEAD", &target),
        Request::new("POST", &target).json("{}"),
        Request::new("OPTIONS", &target),
        delete(),
        delete(),
        get(),
        Request::new("DELETE", &with("pretty&filter_path=-_shards")),
        delete().with("accept", "application/yaml"),
        update(json!({ "description": "there again" })),
        delete(),
    ]
}

/// The answer as it would be about the hidden group, and counted from the first number that the
/// cluster gave to a write.
pub(crate) fn as_if_hidden(answer: Answer, mark: &str, first: &mut Option<i64>) -> Answer {
    let same = |text: &str| text.replace(mark, "MARK");
    let mut headers: Vec<_> = answer.headers.into_iter().map(|(n, v)| (n, same(&v))).collect();
    headers.retain(|(name, _)| !name.eq_ignore_ascii_case("date"));
    let mut body = replaced(&answer.body, mark.as_bytes(), b"MARK");
    if let Some(number) = number(&body) {
        let since = number - *first.get_or_insert(number);
        let (from, to) = (format!("_seq_no\":{number}"), format!("_seq_no\":+{since}"));
        body = replaced(&body, from.as_bytes(), to.as_bytes());
        let (from, to) = (format!("_seq_no: {number}"), format!("_seq_no: +{since}"));
        body = replaced(&body, from.as_bytes(), to.as_bytes());
        let (from, to) = (format!("_seq_no\" : {number}"), format!("_seq_no\" : +{since}"));
        body = replaced(&body, from.as_bytes(), to.as_bytes());
        headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-length"));
    }
    Answer { status: answer.status, headers, body }
}

/// The number of the write that an answer tells of.
fn number(body: &[u8]) -> Option<i64> {
    let text = String::from_utf8_lossy(body);
    let (_, after) = text.split_once("_seq_no")?;
    let digits = after.trim_start_matches(['"', ':', ' ']);
    digits.split(|sign: char| !sign.is_ascii_digit()).next()?.parse().ok()
}

fn replaced(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memmem::find(rest, from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}
