//! Scripts that could send a document to another index: `ctx._index` of `_reindex` and of
//! ingest processors.
//!
//! Painless computes names in more ways than can be followed, so what is allowed is a form:
//! `ctx` followed by a field that is written out, and is not `_index`.

use serde_json::Value;

use super::super::refusal::Refusal;

/// Methods of the map that take a field as their first argument.
const METHODS: [&str; 5] = ["containsKey", "get", "getOrDefault", "put", "remove"];

/// The script of a `_reindex`, where there is one.
pub(super) fn check_reindex(body: &[u8]) -> Result<(), Refusal> {
    let body = super::value(body)?;
    body.get("script").map_or(Ok(()), check)
}

/// A script in any of its forms: text, or an object with `source` or `id`.
pub(super) fn check(script: &Value) -> Result<(), Refusal> {
    let source = match script {
        Value::String(source) => Some(source),
        Value::Object(script) => {
            let is_painless = script.get("lang").is_none_or(|lang| lang == "painless");
            let mut sources =
                ["source", "inline", "code"].iter().filter_map(|key| script.get(*key));
            match (sources.next(), sources.next()) {
                (Some(Value::String(source)), None) if is_painless => Some(source),
                _ => None,
            }
        }
        _ => None,
    };
    match source {
        Some(source) if keeps_the_index(source) => Ok(()),
        Some(_) | None => Err(Refusal::Unseen(
            "a script may send documents to another index, unless it says [ctx.field] of fields \
             other than [_index] only",
        )),
    }
}

/// Whether every `ctx` is followed by a field that is not `_index`.
fn keeps_the_index(source: &str) -> bool {
    let ends = source.match_indices("ctx").map(|(at, word)| (at, at + word.len()));
    ends.filter(|(at, end)| is_word(source, *at, *end))
        .all(|(_, end)| is_other_field(&source[end..]))
}

fn is_word(source: &str, at: usize, end: usize) -> bool {
    let in_a_word =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = source.as_bytes();
    !in_a_word(at.checked_sub(1).and_then(|before| bytes.get(before))) && !in_a_word(bytes.get(end))
}

fn is_other_field(rest: &str) -> bool {
    let rest = rest.trim_start();
    if let Some(rest) = rest.strip_prefix('[') {
        return literal(rest)
            .is_some_and(|(field, rest)| is_other(field) && rest.trim_start().starts_with(']'));
    }
    let Some(rest) = rest.strip_prefix("?.").or_else(|| rest.strip_prefix('.')) else {
        return false;
    };
    let rest = rest.trim_start();
    let end =
        rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    match rest.trim_start().strip_prefix('(') {
        None => !name.is_empty() && is_other(name),
        Some(arguments) => {
            METHODS.contains(&name) && literal(arguments).is_some_and(|(field, _)| is_other(field))
        }
    }
}

/// A string literal without escapes, and what follows it.
fn literal(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|sign| matches!(sign, '\'' | '"'))?;
    let (field, rest) = text[1..].split_once(quote)?;
    (!field.contains('\\') && !rest.trim_start().starts_with('+')).then_some((field, rest))
}

fn is_other(field: &str) -> bool {
    field != "_index"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_script_may_say_any_field_but_the_index() {
        for source in [
            "ctx._source.a = 1",
            "ctx.op = 'noop'",
            "ctx['a'] = ctx['b']; ctx . c = 2",
            "ctx.remove('a')",
            "if (ctx?.a == null) { ctx.put(\"a\", 1) }",
            "def context = 1; params.x",
            "def ctxs = 1; def actx = ctxs; def _ctx = actx; ctx2 = _ctx",
            "",
            "ctx._source['_index'] = 1",
        ] {
            assert!(check(&json!(source)).is_ok(), "{source}");
            assert!(
                check(&json!({ "source": source, "lang": "painless", "params": {} })).is_ok(),
                "{source}"
            );
        }
    }

    #[test]
    fn what_could_reach_the_index_is_refused() {
        for source in [
            "ctx._index = 'x'",
            "ctx['_index'] = 'x'",
            "ctx['_in' + 'dex'] = 'x'",
            "ctx[params.k] = 'x'",
            "def c = ctx; c._index = 'x'",
            "ctx.putAll(params)",
            "ctx.put('_in' + 'dex', 'x')",
            "f(ctx)",
            "ctx.put(params.k, 'x')",
            "ctx /**/ ._index = 1",
            "ctx.entrySet()",
            "for (k in ctx.keySet()) {}",
            "ctx[\"_in\\dex\"] = 1",
            "ctx.metadata().setIndex('x')",
            "ctx\n._index = 1",
            "ctx['a'+'b'] = 1",
        ] {
            assert!(check(&json!(source)).is_err(), "{source}");
        }
        for script in [
            json!({ "id": "x" }),
            json!({}),
            json!(1),
            json!({ "source": "", "lang": "x" }),
            json!({ "source": "", "inline": "ctx._index = 1" }),
        ] {
            assert!(check(&script).is_err(), "{script}");
        }
    }
}
