//! Groups that tie stand as they were written, whatever becomes of Lucene's segments.

use serde_json::{Value, json};

use crate::callers::ALICE;
use crate::http::Request;
use crate::requests::GROUPS;
use crate::stack::Stack;

/// Searches in which the groups tie: in the hits, inside of one that stands for others, in buckets.
fn bodies() -> Vec<Value> {
    let top = |options: Value| json!({ "t": { "top_hits": options } });
    let size = json!({ "size": 1 });
    let by_role = json!({ "field": "access", "inner_hits": { "name": "i", "sort": [{ "name.keyword": "asc" }] } });
    vec![
        json!({}),
        json!({ "size": 1, "query": { "match": { "name": "red" } } }),
        json!({ "sort": "access" }),
        json!({ "sort": [{ "created_time": "desc" }, "_score"], "size": 1 }),
        json!({ "sort": ["access"], "search_after": ["a"] }),
        json!({ "collapse": { "field": "access" } }),
        json!({ "collapse": { "field": "access", "inner_hits": { "name": "i", "size": 1 } } }),
        json!({ "collapse": by_role }),
        json!({ "size": 0, "aggs": { "a": { "terms": { "field": "access" }, "aggs": top(size.clone()) } } }),
        json!({ "size": 0, "aggs": { "a": { "global": {}, "aggs": top(json!({ "sort": "access" })) } } }),
        json!({ "size": 0, "aggs": { "a": { "nested": { "path": "owner" }, "aggs": top(size) } } }),
    ]
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn merging_segments_does_not_move_groups_that_tie() {
    let mut stack = Stack::alone();
    let red =
        json!({ "name": "red", "access": "public", "created_time": 1, "owner": { "name": "eve" } });
    let hidden = json!({ "name": "payroll", "access": "private", "owner": { "name": "root" } });
    let names: Vec<_> = (0..100).map(|number| format!("h{number}")).collect();
    let crowd = names.iter().map(|name| (name.as_str(), &hidden)).chain([("v1", &red)]);
    stack.write(crowd);
    stack.write([("v2", &red)]);
    let order = stack.lucenes_order();

    let before: Vec<_> = bodies().iter().map(|body| told(&mut stack, body)).collect();
    stack.merge();
    let after: Vec<_> = bodies().iter().map(|body| told(&mut stack, body)).collect();

    assert_ne!(stack.lucenes_order(), order, "merging has moved them");
    for ((body, before), after) in bodies().iter().zip(before).zip(after) {
        assert!(before.starts_with(&["v1".to_owned()]), "{body} finds {before:?}");
        assert_eq!(after, before, "{body}");
    }
}

/// The ids of the groups that alice is told of, in the order of the answer.
fn told(stack: &mut Stack, body: &Value) -> Vec<String> {
    let request = Request::new("POST", &format!("{GROUPS}/_search")).json(body.to_string());
    let answer = stack.ask(&ALICE, request);
    assert_eq!(answer.status, 200, "{body}: {}", answer.text());
    ids(&answer.value())
}

fn ids(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("_id").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(ids)).collect()
        }
        Value::Array(items) => items.iter().flat_map(ids).collect(),
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}
