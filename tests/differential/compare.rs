//! Two records of one step, side by side: what was recorded | what modelgate answered.

use std::fmt;

use serde_json::{Map, Value};

use crate::json;

/// Fields of a record that are not part of the answer.
const NOT_COMPARED: [&str; 3] = ["raw", "request", "user"];

/// One place in which two records differ.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Difference {
    /// `/status`, `/body/error/reason`.
    pub(crate) at: String,
    what: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

/// Key order inside objects is not compared, list order is; hits that tie may stand in any order.
pub(crate) fn differences(recorded: &Value, answered: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&compared(recorded), &compared(answered), "", &mut found);
    found
}

fn compared(record: &Value) -> Value {
    let mut record = record.clone();
    if let Some(fields) = record.as_object_mut() {
        fields.retain(|name, _| !NOT_COMPARED.contains(&name.as_str()));
    }
    if let Some(Value::Array(hits)) = record.pointer_mut("/body/hits/hits") {
        order_ties(hits);
    }
    record
}

/// Within a run of equal score and sort values, hits are ordered by their text.
fn order_ties(hits: &mut [Value]) {
    let rank = |hit: &Value| hit.is_object().then(|| (hit["_score"].clone(), hit["sort"].clone()));
    let runs = hits.chunk_by_mut(|a, b| rank(a) == rank(b));
    runs.for_each(|run| run.sort_by_cached_key(|hit| json::as_python_writes(&sorted(hit))));
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().map(|(k, v)| (k.clone(), sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            entries.into_iter().collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn walk(a: &Value, b: &Value, at: &str, found: &mut Vec<Difference>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
                walk_member(a.get(key), b.get(key), format!("{at}/{key}"), found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                let what = format!("{} entries | {} entries", a.len(), b.len());
                found.push(Difference { at: at.to_owned(), what });
            }
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                walk(a, b, &format!("{at}/{i}"), found);
            }
        }
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) if a == b => {}
        (a, b) => {
            let what = format!("{} | {}", short(a), short(b));
            found.push(Difference { at: at.to_owned(), what });
        }
    }
}

fn walk_member(a: Option<&Value>, b: Option<&Value>, at: String, found: &mut Vec<Difference>) {
    let what = match (a, b) {
        (Some(a), Some(b)) => return walk(a, b, &at, found),
        (Some(a), None) => format!("only recorded: {}", short(a)),
        (None, Some(b)) => format!("only answered: {}", short(b)),
        (None, None) => return,
    };
    found.push(Difference { at, what });
}

fn short(value: &Value) -> String {
    let text = json::as_python_writes(value);
    if text.chars().count() < 300 {
        return text;
    }
    text.chars().take(297).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(a: Value, b: Value) -> Vec<String> {
        differences(&a, &b).iter().map(Difference::to_string).collect()
    }

    #[test]
    fn the_order_of_keys_and_the_spelling_of_numbers_do_not_differ() {
        let a = json!({"id": "1", "user": "a", "body": {"x": 1, "y": [2.0]}});
        let b = json!({"id": "1", "user": "b", "request": "GET", "body": {"y": [2], "x": 1.0}});

        assert_eq!(found(a, b), Vec::<String>::new());
    }

    #[test]
    fn each_difference_names_its_place_and_both_sides() {
        let a = json!({"status": 200, "body": {"a": [1, 2], "gone": null, "t": "1"}});
        let b = json!({"status": 403, "body": {"a": [2], "t": 1, "new": true}});

        assert_eq!(
            found(a, b),
            [
                "/status: 200 | 403",
                "/body/a: 2 entries | 1 entries",
                "/body/a/0: 1 | 2",
                "/body/gone: only recorded: null",
                "/body/t: \"1\" | 1",
                "/body/new: only answered: true",
            ]
        );
    }

    #[test]
    fn long_values_are_cut() {
        let lines = found(json!({"t": "a".repeat(400)}), json!({"t": 0}));

        assert_eq!(lines, [format!("/t: \"{}... | 0", "a".repeat(296))]);
    }

    fn hits(ranked: &[(f64, &str)]) -> Value {
        let hit = |(score, id): &(f64, &str)| json!({"_score": score, "_id": id});
        json!({"body": {"hits": {"hits": ranked.iter().map(hit).collect::<Vec<_>>()}}})
    }

    #[test]
    fn hits_that_tie_may_stand_in_any_order_and_others_may_not() {
        let recorded = hits(&[(2.0, "a"), (1.0, "b"), (1.0, "c"), (0.5, "d")]);
        let tied = hits(&[(2.0, "a"), (1.0, "c"), (1.0, "b"), (0.5, "d")]);
        let other = hits(&[(2.0, "a"), (1.0, "b"), (0.5, "d"), (1.0, "c")]);

        assert_eq!(differences(&recorded, &tied), []);
        assert_ne!(differences(&recorded, &other), []);
    }
}
