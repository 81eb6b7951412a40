//! What a client was answered, without what differs from run to run.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// An answer as a client tells it.
#[derive(Clone, Deserialize, PartialEq, Serialize)]
pub(crate) struct Answer {
    /// The status, or the name of an error of the client's own; opensearch-py tells none of a
    /// success.
    #[serde(default)]
    pub(crate) status: Value,
    pub(crate) body: Value,
    pub(crate) warnings: Vec<String>,
    /// The names of the header fields, where the client shows them.
    #[serde(default)]
    pub(crate) headers: Vec<String>,
}

/// Members that are never the same twice.
const VOLATILE: [&str; 6] = [
    "took",
    "_seq_no",
    "_primary_term",
    "index_uuid",
    "number_of_pending_tasks",
    "task_max_waiting_in_queue_millis",
];

const TIMES: [&str; 2] = ["created_time", "last_updated_time"];
const SCORES: [&str; 2] = ["_score", "max_score"];

impl Answer {
    /// With the names of saved values in their place, and without what is never the same twice.
    pub(crate) fn comparable(mut self, saved: &Map<String, Value>) -> Self {
        clean(&mut self.body, saved);
        self
    }

    /// Whether it is an error: that a document is not there is none, where that was asked.
    pub(crate) fn failed(&self) -> bool {
        let status = self.status.as_u64();
        status.is_some_and(|status| status >= 400) && self.body != json!(false)
    }

    /// What every client shows of it: no header, no status of a success, and of a `Warning` the
    /// text alone.
    pub(crate) fn as_any_client_tells_it(&self) -> Self {
        let succeeded = self.status.as_u64().is_some_and(|status| status < 400);
        Self {
            status: if succeeded { Value::Null } else { self.status.clone() },
            body: self.body.clone(),
            warnings: self.warnings.iter().map(|warning| text(warning)).collect(),
            headers: Vec::new(),
        }
    }
}

/// As JSON, in which it came.
impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

fn text(warning: &str) -> String {
    warning.split('"').nth(1).unwrap_or(warning).to_owned()
}

fn clean(value: &mut Value, saved: &Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, saved)),
        Value::Object(members) => {
            members.retain(|name, _| !VOLATILE.contains(&name.as_str()));
            for (name, value) in members {
                match value.as_f64() {
                    Some(_) if TIMES.contains(&name.as_str()) => *value = json!("<time>"),
                    Some(score) if SCORES.contains(&name.as_str()) && score.fract() != 0.0 => {
                        *value = json!("<score>");
                    }
                    _ => clean(value, saved),
                }
            }
        }
        Value::Number(number) => *value = json!(number.as_f64()),
        Value::String(text) => {
            for (name, value) in saved {
                *text = text.replace(value.as_str().unwrap_or_default(), &format!("${{{name}}}"));
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_left_out() {
        let told = json!({ "status": 200, "warnings": [], "body": {
            "took": 3, "_id": "abc", "_score": 0.3, "max_score": 1, "created_time": 17, "n": 2,
            "error": "the id abc is taken",
        } });
        let answer: Answer = serde_json::from_value(told).unwrap();

        let answer = answer.comparable(json!({ "one": "abc" }).as_object().unwrap());

        assert_eq!(
            answer.body,
            json!({
                "_id": "${one}", "_score": "<score>", "max_score": 1.0, "created_time": "<time>", "n": 2.0,
                "error": "the id ${one} is taken",
            })
        );
    }

    #[test]
    fn clients_that_tell_more_are_compared_by_what_all_tell() {
        let told = |value: Value| serde_json::from_value::<Answer>(value).unwrap();
        let js = told(json!({
            "status": 200, "body": {}, "warnings": ["299 modelgate \"x is y\""], "headers": ["a"],
        }));
        let py = told(json!({ "body": {}, "warnings": ["x is y"] }));

        assert_eq!(js.as_any_client_tells_it(), py.as_any_client_tells_it());
    }
}
