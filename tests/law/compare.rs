//! What two answers may differ in: the time taken, numbers of writes, the last digits of sums of squares, and scores where they
//! count the terms of all groups.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::body::Body;
use crate::http::Answer;

/// The numbers of the writes of groups, by their ids.
pub(crate) type Writes = HashMap<String, i64>;

/// Whether scores count the terms of groups that the caller may not see.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scoring {
    /// As OpenSearch does: `scoring = "relevance"`.
    OfAll,
    /// All the same: `scoring = "constant"`.
    Constant,
}

/// Figures that go by sums of squares, which no double holds exactly: their last digits depend on the order in which
/// Lucene adds them up.
const OF_SQUARES: [&str; 3] = ["sum_of_squares", "std_deviation", "variance"];

/// An answer without that. Its body is compared as text, byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Comparable {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Comparable {
    pub(crate) fn of(answer: Answer, body: &Body, scoring: Scoring, writes: &Writes) -> Self {
        let mut value = answer.value();
        let mut headers = answer.headers;
        let may_differ = |name: &str| ["date", "content-length"].contains(&name);
        headers.retain(|(name, _)| !may_differ(&name.to_ascii_lowercase()));
        forget(&mut value, body, scoring);
        forget_writes(&mut value, &body.value.to_string(), writes);
        Self { status: answer.status, headers, body: value.to_string() }
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status == 200
    }

    /// Where this answer differs from another, and what each says there.
    pub(crate) fn differences(&self, other: &Self) -> String {
        let mut told = format!("status {} and {}", self.status, other.status);
        let value = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
        differences("", &value(&self.body), &value(&other.body), &mut told);
        told
    }
}

fn forget(answer: &mut Value, body: &Body, scoring: Scoring) {
    if let Some(answer) = answer.as_object_mut() {
        answer.shift_remove("took");
        if let Some(profile) = answer.get_mut("profile") {
            forget_times(profile);
        }
    }
    forget_members(answer, scoring);
    if !body.is_ordered() && scoring == Scoring::OfAll {
        sort_hits(answer);
    }
}

fn forget_members(value: &mut Value, scoring: Scoring) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| forget_members(item, scoring)),
        Value::Object(members) => {
            members.shift_remove("_seq_no");
            if scoring == Scoring::OfAll {
                forget_scores(members);
            }
            for (name, member) in members {
                if OF_SQUARES.iter().any(|figure| name.starts_with(figure)) {
                    round(member);
                }
                forget_members(member, scoring);
            }
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes the last digits away.
fn round(figure: &mut Value) {
    match figure {
        Value::Number(number) => {
            let rounded = number.as_f64().map(|number| format!("{number:.9e}").into());
            *figure = rounded.unwrap_or_default();
        }
        Value::Object(members) => members.values_mut().for_each(round),
        Value::Array(_) | Value::Bool(_) | Value::Null | Value::String(_) => {}
    }
}

/// The numbers of writes among those that hits were ordered by, as `_doc` asks for.
fn forget_writes(value: &mut Value, body: &str, writes: &Writes) {
    if !body.contains("\"_doc\"") {
        return;
    }
    // A version may be the same number.
    let is_plain = !body.contains("latest_version");
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| forget_writes(item, body, writes)),
        Value::Object(members) => {
            let write = members.get("_id").and_then(Value::as_str).and_then(|id| writes.get(id));
            let write = write.copied();
            let is_write = |value: &&mut Value| match value.as_i64() {
                Some(number) => write == Some(number) || !is_plain && number < 1000,
                None => false,
            };
            if let Some(Value::Array(sort)) = members.get_mut("sort") {
                sort.iter_mut().filter(is_write).for_each(|value| *value = Value::Null);
            }
            members.values_mut().for_each(|member| forget_writes(member, body, writes));
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a profile says of time.
fn forget_times(profile: &mut Value) {
    match profile {
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        Value::Object(members) => {
            let is_count = |name: &str| name.ends_with("_count");
            members.retain(|name, value| is_count(name) || !value.is_number());
            members.shift_remove("id");
            members.values_mut().for_each(forget_times);
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
}

fn forget_scores(members: &mut Map<String, Value>) {
    for name in ["_score", "max_score"] {
        members.shift_remove(name);
    }
    if let Some(Value::Object(queries)) = members.get_mut("matched_queries") {
        queries.values_mut().for_each(|score| *score = Value::Null);
    }
}

/// Hits whose order goes by scores.
fn sort_hits(answer: &mut Value) {
    if let Some(hits) = answer.pointer_mut("/hits/hits").and_then(Value::as_array_mut) {
        hits.sort_by_key(|hit| hit["_id"].to_string());
    }
}

fn differences(path: &str, a: &Value, b: &Value, told: &mut String) {
    match (a, b) {
        (a, b) if a == b || told.len() > 3000 => {}
        (Value::Object(one), Value::Object(two)) if one.keys().eq(two.keys()) => {
            one.iter()
                .for_each(|(name, a)| differences(&format!("{path}.{name}"), a, &two[name], told));
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            let items = one.iter().zip(two).enumerate();
            items.for_each(|(at, (a, b))| differences(&format!("{path}[{at}]"), a, b, told));
        }
        (a, b) => *told += &format!("\n{path}\n  A: {a}\n  B: {b}"),
    }
}
