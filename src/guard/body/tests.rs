use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use serde_json::json;

use super::*;
use crate::guard::expression::PROTECTED;

fn passes(kind: Body, body: &Value) -> bool {
    check(kind, false, body.to_string().as_bytes()).is_ok()
}

const ALL: [Body; 12] = [
    Body::Json,
    Body::Lines,
    Body::Model,
    Body::Plugin,
    Body::Policy,
    Body::Reindex,
    Body::Restore,
    Body::Selection,
    Body::Sql,
    Body::Template,
    Body::Upcoming,
    Body::Workflow,
];

#[test]
fn a_name_is_refused_wherever_it_stands_in_any_body() {
    for kind in ALL {
        for name in PROTECTED {
            for body in [
                json!(name),
                json!([name]),
                json!({ name: {} }),
                json!({ "a": name }),
                json!({ "a": [[name]] }),
                json!({ "index": name }),
                json!({ "index": ["x", name] }),
                json!({ "a": { "b": { "_index": name } } }),
                json!({ "aliases": { name: {} } }),
                json!({ "index": format!("x,{name}") }),
                json!({ "a": format!("<{name}>") }),
                json!({ "index": format!("c:{name}") }),
                json!({ "indices": "<.{now{'x'}}>" }),
            ] {
                assert!(!passes(kind, &body), "{kind:?} {body}");
            }
        }
    }
}

#[test]
fn escapes_comments_and_what_follows_hide_nothing() {
    for body in [
        r#"{"index":".plugins\u002dml-model-group"}"#,
        r#"{"\u0069ndex":"\u002e\u0070lugins-ml-model-group"}"#,
        r#"{"a":1,/* } */"index":".plugins-ml-model-group"}"#,
        r#"{"a":1} {"index":".plugins-ml-model-group"}"#,
        r#"{"a":1}{"index":"*"}"#,
        "\u{feff}{\"index\":\".modelgate-names\"}",
        r#"{"index":"x","index":".plugins-ml-model-group"}"#,
    ] {
        assert!(check(Body::Json, false, body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn where_indices_stand_no_pattern_may_match() {
    for key in [
        "index",
        "_index",
        "indices",
        "index_patterns",
        "source_index",
        "target_index",
        "indexPattern",
        "INDEX",
        "input_index",
    ] {
        for bad in [
            json!("*"),
            json!("_all"),
            json!(""),
            json!([]),
            json!(null),
            json!(["*"]),
            json!([".plug*", "x"]),
            json!("{{a}}"),
            json!(".plugins-${b}"),
            json!([null]),
        ] {
            assert!(!passes(Body::Json, &json!({ key: bad })), "{key} {bad}");
        }
        for good in [
            json!("x"),
            json!("logs-*"),
            json!(["*", "-.*"]),
            json!({ "a": "*" }),
            json!(false),
            json!(1),
            json!([{ "names": ["a"] }]),
            json!("logs-{{x}}"),
            json!(["*", "-.plugins-ml-model-group*", "-.modelgate-names*"]),
        ] {
            assert!(passes(Body::Json, &json!({ key: good })), "{key} {good}");
        }
    }
}

#[test]
fn other_texts_may_say_what_they_like() {
    for body in [
        json!({ "query": { "match": { "message": "about .plugins-ml-model-group and more" } } }),
        json!({ "query": { "wildcard": { "a": "*" } }, "_source": ["*"], "sort": [{ "a": "asc" }] }),
        json!({ "settings": { "index.routing.allocation.include._name": "*", "index": { "number_of_shards": 1 } } }),
        json!({ "mappings": { "properties": { "index": { "type": "keyword", "index": false } } } }),
    ] {
        assert!(passes(Body::Json, &body), "{body}");
    }
    let spoken = json!({ "text": "about .plugins-ml-model-group" });
    assert!(passes(Body::Json, &spoken) && !passes(Body::Plugin, &spoken));
    let nested = json!({ "input": "{\"index\":\"\\u002eplugins-ml-\\u006dodel-group\"}" });
    assert!(!passes(Body::Plugin, &nested));
}

#[test]
fn wrapped_queries_are_unwrapped() {
    let inner =
        json!({ "terms": { "a": { "index": PROTECTED[0], "id": "x", "path": "y" } } }).to_string();
    let wrap = |text: &str| json!({ "wrapper": { "query": BASE64_STANDARD.encode(text) } });
    let harmless = r#"{"term":{"a":1}}"#;

    assert!(!passes(Body::Json, &wrap(&inner)));
    assert!(!passes(Body::Json, &wrap(&wrap(&inner).to_string())));
    assert!(!passes(
        Body::Json,
        &json!({ "wrapper": { "query": BASE64_STANDARD_NO_PAD.encode(&inner) } })
    ));
    let with_blanks = BASE64_STANDARD.encode(&inner).replace('e', "e \n");
    assert!(!passes(Body::Json, &json!({ "wrapper": { "query": with_blanks } })));
    assert!(!passes(Body::Json, &json!({ "wrapper": { "query": "---\nterms" } })));
    assert!(passes(Body::Json, &wrap(harmless)));
    let with_blanks = BASE64_STANDARD.encode(harmless).replace('e', "e \n");
    assert!(passes(Body::Json, &json!({ "wrapper": { "query": with_blanks } })));
    let deep = |levels| (0..levels).fold(harmless.to_owned(), |text, _| wrap(&text).to_string());
    assert!(check(Body::Json, false, deep(MOST_WRAPPERS).as_bytes()).is_ok());
    assert!(check(Body::Json, false, deep(MOST_WRAPPERS + 1).as_bytes()).is_err());
}

#[test]
fn a_body_whose_structure_counts_is_bounded() {
    let blank = |length| check(Body::Pipeline, false, &vec![b' '; length]);

    assert!(blank(MOST_STRUCTURED).is_ok());
    for length in [MOST_STRUCTURED + 1, MOST_STRUCTURED + 2] {
        assert!(matches!(blank(length), Err(Refusal::TooLarge(MOST_STRUCTURED))));
    }
}

#[test]
fn a_snapshot_says_what_it_is_about() {
    for kind in [Body::Selection, Body::Restore] {
        assert!(check_none(kind, false).is_err());
        for bad in [
            json!({}),
            json!({ "indices": "*" }),
            json!({ "indices": [] }),
            json!({ "indices": "-logs" }),
            json!({ "indices": "_all,-.*" }),
            json!({ "indices": "*,-logs" }),
            json!({ "indices": null }),
            json!({ "metadata": { "indices": "logs" } }),
            json!([{ "indices": "logs" }]),
            json!({ "snapshot_config": { "indices": "logs" } }),
        ] {
            assert!(!passes(kind, &bad), "{bad}");
        }
        assert!(check(kind, false, br#"{} {"indices":"logs"}"#).is_err());
        for good in [
            json!({ "indices": "logs-*" }),
            json!({ "indices": ["a", "b*"] }),
            json!({ "indices": "*,-.plugins-ml-model-group*,-.modelgate-names*" }),
        ] {
            assert!(passes(kind, &good), "{good}");
        }
    }
    let renamed = |replacement| json!({ "indices": "a", "rename_pattern": "(.+)", "rename_replacement": replacement });
    assert!(passes(Body::Restore, &renamed("restored_$1")));
    assert!(!passes(Body::Restore, &renamed(".plugins-$1")));
    assert!(!passes(Body::Restore, &json!({ "indices": "a", "include_global_state": true })));
    assert!(!passes(Body::Restore, &json!({ "indices": "a", "include_global_state": "true" })));
    assert!(passes(Body::Restore, &json!({ "indices": "a", "include_global_state": false })));
}

#[test]
fn templates_for_indices_to_come_match_none_of_ours() {
    assert!(passes(
        Body::Upcoming,
        &json!({ "index_patterns": ["logs-*"], "template": { "aliases": { "x": {} } } })
    ));
    for bad in [
        json!({ "index_patterns": ["*"] }),
        json!({ "index_patterns": ".plugins*" }),
        json!({ "template": "*" }),
        json!({ "index_patterns": ["a"], "aliases": { PROTECTED[1]: {} } }),
    ] {
        assert!(!passes(Body::Upcoming, &bad), "{bad}");
    }
}

#[test]
fn a_policy_of_snapshots_says_what_they_are_about() {
    assert!(passes(Body::Policy, &json!({ "snapshot_config": { "indices": "logs" } })));
    for bad in [
        json!({}),
        json!({ "indices": "logs" }),
        json!({ "snapshot_config": { "indices": "*" } }),
        json!({ "snapshot_config": { "metadata": { "indices": "logs" } } }),
        json!({ "creation": { "indices": "logs" }, "snapshot_config": {} }),
    ] {
        assert!(!passes(Body::Policy, &bad), "{bad}");
    }
}

#[test]
fn a_model_belongs_to_a_group_that_was_registered_here() {
    assert!(passes(Body::Model, &json!({ "name": "m", "model_group_id": "g" })));
    for bad in [
        json!({ "name": "m" }),
        json!({ "name": "m", "model_group_id": " " }),
        json!({ "a": { "model_group_id": "g" } }),
        json!({ "name": "m", "model_group_id": null }),
    ] {
        assert!(!passes(Body::Model, &bad), "{bad}");
    }
    assert!(check(Body::Model, false, br#"{"name":"m"} {"model_group_id":"g"}"#).is_err());
    assert!(check_none(Body::Json, false).is_ok());
}

#[test]
fn workflows_register_no_groups() {
    let step = |kind: &str, inputs: Value| json!({ "workflows": { "provision": { "nodes": [{ "type": kind, "user_inputs": inputs }] } } });

    assert!(passes(Body::Workflow, &step("create_connector", json!({}))));
    assert!(passes(
        Body::Workflow,
        &step("register_remote_model", json!({ "model_group_id": "g" }))
    ));
    assert!(!passes(Body::Workflow, &step("register_model_group", json!({}))));
    assert!(!passes(Body::Workflow, &step("register_remote_model", json!({}))));
    let configured = |text: &str| step("create_ingest_pipeline", json!({ "configurations": text }));
    assert!(passes(Body::Workflow, &configured(r#"{"processors":[{"drop":{}}]}"#)));
    assert!(!passes(
        Body::Workflow,
        &configured(r#"{"processors":[{"set":{"field":"_index","value":"x"}}]}"#)
    ));
    assert!(!passes(Body::Workflow, &configured(r#"{"index":"\u002eplugins-ml-model-group"}"#)));
}

#[test]
fn reindex_keeps_its_destination() {
    let with = |script: Value| json!({ "source": { "index": "a" }, "dest": { "index": "b" }, "script": script });

    assert!(passes(
        Body::Reindex,
        &json!({ "source": { "index": "a*" }, "dest": { "index": "b" } })
    ));
    assert!(passes(Body::Reindex, &with(json!({ "source": "ctx._source.x = 1" }))));
    assert!(!passes(Body::Reindex, &with(json!({ "source": "ctx['_' + 'index'] = params.i" }))));
    assert!(!passes(Body::Reindex, &with(json!({ "id": "stored" }))));
    assert!(!passes(
        Body::Reindex,
        &json!({ "source": { "index": "*" }, "dest": { "index": "b" } })
    ));
}

#[test]
fn sql_is_looked_through() {
    assert!(passes(Body::Sql, &json!({ "query": "SELECT * FROM logs", "fetch_size": 10 })));
    assert!(!passes(Body::Sql, &json!({ "query": "source = `.plugins-ml-model-group`" })));
    assert!(!passes(Body::Sql, &json!({ "cursor": "n:1f8b" })));
    assert!(passes(Body::Sql, &json!({ "cursor": "d:eyJ" })));
}

#[test]
fn what_is_no_json_is_refused() {
    for body in ["{", "{\"a\":}", "---\na: b", "\u{0}{\u{0}}", "{\"a\":\"\\x\"}", "'a'"] {
        assert!(check(Body::Upcoming, false, body.as_bytes()).is_err(), "{body:?}");
    }
    assert!(check(Body::Upcoming, false, b"").is_ok());
    let deep = "[".repeat(2_000);
    assert!(check(Body::Plugin, false, deep.as_bytes()).is_err());
}

#[test]
fn a_search_that_is_no_json_is_refused_where_it_may_matter() {
    for body in [
        "{\"a\":\"model\"",
        "{\"a\":\"pit\"",
        "{\"indices\":\"a\"",
        "{\"wrapper\"",
        "{<",
        "{\"\\x\"}",
        "\u{0}{\u{0}}",
        "{é",
    ] {
        assert!(check(Body::Json, false, body.as_bytes()).is_err(), "{body:?}");
    }
    for body in ["", "{", "{\"a\":}", "---\na: b", "{\"index\":\"a\""] {
        assert!(check(Body::Json, false, body.as_bytes()).is_ok(), "{body:?}");
    }
}

#[test]
fn a_statement_is_read_where_it_stands() {
    assert!(passes(Body::Sql, &json!({ "query": "SELECT * FROM logs" })));
    assert!(!passes(Body::Sql, &json!({ "query": "SELECT * FROM `.plug*`" })));
}

#[test]
fn a_template_is_a_pattern_only_among_the_settings_of_indices_to_come() {
    assert!(passes(Body::Json, &json!({ "template": "*" })));
    assert!(!passes(Body::Upcoming, &json!({ "template": "*" })));
}

#[test]
fn json_in_strings_is_followed_so_far_and_no_further() {
    let nested =
        |depth| (0..depth).fold("{}".to_owned(), |text, _| json!({ "a": text }).to_string());

    assert!(check(Body::Workflow, false, nested(8).as_bytes()).is_ok());
    assert!(check(Body::Workflow, false, nested(10).as_bytes()).is_err());
}

#[test]
fn without_the_plugin_no_body_writes_what_plugins_keep() {
    let kept = |kind, body: &Value| check(kind, true, body.to_string().as_bytes());
    let own = ".opendistro-ism-config";
    let relevance = "search-relevance-search-config";
    for (kind, body) in [
        (Body::Json, json!({ "actions": [{ "add": { "index": own, "alias": "mine" } }] })),
        (Body::Json, json!({ "actions": [{ "add": { "indices": ["a", own], "alias": "mine" } }] })),
        (Body::Json, json!({ "actions": [{ "add": { "index": "a", "alias": own } }] })),
        (Body::Json, json!({ "aliases": { relevance: {} } })),
        (Body::Reindex, json!({ "source": { "index": "a" }, "dest": { "index": own } })),
        (Body::Upcoming, json!({ "index_patterns": ["*-config"] })),
        (Body::Upcoming, json!({ "index_patterns": ["search*"] })),
        (Body::Plugin, json!({ "transform": { "source_index": "a", "target_index": own } })),
        (
            Body::Plugin,
            json!({ "shrink": { "target_index_name_template": { "source": ".{{ctx.index}}" } } }),
        ),
        (Body::Plugin, json!({ "alias": { "actions": [{ "add": { "alias": relevance } }] } })),
        (
            Body::Workflow,
            json!({ "workflows": { "p": { "nodes": [{ "user_inputs": { "index_name": own } }] } } }),
        ),
        (
            Body::Workflow,
            json!({ "user_inputs": { "configurations": "{\"aliases\":{\".opendistro-ism-config\":{}}}" } }),
        ),
        (
            Body::Pipeline,
            json!({ "processors": [{ "date_index_name": { "field": "d", "index_name_prefix": ".o", "date_rounding": "d" } }] }),
        ),
        (
            Body::Pipeline,
            json!({ "processors": [{ "date_index_name": { "field": "d", "index_name_prefix": "search-", "date_rounding": "d" } }] }),
        ),
        (
            Body::Workflow,
            json!({ "workflows": { "p": { "nodes": [{ "type": "register_agent" }] } } }),
        ),
        (Body::Plugin, json!({ "convert_index_to_remote": { "rename_pattern": ".$1" } })),
        (
            Body::Restore,
            json!({ "indices": "logs", "include_aliases": false, "rename_pattern": "l", "rename_replacement": ".opendistro-$1" }),
        ),
        (
            Body::Restore,
            json!({ "indices": "logs", "include_aliases": false, "rename_pattern": "l", "rename_replacement": "$1-of-old" }),
        ),
        (Body::Restore, json!({ "indices": [own], "include_aliases": false })),
        (Body::Restore, json!({ "indices": "logs" })),
        (Body::Restore, json!({ "indices": "logs", "x": { "include_aliases": false } })),
        (Body::Restore, json!({ "indices": "logs", "include_aliases": true })),
    ] {
        let refusal = kept(kind, &body).expect_err(&body.to_string()).to_string();
        assert!(refusal.contains("without the Security plugin"), "{body}: {refusal}");
        assert!(passes(kind, &body), "{kind:?} {body}");
    }
    for (kind, body) in [
        (
            Body::Json,
            json!({ "actions": [{ "add": { "index": ".kibana_1", "alias": ".kibana" } }] }),
        ),
        (
            Body::Json,
            json!({ "mappings": { "properties": { "a": { "null_value": ".", "format": "..." } } } }),
        ),
        (
            Body::Plugin,
            json!({ "inputs": [{ "search": { "indices": [".opendistro-anomaly-results*"] } }] }),
        ),
        (
            Body::Plugin,
            json!({ "transform": { "source_index": ".opendistro-anomaly-results", "target_index": "mine" } }),
        ),
        (Body::Plugin, json!({ "convert_index_to_remote": { "rename_pattern": "$1_remote" } })),
        (
            Body::Restore,
            json!({ "indices": "logs", "include_aliases": false, "rename_pattern": ".*", "rename_replacement": "old" }),
        ),
        (
            Body::Plugin,
            json!({ "text_docs": [".NET is old", "{{x}}", "search {{x}}", ".*", "Search-relevance-is hard"] }),
        ),
        (
            Body::Pipeline,
            json!({ "processors": [{ "set": { "field": "a", "value": "{{b}}.c" } }] }),
        ),
        (
            Body::Restore,
            json!({ "indices": "logs-*", "include_aliases": false, "rename_pattern": "(.+)", "rename_replacement": "restored_$1" }),
        ),
    ] {
        assert!(kept(kind, &body).is_ok(), "{kind:?} {body}");
    }
    assert!(check_none(Body::Restore, true).is_err());
}
