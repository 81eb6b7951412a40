//! The index of names is one of the cluster's own, also where its first writer crashed.

use serde_json::{Value, json};

use crate::{
    http::Request,
    stack::{NAMES, Stack},
};

/// What the cluster says of the index.
fn settings(stack: &Stack) -> Value {
    let path = format!("/{NAMES}/_settings");
    let told = stack.opensearch().send(&Request::new("GET", &path)).value();
    told[NAMES]["settings"]["index"].clone()
}

/// A modelgate that was just started makes settings that are missing, and leaves an operator's.
#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn an_index_that_a_crash_left_without_its_settings_gets_them() {
    let stack = Stack::alone();
    let left = json!({ "name": "left", "group": "nowhere", "time": 1 }).to_string();
    let path = format!("/{NAMES}/_doc/left");
    let written = stack.opensearch().send(&Request::new("PUT", &path).json(left));
    assert_eq!(written.status, 201, "{}", written.text());
    assert!(settings(&stack)["hidden"].is_null());

    let made = stack.gate(&[]).client().register(&json!({ "name": "one" }));

    assert_eq!(made.status, 200, "{}", made.text());
    let now = settings(&stack);
    assert_eq!((&now["hidden"], &now["auto_expand_replicas"]), (&json!("true"), &json!("0-1")));

    let own = json!({ "index": { "auto_expand_replicas": "false" } }).to_string();
    let path = format!("/{NAMES}/_settings");
    assert_eq!(stack.opensearch().send(&Request::new("PUT", &path).json(own)).status, 200);
    let made = stack.gate(&[]).client().register(&json!({ "name": "two" }));

    assert_eq!(made.status, 200, "{}", made.text());
    assert_eq!(settings(&stack)["auto_expand_replicas"], "false");
}
