//! The texts and numbers of a body: those of the caller are all sent on.

use std::collections::BTreeMap;

use serde_json::Value;

use super::order;

/// Options that are replaced for who does not see everything.
const REPLACED: [&str; 5] =
    ["rewrite", "fuzzy_rewrite", "max_expansions", "track_scores", "track_total_hits"];
/// Those of the hits of a bucket.
const MOVED: [&str; 2] = ["from", "size"];
/// Those of significant terms.
const RAISED: [&str; 2] = ["size", "shard_size"];

/// What the caller said and is not in the body that is sent.
pub(super) fn missing(asked: &Value, sent: &Value) -> Vec<String> {
    let mut counts = BTreeMap::new();
    count(asked, 1, &mut counts);
    count(sent, -1, &mut counts);
    counts.into_iter().filter(|(_, left)| *left > 0).map(|(leaf, _)| leaf).collect()
}

fn count(value: &Value, by: i64, counts: &mut BTreeMap<String, i64>) {
    match value {
        Value::Object(members) => {
            let goes_by_score = order::orders(value).is_some_and(|o| order::is_by_score(&o));
            let is_kept = |(key, _): &(&String, &Value)| {
                !REPLACED.contains(&key.as_str()) && !(*key == "sort" && goes_by_score)
            };
            for (key, value) in members.iter().filter(is_kept) {
                let (known, value) = match key.as_str() {
                    "_doc" => ("_seq_no", value.clone()),
                    "match_phrase_prefix" => ("match_bool_prefix", of_one_word(value)),
                    "top_hits" => ("top_hits", without(value, &MOVED)),
                    key @ ("significant_terms" | "significant_text") => {
                        (key, without(value, &RAISED))
                    }
                    key => (key, value.clone()),
                };
                *counts.entry(format!("{known:?}:")).or_default() += by;
                count(&value, by, counts);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| count(item, by, counts)),
        Value::String(text) if text == "_doc" => count(&Value::from("_seq_no"), by, counts),
        leaf => *counts.entry(leaf.to_string()).or_default() += by,
    }
}

fn without(options: &Value, names: &[&str]) -> Value {
    let mut options = options.clone();
    if let Some(options) = options.as_object_mut() {
        options.retain(|name, _| !names.contains(&name.as_str()));
    }
    options
}

/// A phrase that ends in a prefix, without what is gone where it is one word.
fn of_one_word(phrase: &Value) -> Value {
    let mut phrase = phrase.clone();
    for options in phrase.as_object_mut().into_iter().flat_map(|phrase| phrase.values_mut()) {
        if let Some(options) = options.as_object_mut() {
            options.retain(|name, _| !["slop", "zero_terms_query"].contains(&name.as_str()));
        }
    }
    phrase
}
