//! The names in bodies.

use modelgate::json::{Trailing, canonical};
use serde_json::Value;

use super::{Kept, date, is_kept, is_reached, split};

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

/// Whether a body names a kept index.
pub(super) fn reaches(kept: &Kept, kind: Body, body: &[u8]) -> bool {
    let value = || read(body);
    match kind {
        Body::Free => false,
        Body::Actions => value().is_some_and(|value| acts(kept, &value)),
        Body::Bulk => bulk(kept, body),
        Body::Lines => searches(kept, body),
        Body::Patterns => value().is_some_and(|value| list(kept, &value["index_patterns"])),
        Body::Search => value().is_some_and(|value| looks_up(kept, &value)),
        Body::Snapshot => value().is_some_and(|value| match &value["indices"] {
            Value::Null => true,
            indices => list(kept, indices),
        }),
        Body::Sql => value()
            .is_some_and(|value| value["query"].as_str().is_some_and(|query| selects(kept, query))),
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
fn list(kept: &Kept, value: &Value) -> bool {
    match value {
        Value::String(text) => is_reached(kept, &split(Some(text))),
        Value::Array(items) => {
            let texts: Option<Vec<String>> =
                items.iter().map(|item| item.as_str().map(ToOwned::to_owned)).collect();
            texts.is_some_and(|texts| is_reached(kept, &texts))
        }
        _ => false,
    }
}

/// Names wherever a key says so.
fn acts(kept: &Kept, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| match key.as_str() {
            "_index" => value.as_str().is_some_and(|name| is_kept(kept, name)),
            "index" | "indices" => list(kept, value) || acts(kept, value),
            _ => acts(kept, value),
        }),
        Value::Array(items) => items.iter().any(|item| acts(kept, item)),
        _ => false,
    }
}

/// Documents elsewhere that a query looks up: of one index each, by its name.
fn looks_up(kept: &Kept, value: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(key, value)| {
            let is_name = matches!(key.as_str(), "index" | "_index");
            is_name && value.as_str().is_some_and(|name| is_kept(kept, name))
                || looks_up(kept, value)
        }),
        Value::Array(items) => items.iter().any(|item| looks_up(kept, item)),
        _ => false,
    }
}

fn searches(kept: &Kept, body: &[u8]) -> bool {
    let lines = body.split(|byte| *byte == b'\n').filter_map(read);
    lines.enumerate().any(|(at, line)| match at % 2 {
        0 => ["index", "indices"]
            .iter()
            .any(|key| line.get(*key).is_some_and(|said| list(kept, said))),
        _ => looks_up(kept, &line),
    })
}

/// Every action before the first that cannot be read.
fn bulk(kept: &Kept, body: &[u8]) -> bool {
    let mut lines = body.split(|byte| *byte == b'\n');
    while let Some(line) = lines.next() {
        if line.is_empty() {
            continue;
        }
        let Some(Value::Object(action)) = read(line) else { return false };
        let Some((name, facts)) = action.iter().next() else { return false };
        if facts["_index"].as_str().is_some_and(|name| is_kept(kept, name)) {
            return true;
        }
        if name != "delete" {
            lines.next();
        }
    }
    false
}

/// Whether a statement has a kept name between blanks or quotes.
fn selects(kept: &Kept, statement: &str) -> bool {
    let words = statement.split(|sign: char| sign.is_whitespace() || "`\"',;()=|".contains(sign));
    words.filter_map(date::printed).any(|word| kept.contains(&word.as_str()))
}
