use serde_json::json;

use super::*;

fn checked(source: &str) -> Result<(), Refusal> {
    check(json!({ "source": source, "params": {} }).to_string().as_bytes())
}

#[test]
fn usual_templates_pass() {
    for source in [
        r#"{"query":{"match":{"play_name":"{{play_name}}"}}}"#,
        r#"{"from":"{{from}}{{^from}}0{{/from}}","size":"{{size}}","query":{"match":{"a":"{{q}}"}}}"#,
        r#"{"size": {{size}}, "query": {"term": {"a": {{n}} }}}"#,
        r#"{"query":{"terms":{"speaker":{{#toJson}}speakers{{/toJson}}}}}"#,
        r#"{"query":{"bool":{"must":{{#toJson}}c{{/toJson}},"filter":[{{#a}}{"term":{"x":"{{a}}"}},{{/a}}{"exists":{"field":"y"}}]}}}"#,
        r#"{"query":{"bool":{"must":[{"match":{"l":"{{t}}"}}]{{#year}},"filter":[{"range":{"y":{ {{#s}}"gte":"{{s}}"{{#e}},{{/e}}{{/s}} {{#e}}"lt":"{{e}}"{{/e}} }}}]{{/year}}}}}"#,
        r#"{"query":{"match":{"{{field}}":"{{value}}"}}}"#,
        r#"{ {{#f}}"from":"{{f}}",{{/f}} {{! a comment }} "query":{"match_all":{}}}"#,
        r#"{"size":{{#big}}100{{/big}}{{^big}}10{{/big}},"query":{"match_all":{}}}"#,
        r#"{ {{#a}}"term":{"x":1}{{/a}}{{^a}}"match_all":{}{{/a}} }"#,
        r#"{"query":{"terms":{"a":{"index":"logs","id":"{{id}}","path":"p"}}}}"#,
        r#"{"query":{"terms":{"a":{"index":"logs-{{day}}","id":"{{id}}","path":"p"}}}}"#,
        r#"{"query":{"term":{"path":"C:\\{{x}}"}}}"#,
        r#"{"query":{"term":{"url":"{{#url}}{{host}}{{/url}}"}}}"#,
        r#"{"query":{"terms":{"a":["{{x}}","b"]}}}"#,
        r#"{"must":[{{#s}}{"match":{"{{f}}":"q"}}{{/s}}]}"#,
        r#"{"size":{{#a}}1{{/a}}{{#b}}2{{/b}}{{#c}}3{{/c}}}"#,
    ] {
        assert!(checked(source).is_ok(), "{source}: {:?}", checked(source));
    }
}

/// Each of these prints a look-up in the group index for some parameters.
#[test]
fn what_could_print_a_look_up_is_refused() {
    for source in [
        r#"{"terms":{"f":{"index":".plugins-ml-model-group","id":"x","path":"p{{a}}"}}}"#,
        r#"{"terms":{"f":{"index":"{{i}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"index":"{{a}}{{b}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"index":".plugins-{{a}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"\u0069ndex":"{{i}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"{{k}}":"{{i}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"in{{k}}":"{{i}}","id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{ {{#l}}"{{k}}":"{{v}}",{{/l}} "id":"x" }}}"#,
        r#"{"terms":{"f":{"index":{{#toJson}}i{{/toJson}},"id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{"index":{{i}},"id":"x","path":"p"}}}"#,
        r#"{"terms":{"f":{{{raw}}}}}"#,
        r#"{"terms":{"f":{{&raw}}}}"#,
        r#"{"a":"{{{raw}}}"}"#,
        r#"{"a":"{{#join}}l{{/join}}"}"#,
        r#"{"a":"{{#join delimiter='x'}}l{{/join delimiter='x'}}"}"#,
        r#"{"a":"{{#toJson}}l{{/toJson}}"}"#,
        r#"{"a":"\{{x}}"}"#,
        r#"{{=<% %>=}}{"a":"<%& x %>"}"#,
        r#"{"a":"{{>partial}}"}"#,
        r#"{"wrapper":{"query":"{{q}}"}}"#,
        r#"{"index": {{#s}}"safe", "x": {{/s}} "{{p}}"}"#,
        r#"{"index": {{#p}}"safe"{{/p}}{{#s}}, "b": {{#q}}1{{/q}} {{/s}} "{{v}}"}"#,
        r#"{"index": {{#p}}"safe"{{/p}}{{#s}}, "b": 1 {{/s}} {{#r}}"{{v}}"{{/r}}}"#,
        r#"{ {{#s}} "a": {{/s}} "{{k}}" {{#t}} , "b" {{/t}} : "{{v}}"}"#,
        r#"{"a": {{#s}} { {{/s}} "b": 1 } }"#,
        r#"{"a":{{x}}, /* " */ "b":1}"#,
        r#"{"a":{{x}}{{y}}}"#,
        r#"{"a":{{#s}}{{x}}{{/s}}{{#t}}{{y}}{{/t}}}"#,
        r#"{"terms":{"f":{"id":"1","path":"p","z":{{x}}, "y":{"{{k}}":"{{v}}"}}}}"#,
        "{\"a\":\"{{#s}}\" , \"b\":\"{{/s}}\"}",
        r#"{"a":"{{x}}"#,
        r#"{"a" {{x}} : 1}"#,
        r#"{"indices":["a",{{x}}]}"#,
        r#"{"indices":["a","{{x}}"]}"#,
        r#"{"index":".plug*","id":"{{x}}"}"#,
        r#"{"a":".plugins-ml-model-group","b":"{{x}}"}"#,
        r#"{"index": {{#s}}"safe","x":1{{/s}}{{#t}}"{{p}}"{{/t}}}"#,
        r#"{"a":{ {{#l}}"{{k}}":1{{/l}} }}"#,
        r#"{"a":[{{#join}}l{{/join}}]}"#,
        r#"{"a":[/* " */{{x}}/* " */]}"#,
        r#"{"a":{{#toJson}}a b{{/toJson}}}"#,
        r#"{"a":1 "{{x}}"}"#,
        r#"{"a":1:"{{x}}"}"#,
        r#"{"a":"{{x}}","b":}"#,
        r#"["{{x}}"}"#,
        r#"["{{x}}",{{#s}}1{{/t}}]"#,
        r#"{"a":"{{x}}""#,
        r#"{{#s}}{"a":"{{x}}"}"#,
    ] {
        assert!(checked(source).is_err(), "{source}");
    }
}

#[test]
fn a_template_without_tags_is_a_search() {
    assert!(checked(r#"{"query":{"match_all":{}}}"#).is_ok());
    assert!(checked(r#"{"a":{"index":".plugins\u002dml-model-group"}}"#).is_err());
    assert!(checked("no JSON, no search").is_ok());
}

#[test]
fn templates_are_found_wherever_they_stand() {
    let bad = r#"{"index":"{{i}}"}"#;
    for body in [
        json!({ "script": { "lang": "mustache", "source": bad } }),
        json!({ "script": { "lang": "mustache", "source": { "index": "{{i}}" } } }),
        json!({ "script": { "lang": "mustache", "code": bad } }),
        json!({ "inline": bad }),
        json!({ "template": bad }),
        json!({ "templates": [{ "id": "a", "template": { "inline": bad } }] }),
        json!({ "templates": [{ "id": "a", "template": { "source": bad } }] }),
    ] {
        assert!(check(body.to_string().as_bytes()).is_err(), "{body}");
    }
    let painless = json!({ "script": { "lang": "painless", "source": "a / b; [{{}}]" } });
    assert!(check(painless.to_string().as_bytes()).is_ok());
}

#[test]
fn parameters_may_not_comment() {
    for params in [json!({ "x": "/*" }), json!({ "x": ["a*/"] }), json!({ "x": { "y": "a/*b" } })] {
        assert!(check(json!({ "id": "t", "params": params }).to_string().as_bytes()).is_err());
    }
    assert!(
        check(json!({ "id": "t", "params": { "x": "https://a/b" } }).to_string().as_bytes())
            .is_ok()
    );
}
