//! An answer in the form of the records.

use serde_json::{Map, Value};

use crate::client::Answer;
use crate::json;
use crate::norm::{Norm, regex};
use crate::scenario::Step;

/// The headers that are part of the answer; all others may differ.
const HEADERS: [&str; 4] = ["allow", "www-authenticate", "warning", "location"];

/// Everything of a record that is compared.
pub(crate) const FIELDS: [&str; 9] = [
    "status",
    "content_type",
    "allow",
    "www-authenticate",
    "warning",
    "location",
    "body",
    "body_text",
    "layout",
];

/// A plain text of more characters is recorded by its length.
const LONG: usize = 20_000;

pub(crate) fn record(step: &Step, answer: &Answer, norm: &mut Norm) -> Value {
    let mut record = Map::new();
    record.insert("id".to_owned(), step.id.as_str().into());
    record.insert("user".to_owned(), step.user());
    record.insert("request".to_owned(), format!("{} {}", step.method, step.path).into());
    record.insert("status".to_owned(), answer.status.into());
    record.insert("content_type".to_owned(), answer.header("content-type").into());
    for name in HEADERS {
        if let Some(value) = answer.header(name) {
            record.insert(name.to_owned(), header(name, value, norm).into());
        }
    }
    record.extend(body(&answer.text(), norm));
    record.into()
}

fn header(name: &str, value: &str, norm: &Norm) -> String {
    if name == "allow" {
        let mut methods: Vec<_> = value.split(',').map(str::trim).collect();
        methods.sort_unstable();
        return methods.join(",");
    }
    let date = regex(r#""[A-Z][a-z]{2}, \d\d .*?GMT""#);
    norm.text(&date.replace_all(value, r#""<date>""#))
}

fn body(text: &str, norm: &mut Norm) -> Vec<(String, Value)> {
    let Some(json) = json::with_repeated_keys(text) else {
        let length = text.chars().count();
        let plain = if length < LONG { norm.plain(text) } else { format!("sha/len {length}") };
        return vec![("body_text".to_owned(), plain.into())];
    };

    norm.collect(&json);
    let mut fields = vec![("body".to_owned(), norm.json(&json))];
    if text.trim().contains('\n') {
        fields.push(("layout".to_owned(), "pretty".into()));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Value {
        body(text, &mut Norm::default()).into_iter().collect::<Map<_, _>>().into()
    }

    #[test]
    fn a_body_is_json_or_text_and_json_over_several_lines_is_pretty() {
        for (text, expected) in [
            ("", r#"{"body_text": ""}"#),
            ("Unauthorized", r#"{"body_text": "Unauthorized"}"#),
            (r#"{"took": 4}"#, r#"{"body": {"took": "<n>"}}"#),
            ("{\"a\": 1}\n", r#"{"body": {"a": 1}}"#),
            ("{\n\"a\": 1}\n", r#"{"body": {"a": 1}, "layout": "pretty"}"#),
        ] {
            let expected: Value = serde_json::from_str(expected).expect("JSON");
            assert_eq!(fields(text), expected, "{text}");
        }
    }

    #[test]
    fn a_long_text_is_its_length_in_characters() {
        assert_eq!(fields(&"ü".repeat(LONG))["body_text"], "sha/len 20000");
    }

    #[test]
    fn allowed_methods_are_sorted_and_the_date_of_a_warning_is_left_out() {
        let warning = r#"299 OpenSearch-3.4.0 "old" "Mon, 01 Jan 2024 00:00:00 GMT""#;

        assert_eq!(header("allow", "PUT,GET, DELETE", &Norm::default()), "DELETE,GET,PUT");
        assert_eq!(
            header("warning", warning, &Norm::default()),
            r#"299 OpenSearch-3.4.0 "old" "<date>""#
        );
    }
}
