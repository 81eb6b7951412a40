//! Ids that no step saved, named after the step that showed them.
//!
//! The recorder numbers them in the order in which they were seen, so one group more or less would
//! give every later one another name, and differences that are none.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};
use serde_json::Value;

use crate::norm::regex;

/// The records of a scenario, with `<id:id7>` as `<id:012-near-space-after>`.
pub(crate) fn named_by_step(records: &[Value]) -> Vec<Value> {
    static NUMBERED: LazyLock<Regex> = LazyLock::new(|| regex(r"<id:(id\d+)>"));

    let mut names = BTreeMap::new();
    let mut renamed = |record: &Value| {
        let step = record["id"].as_str().unwrap_or_default();
        let mut shown = 0;
        let mut rename = |found: &Captures<'_, str>| {
            let name = names.entry(found[1].to_owned()).or_insert_with(|| {
                shown += 1;
                if shown == 1 { step.to_owned() } else { format!("{step}, {shown}") }
            });
            format!("<id:{name}>")
        };
        let text = NUMBERED.replace_all(&record.to_string(), &mut rename).into_owned();
        serde_json::from_str(&text).expect("a step's id needs no escape")
    };
    records.iter().map(&mut renamed).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_named_after_the_step_that_showed_it_first() {
        let records = [
            json!({"id": "1-saved", "body": {"model_group_id": "<id:g>"}}),
            json!({"id": "2-made", "body": {"model_group_id": "<id:id2>"}}),
            json!({"id": "3-list", "body": ["<id:id4>", "<id:id2>", "is <id:id3>.", "<id:id4>"]}),
        ];

        assert_eq!(
            named_by_step(&records),
            [
                json!({"id": "1-saved", "body": {"model_group_id": "<id:g>"}}),
                json!({"id": "2-made", "body": {"model_group_id": "<id:2-made>"}}),
                json!({"id": "3-list", "body": [
                    "<id:3-list>",
                    "<id:2-made>",
                    "is <id:3-list, 2>.",
                    "<id:3-list>",
                ]}),
            ]
        );
    }
}
