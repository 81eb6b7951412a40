//! What differs from one run to the next is replaced by what it is: ids, times, addresses, hashes.
//!
//! The same, in the same order, as `Norm` in the recorder: `norm/samples.json` holds what that one says.

use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};
use serde_json::Value;

/// Counters that say nothing about the answer.
const NUMBERS: [&str; 6] = [
    "took",
    "_seq_no",
    "_primary_term",
    "time_in_nanos",
    "inbound_network_time_in_millis",
    "outbound_network_time_in_millis",
];

/// Knows the ids of one scenario by the order in which they were seen.
#[derive(Default)]
pub(crate) struct Norm {
    ids: Vec<(String, String)>,
}

/// Where in an answer a value stands.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    key: &'a str,
    in_owner: bool,
    in_profile: bool,
}

impl Norm {
    pub(crate) fn learn_as(&mut self, id: &str, name: &str) {
        if is_id(id) && !self.ids.iter().any(|(known, _)| known == id) {
            self.ids.push((id.to_owned(), name.to_owned()));
        }
    }

    /// Learns every id that the answer names.
    pub(crate) fn collect(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    if let ("_id" | "model_group_id" | "model_id", Some(id)) =
                        (key.as_str(), value.as_str())
                    {
                        self.learn(id);
                    }
                    self.collect(value);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| self.collect(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    pub(crate) fn text(&self, text: &str) -> String {
        static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
            rules(&[
                (r"\b1[6-9]\d{11}\b", "<millis>"),
                (r"\b20[23]\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?", "<date>"),
                (r"\[[A-Za-z0-9_-]{22}\]\[", "[<node>]["),
                (r"\b127\.0\.0\.1:\d+", "<addr>"),
                (r"@[0-9a-f]{6,8}\b", "@<hash>"),
            ])
        });
        static ALLOWED: LazyLock<Regex> = LazyLock::new(|| regex(r"allowed: \[([A-Z, ]+)\]"));

        let mut text = text.to_owned();
        for (id, name) in &self.ids {
            text = text.replace(id, &format!("<id:{name}>"));
        }
        // The order of the methods changes from one start of the node to the next.
        ALLOWED.replace_all(&apply(&RULES, text), sorted_methods).into_owned()
    }

    pub(crate) fn json(&self, value: &Value) -> Value {
        self.json_at(value, Place::default())
    }

    /// For answers in plain text.
    pub(crate) fn plain(&mut self, text: &str) -> String {
        static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
            rules(&[
                // A digit and a b in the middle of an id are no size.
                (r"(?<![\w-])\d+(\.\d+)?(b|kb|mb|gb)(?![\w-])", "<size>"),
                (r"(?<![\w.-])(?=[a-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22}(?![\w-])", "<uuid>"),
                (r"\b(took|_seq_no|_primary_term): \d+", "${1}: <n>"),
            ])
        });
        static BLANKS: LazyLock<Vec<Rule>> = LazyLock::new(|| rules(&[(r"[ \t]+", " ")]));

        let text = apply(&RULES, text.to_owned());
        self.learn_from(&text);
        self.text(&apply(&BLANKS, text))
    }

    fn learn_from(&mut self, text: &str) {
        static NAMED: LazyLock<Regex> = LazyLock::new(|| {
            regex(r#"(?:model_group_id|_id)t?["': ]*([A-Za-z0-9_-]{20})(?![\w-]{2})"#)
        });
        // CBOR and SMILE keep their texts readable: a key, a length, the id.
        static BINARY: LazyLock<Regex> =
            LazyLock::new(|| regex(r"model_group_idt([A-Za-z0-9_-]{20})f"));

        for found in captured(&NAMED, text) {
            if !found[0].ends_with("status") {
                self.learn(&found[1]);
            }
        }
        for found in captured(&BINARY, text) {
            self.learn(&found[1]);
        }
    }

    fn learn(&mut self, id: &str) {
        self.learn_as(id, &format!("id{}", self.ids.len() + 1));
    }

    fn json_at(&self, value: &Value, place: Place<'_>) -> Value {
        match value {
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| (self.text(key), self.json_at(value, place.under(key))))
                .collect(),
            Value::Array(list) => self.list(list, place),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                place.name_of(value).map_or_else(|| self.scalar(value, place), Value::from)
            }
        }
    }

    fn list(&self, list: &[Value], place: Place<'_>) -> Value {
        let mut list: Vec<_> = list.iter().map(|value| self.json_at(value, place)).collect();
        if place.key == "roles" && place.in_owner && list.iter().all(Value::is_string) {
            list.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
        list.into()
    }

    fn scalar(&self, value: &Value, place: Place<'_>) -> Value {
        match value {
            Value::Number(number) => {
                let size = number.as_f64().unwrap_or_default();
                if NUMBERS.contains(&place.key) || place.in_profile {
                    Value::from("<n>")
                } else if (1.6e12..=2.1e12).contains(&size.abs()) {
                    Value::from(if size > 0.0 { "<millis>" } else { "<-millis>" })
                } else {
                    value.clone()
                }
            }
            Value::String(text) => match place.key {
                "id" if place.in_profile => Value::from("<shard>"),
                "time" if place.in_profile => Value::from("<n>"),
                _ => self.text(text).into(),
            },
            other => other.clone(),
        }
    }
}

impl<'a> Place<'a> {
    fn under(self, key: &'a str) -> Self {
        Self {
            key,
            in_owner: self.in_owner || key == "owner",
            in_profile: self.in_profile || key == "profile",
        }
    }

    /// What a value is called that its key alone tells to be fleeting.
    fn name_of(self, value: &Value) -> Option<&'static str> {
        match (self.key, value) {
            ("stack_trace", Value::String(_)) => Some("<trace>"),
            ("_scroll_id" | "pit_id", _) => Some("<scroll>"),
            ("creation_time", Value::Number(n)) if !n.is_f64() => Some("<millis>"),
            ("index_uuid" | "uuid", Value::String(id)) if id.chars().count() == 22 => {
                Some("<uuid>")
            }
            ("node" | "_node", Value::String(_)) => Some("<node>"),
            _ => None,
        }
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

type Rule = (Regex, &'static str);

fn rules(patterns: &[(&str, &'static str)]) -> Vec<Rule> {
    patterns.iter().map(|(pattern, name)| (regex(pattern), *name)).collect()
}

fn apply(rules: &[Rule], text: String) -> String {
    rules.iter().fold(text, |text, (regex, name)| regex.replace_all(&text, *name).into_owned())
}

fn captured<'a>(regex: &Regex, text: &'a str) -> Vec<Captures<'a, str>> {
    regex.captures_iter(text).map(|found| found.expect("the pattern is small")).collect()
}

pub(crate) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

fn sorted_methods(found: &Captures<'_, str>) -> String {
    let mut methods: Vec<_> = found[1].split(", ").collect();
    methods.sort_unstable();
    format!("allowed: [{}]", methods.join(", "))
}

#[cfg(test)]
mod tests;
