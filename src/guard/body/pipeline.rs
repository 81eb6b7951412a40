//! Ingest pipelines: a processor that sets `_index` sends a document to another index.
//!
//! Only processors whose targets are written out are let through, none of which may be `_index`.

use serde_json::{Map, Value};

use super::{
    super::{
        expression::{Reach, filled, reach},
        refusal::Refusal,
    },
    script,
};

/// Processors whose targets are written out in their settings (ingest-common and the plugins of
/// the distribution).
const KNOWN: [&str; 41] = [
    "append",
    "attachment",
    "bytes",
    "community_id",
    "convert",
    "copy",
    "csv",
    "date",
    "dissect",
    "dot_expander",
    "drop",
    "fail",
    "fingerprint",
    "foreach",
    "geoip",
    "geojson-feature",
    "grok",
    "gsub",
    "html_strip",
    "ip2geo",
    "join",
    "json",
    "kv",
    "lowercase",
    "ml_inference",
    "pipeline",
    "remove",
    "remove_by_pattern",
    "rename",
    "set",
    "sort",
    "sparse_encoding",
    "split",
    "text_chunking",
    "text_embedding",
    "text_image_embedding",
    "trim",
    "uppercase",
    "urldecode",
    "user_agent",
    "xyshape",
];

/// Settings that hold text, not targets.
const TEXTS: [&str; 6] = ["description", "if", "message", "source", "tag", "value"];

/// Judges a pipeline.
pub(super) fn check(body: &[u8]) -> Result<(), Refusal> {
    let body = super::value(body)?;
    match &body {
        Value::Object(pipeline) => check_lists(pipeline),
        _ => Ok(()),
    }
}

fn check_lists(holder: &Map<String, Value>) -> Result<(), Refusal> {
    for list in ["processors", "on_failure"].iter().filter_map(|key| holder.get(*key)) {
        for processor in list.as_array().into_iter().flatten() {
            check_processor(processor)?;
        }
    }
    Ok(())
}

fn check_processor(processor: &Value) -> Result<(), Refusal> {
    for (kind, settings) in processor.as_object().into_iter().flatten() {
        let Value::Object(settings) = settings else { continue };
        check_lists(settings)?;
        match kind.as_str() {
            "script" => script::check(&Value::Object(settings.clone()))?,
            "date_index_name" => check_prefix(settings)?,
            _ if keeps_the_index(kind, settings) => check_targets("", &processor[kind])?,
            _ => return Err(Refusal::Unseen(SENDS)),
        }
        if let Some(inner) = settings.get("processor") {
            check_processor(inner)?;
        }
    }
    Ok(())
}

/// Whether no setting lets the data of a document name the field that is set.
fn keeps_the_index(kind: &str, settings: &Map<String, Value>) -> bool {
    let is_false = |value: &Value| value == false || value == "false";
    match kind {
        "json" => settings.get("add_to_root").is_none_or(is_false),
        "kv" => settings.get("target_field").is_some_and(|field| field.as_str() != Some("")),
        "dissect" => !settings
            .get("pattern")
            .and_then(Value::as_str)
            .is_some_and(|pattern| pattern.contains("%{*") || pattern.contains("%{&")),
        _ => KNOWN.contains(&kind),
    }
}

/// No target may be `_index`, nor be filled in from the document.
fn check_targets(key: &str, value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) => {
            let is_text = TEXTS.contains(&key);
            let is_index =
                if key.starts_with("pattern") { text.contains("_index") } else { is_index(text) };
            let is_filled = !key.starts_with("pattern") && filled(text).is_some();
            if !is_text && (is_index || is_filled) { Err(Refusal::Unseen(SENDS)) } else { Ok(()) }
        }
        Value::Array(values) => values.iter().try_for_each(|value| check_targets(key, value)),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| match key.as_str() {
            key if is_index(key) => Err(Refusal::Unseen(SENDS)),
            "processor" | "processors" | "on_failure" => Ok(()),
            key => check_targets(key, value),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// Whether a path is that of the index: `IngestDocument` drops `_source.` before it, and dots
/// behind it.
fn is_index(path: &str) -> bool {
    path.trim_start_matches("_source.").trim_end_matches('.') == "_index"
}

/// The date goes behind the prefix.
fn check_prefix(settings: &Map<String, Value>) -> Result<(), Refusal> {
    let prefix = settings.get("index_name_prefix").and_then(Value::as_str).unwrap_or_default();
    let prefix = filled(prefix).unwrap_or_else(|| prefix.to_owned());
    let is_plain = !prefix.contains(['<', '>', '{', '}', '\\', ',', ':']);
    match reach(&format!("{prefix}*")) {
        Reach::Nothing if is_plain => Ok(()),
        _ => Err(Refusal::Unseen(SENDS)),
    }
}

const SENDS: &str = "a processor may send documents to another index";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn checked(processor: &Value) -> Result<(), Refusal> {
        check(json!({ "processors": [processor] }).to_string().as_bytes())
    }

    #[test]
    fn usual_processors_pass() {
        for processor in [
            json!({ "set": { "field": "a", "value": "{{_index}}", "description": "_index" } }),
            json!({ "set": { "field": "a", "value": "_index", "if": "ctx._index == 'x'" } }),
            json!({ "script": { "source": "ctx.a = 1" } }),
            json!({ "grok": { "field": "m", "patterns": ["%{IP:client}"], "pattern_definitions": { "A": "b" } } }),
            json!({ "date_index_name": { "field": "d", "index_name_prefix": "logs-", "date_rounding": "d" } }),
            json!({ "foreach": { "field": "a", "processor": { "uppercase": { "field": "_ingest._value" } } } }),
            json!({ "json": { "field": "a", "target_field": "b", "on_failure": [{ "drop": {} }] } }),
            json!({ "json": { "field": "a", "add_to_root": false } }),
            json!({ "json": { "field": "a", "add_to_root": "false" } }),
            json!({ "kv": { "field": "a", "target_field": "b", "field_split": " " } }),
            json!({ "text_embedding": { "model_id": "m", "field_map": { "a": "b" } } }),
            json!({ "pipeline": { "name": "other" } }),
        ] {
            assert!(checked(&processor).is_ok(), "{processor}");
        }
    }

    #[test]
    fn a_processor_that_can_set_the_index_does_not() {
        for processor in [
            json!({ "set": { "field": "_index", "value": "x" } }),
            json!({ "set": { "field": "{{a}}", "value": "x" } }),
            json!({ "rename": { "field": "a", "target_field": "_index" } }),
            json!({ "rename": { "field": "a", "target_field": "_source._index" } }),
            json!({ "rename": { "field": "a", "target_field": "_index." } }),
            json!({ "rename": { "field": "a", "target_field": "_source._index.." } }),
            json!({ "text_embedding": { "field_map": { "_source._index": "a" } } }),
            json!({ "rename": { "field": "a", "target_field": "{{{b}}}" } }),
            json!({ "script": { "source": "ctx._index = 'x'" } }),
            json!({ "script": { "id": "stored" } }),
            json!({ "grok": { "field": "m", "patterns": ["%{WORD:_index}"] } }),
            json!({ "dissect": { "field": "m", "pattern": "%{_index}" } }),
            json!({ "dissect": { "field": "m", "pattern": "%{*k} %{&k}" } }),
            json!({ "dissect": { "field": "m", "pattern": "%{*k}" } }),
            json!({ "dissect": { "field": "m", "pattern": "%{&k}" } }),
            json!({ "date_index_name": { "index_name_prefix": "logs{now" } }),
            json!({ "json": { "field": "m", "add_to_root": true } }),
            json!({ "kv": { "field": "m", "field_split": " ", "value_split": "=" } }),
            json!({ "csv": { "field": "m", "target_fields": ["a", "_index"] } }),
            json!({ "date_index_name": { "field": "d", "index_name_prefix": ".plugins", "date_rounding": "d" } }),
            json!({ "date_index_name": { "field": "d", "index_name_prefix": "{{x}}", "date_rounding": "d" } }),
            json!({ "date_index_name": { "field": "d", "date_rounding": "d" } }),
            json!({ "text_embedding": { "field_map": { "a": "_index" } } }),
            json!({ "unheard_of": {} }),
            json!({ "foreach": { "field": "a", "processor": { "set": { "field": "_index" } } } }),
            json!({ "drop": { "on_failure": [{ "set": { "field": "_index", "value": "x" } }] } }),
        ] {
            assert!(checked(&processor).is_err(), "{processor}");
        }
        let failing = json!({ "processors": [], "on_failure": [{ "set": { "field": "_index" } }] });
        assert!(check(failing.to_string().as_bytes()).is_err());
    }
}
