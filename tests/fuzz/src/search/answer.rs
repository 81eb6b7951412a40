//! Answers as OpenSearch would shape them: a restored one is that of the search that was asked.

use modelgate::search::Restore;
use serde_json::{Map, Value, json};

use super::hits;

const BUCKETS: [&str; 16] = [
    "adjacency_matrix",
    "auto_date_histogram",
    "composite",
    "date_histogram",
    "date_range",
    "filters",
    "geo_distance",
    "geohash_grid",
    "geotile_grid",
    "histogram",
    "ip_range",
    "multi_terms",
    "range",
    "rare_terms",
    "significant_terms",
    "terms",
];

/// Names that OpenSearch's own members of an answer have.
const TAKEN: [&str; 5] = ["bg_count", "buckets", "doc_count", "key", "meta"];

/// Fails where the restored answer is not what would have been answered to the search as it was asked.
pub(super) fn check(asked: &Value, sent: &Value, restore: &Restore) {
    if below(asked).is_some_and(|asked| !is_clear(asked)) {
        return;
    }
    let Some((answer, asked)) = whole(sent).zip(whole(asked)) else { return };
    let mut restored = answer.clone();
    restore.apply(&mut restored).expect("an answer in the shape that was asked for");
    for part in ["/aggregations", "/hits/max_score", "/hits/hits"] {
        assert_eq!(restored.pointer(part), asked.pointer(part), "{sent}");
    }
    if restore.is_of_hits() {
        let bytes = restore.apply_to_bytes(answer.to_string().into_bytes());
        assert_eq!(bytes.as_deref(), Ok(restored.to_string().as_bytes()), "{sent}");
    }
}

/// The answer to a search, unless it is refused.
fn whole(body: &Value) -> Option<Value> {
    let mut answer = json!({ "hits": hits::of_search(body)? });
    if let Some(asked) = below(body) {
        answer["aggregations"] = Value::Object(of(asked));
    }
    Some(answer)
}

/// An answer to the question which terms there are.
pub(super) fn of_terms(asked: &Value) -> Value {
    let bucket = json!({ "buckets": [{ "key": "a", "doc_count": 1 }], "sum_other_doc_count": 0 });
    let names = asked.as_object().into_iter().flatten();
    let answers: Map<String, Value> = names
        .map(|(name, body)| match body.get("nested") {
            Some(_) => (name.clone(), json!({ "doc_count": 1, "modelgate": bucket })),
            None => (name.clone(), bucket.clone()),
        })
        .collect();
    json!({ "hits": { "total": { "value": 1 } }, "aggregations": answers })
}

fn below(body: &Value) -> Option<&Map<String, Value>> {
    body.get("aggs").or_else(|| body.get("aggregations"))?.as_object()
}

/// Whether names and backgrounds say nothing else.
fn is_clear(asked: &Map<String, Value>) -> bool {
    asked.iter().all(|(name, body)| {
        let is_significant = body.get("significant_terms").or(body.get("significant_text"));
        !TAKEN.contains(&name.as_str())
            && is_significant.is_none()
            && below(body).is_none_or(is_clear)
    })
}

fn of(asked: &Map<String, Value>) -> Map<String, Value> {
    asked.iter().map(|(name, body)| (name.clone(), Value::Object(one(body)))).collect()
}

fn one(body: &Value) -> Map<String, Value> {
    let kind = BUCKETS.iter().find_map(|kind| body.get(kind));
    let mut answer = below(body).map(of).unwrap_or_default();
    answer.insert("doc_count".to_owned(), json!(3));
    if let Some(options) = kind {
        let bucket = Value::Object(answer);
        let is_keyed = options["keyed"] == true || options["filters"].is_object();
        let buckets = if is_keyed { json!({ "a": bucket }) } else { json!([bucket, bucket]) };
        answer = Map::from_iter([("buckets".to_owned(), buckets)]);
    }
    if let Some(options) = body.get("top_hits") {
        answer.insert("hits".to_owned(), hits::of_bucket(options));
    }
    answer.extend(body.get("meta").map(|meta| ("meta".to_owned(), meta.clone())));
    answer
}
