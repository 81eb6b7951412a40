use super::*;

fn source(body: &str, agent: Agent) -> String {
    let made = rewrite(body.as_bytes(), Scope::All, agent).expect("it is let through").body;
    let made: serde_json::Value = serde_json::from_slice(&made).expect("it is JSON");
    made["_source"].to_string()
}

#[test]
fn without_a_source_three_parts_are_left_out_and_two_for_dashboards() {
    assert_eq!(
        source("{}", Agent::Other),
        r#"{"excludes":["content","model_content","ui_metadata"]}"#
    );
    assert_eq!(source("{}", Agent::Dashboards), r#"{"excludes":["content","model_content"]}"#);
}

#[test]
fn a_source_that_is_asked_for_is_kept_less_the_metadata() {
    let cases = [
        ("true", r#"[],"excludes":[]"#),
        ("false", r#"[],"excludes":[]"#),
        (r#""a.*""#, r#"["a.*"],"excludes":[]"#),
        (r#"["a","b"]"#, r#"["a","b"],"excludes":[]"#),
        ("[]", r#"[],"excludes":[]"#),
        ("{}", r#"[],"excludes":[]"#),
        (r#"{"includes":"a","exclude":["b"]}"#, r#"["a"],"excludes":["b"]"#),
        (r#"{"include":["a"],"includes":["c"],"excludes":[]}"#, r#"["c"],"excludes":[]"#),
    ];

    for (asked, kept) in cases {
        let body = format!(r#"{{"_source":{asked}}}"#);
        let less = kept.strip_suffix(']').expect("a list");
        let comma = if less.ends_with('[') { "" } else { "," };
        assert_eq!(source(&body, Agent::Dashboards), format!(r#"{{"includes":{kept}}}"#));
        assert_eq!(
            source(&body, Agent::Other),
            format!(r#"{{"includes":{less}{comma}"ui_metadata"]}}"#)
        );
    }
}

#[test]
fn a_source_that_opensearch_does_not_read_is_left_to_its_complaint() {
    for asked in ["5", "null", r#"{"includes":[1]}"#, r#"{"other":"a"}"#, r#"["a",{}]"#] {
        assert_eq!(unknown(filtered(&format!(r#"{{"_source":{asked}}}"#))), "_source");
    }
}

#[test]
fn dashboards_is_known_by_its_name() {
    assert_eq!(Agent::of(Some(b"x OpenSearch Dashboards/3")), Agent::Dashboards);
    assert_eq!(Agent::of(Some(b"opensearch dashboards")), Agent::Other);
    assert_eq!(Agent::of(None), Agent::Other);
}
