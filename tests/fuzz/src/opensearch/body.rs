//! The names in bodies.

use modelgate::json::{Trailing, canonical};
use serde_json::Value;

use super::{date, is_protected, is_reached, split};

/// What a body holds.
#[derive(Clone, Copy)]
pub(super) enum Body {
    /// Names under `index`, `_index`, `indices` of whatever is done with them.
    Actions,
    /// Action lines.
    Bulk,
    /// Nothing that names an index.
    Free,
    /// Headers and searches by turns.
    Lines,
    /// Patterns of indices to come.
    Patterns,
    /// A query, which may look into other indices.
    Search,
    /// Indices, of which none are all.
    Snapshot,
    /// A statement.
    Sql,
}

/// Whether a body names a protected index.
pub(super) fn reaches(kind: Body, body: &[u8]) -> bool {
    let value = || read(body);
    match kind {
        Body::Free => false,
        Body::Actions => value().is_some_and(|value| acts(&value)),
        Body::Bulk => bulk(body),
        Body::Lines => searches(body),
        Body::Patterns => value().is_some_and(|value| list(&value["index_patterns"])),
        Body::Search => value().is_some_and(|value| looks_up(&value)),
        Body::Snapshot => value().is_some_and(|value| match &value["indices"] {
            Value::Null => true,
            indices => list(indices),
        }),
        Body::Sql => value().is_some_and(|value| value["query"].as_str().is_some_and(selects)),
    }
}

/// Whether a search is of a point in time, which has its own indices.
pub(super) fn has_point_in_time(body: &[u8]) -> bool {
    read(body).is_some_and(|value| value.get("pit").is_some())
}

/// JSON, by another parser than modelgate's own; that one strips what only Jackson reads.
fn read(body: &[u8]) -> Option<Value> {
    let plain = canonical(body, Trailing::Ignored).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// A list of expressions: a text with commas, or texts.
fn list(value: &Value) -> bool {
    match value {
        Value::String(text) => is_reached(&split(Some(text))),
        Value::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect();
            texts.is_some_and(|texts| is_reached(&texts))
        }
        _ => false,
    }
}

/// Names wherever a key says so.
fn acts(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| match key.as_str() {
            "_index" => value.as_str().is_some_and(is_protected),
            "index" | "indices" => list(value) || acts(value),
            _ => acts(value),
        }),
        Value::Array(items) => items.iter().any(acts),
        _ => false,
    }
}

/// Documents elsewhere that a query looks up: of one index each, by its name.
fn looks_up(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| {
            let is_name = matches!(key.as_str(), "index" | "_index");
            is_name && value.as_str().is_some_and(is_protected) || looks_up(value)
        }),
        Value::Array(items) => items.iter().any(looks_up),
        _ => false,
    }
}

fn searches(body: &[u8]) -> bool {
    let lines = body.split(|byte| *byte == b'\n').filter_map(read);
    lines.enumerate().any(|(at, line)| match at % 2 {
        0 => ["index", "indices"].iter().any(|key| line.get(*key).is_some_and(list)),
        _ => looks_up(&line),
    })
}

/// Every action before the first that cannot be read.
fn bulk(body: &[u8]) -> bool {
    let mut lines = body.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let Some(Value::Object(action)) = read(line) else { return false };
        let Some((name, facts)) = action.iter().next() else { return false };
        if facts["_index"].as_str().is_some_and(is_protected) {
            return true;
        }
        if name != "delete" {
            lines.next();
        }
    }
    false
}

/// Whether a statement has a protected name between blanks or quotes.
fn selects(statement: &str) -> bool {
    let words = statement.split(|sign: char| sign.is_whitespace() || "`\"',;()=|".contains(sign));
    words.filter_map(date::printed).any(|word| super::PROTECTED.contains(&word.as_str()))
}
