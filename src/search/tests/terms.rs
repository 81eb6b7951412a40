use serde_json::{Value, json};

use super::*;

fn asked(body: &str) -> Option<String> {
    let asked = question(body.as_bytes(), Scope::Filtered(OURS.as_bytes()), Agent::Other)?;
    Some(String::from_utf8(asked).expect("it is text"))
}

fn knowing(body: &str, answer: &Value) -> Result<Rewritten, Refusal> {
    rewrite_knowing(body.as_bytes(), Scope::Filtered(OURS.as_bytes()), Agent::Other, answer)
}

fn listed(buckets: Value) -> Value {
    json!({"aggregations": {"0": {"sum_other_doc_count": 0, "buckets": buckets}}})
}

#[test]
fn the_terms_of_the_callers_groups_are_asked_for() {
    let body = aggregation(r#"{"terms":{"field":"f","min_doc_count":0,"include":"a.*","size":3}}"#);
    let asked_for = format!(
        r#"{{"size":0,"query":{{"bool":{{"filter":[{OURS}]}}}},"aggs":{{"0":{{"terms":{{"field":"f","include":"a.*","size":10000,"order":{{"_key":"asc"}}}}}}}}}}"#
    );

    assert_eq!(asked(&body), Some(asked_for));
    assert_eq!(question(body.as_bytes(), Scope::All, Agent::Other), None);
    assert_eq!(asked(&aggregation(r#"{"terms":{"field":"f","min_doc_count":1}}"#)), None);
    assert_eq!(asked("{}"), None);
}

#[test]
fn the_terms_of_owners_are_asked_for_inside_them() {
    let body = aggregation(
        r#"{"nested":{"path":"owner"},"aggs":{"n":{"terms":{"field":"owner.name.keyword","min_doc_count":"0"}}}}"#,
    );

    assert!(asked(&body).is_some_and(|asked| asked.contains(
        r#""0":{"nested":{"path":"owner"},"aggs":{"modelgate":{"terms":{"field":"owner.name.keyword","#
    )));
}

#[test]
fn no_terms_but_these_are_listed() {
    let body = aggregation(r#"{"terms":{"field":"f","min_doc_count":0}}"#);
    let chosen = aggregation(
        r#"{"terms":{"exclude":"b","min_doc_count":0,"include":["a","c"],"field":"f"}}"#,
    );
    let answer = listed(json!([{"key": "a\"b"}, {"key": 3}, {"key": 1, "key_as_string": "true"}]));

    assert!(sent(knowing(&body, &answer)).starts_with(
        r#"{"aggs":{"a":{"terms":{"field":"f","min_doc_count":0,"include":["a\"b","3","true"]}}}"#
    ));
    assert!(sent(knowing(&chosen, &answer)).starts_with(
        r#"{"aggs":{"a":{"terms":{"exclude":[],"min_doc_count":0,"include":["a\"b","3","true"],"field":"f"}}}"#
    ));
}

#[test]
fn terms_with_documents_only_are_listed_as_they_are() {
    let bare = r#""b":{"terms":{"field":"g"}}"#;
    let body =
        format!(r#"{{"aggs":{{"a":{{"terms":{{"field":"f","min_doc_count":0}}}},{bare}}}}}"#);

    let sent = sent(knowing(&body, &listed(json!([{ "key": "x" }]))));

    assert!(asked(&body).is_some_and(|asked| !asked.contains(r#""1":"#)));
    assert!(sent.contains(bare) && sent.contains(r#""include":["x"]"#), "{sent}");
}

#[test]
fn without_terms_that_are_known_none_without_documents_is_listed() {
    let body = aggregation(r#"{"terms":{"field":"f","min_doc_count":0,"include":"a"}}"#);

    let made = sent(knowing(&body, &listed(json!([]))));

    assert!(
        made.starts_with(
            r#"{"aggs":{"a":{"terms":{"field":"f","min_doc_count":1,"include":"a"}}}"#
        )
    );
}

#[test]
fn an_answer_that_has_not_all_terms_is_not_enough() {
    let body = aggregation(r#"{"terms":{"field":"f","min_doc_count":0}}"#);
    let cut = json!({"aggregations": {"0": {"sum_other_doc_count": 1, "buckets": []}}});

    for answer in [
        cut,
        json!({}),
        json!({"aggregations": {}}),
        listed(json!([{"key": null}])),
        listed(json!(1)),
    ] {
        assert_eq!(refused(knowing(&body, &answer)), "aggs.a.terms");
    }
}

#[test]
fn what_makes_other_terms_is_refused_beside_it() {
    for option in
        [r#""missing":"x""#, r#""format":"yyyy""#, r#""value_type":"long""#, r#""script":"1""#]
    {
        let body =
            aggregation(&format!(r#"{{"terms":{{"field":"f","min_doc_count":0,{option}}}}}"#));
        assert_eq!(asked(&body), None);
        refused(knowing(&body, &listed(json!([]))));
    }
    assert_eq!(asked(&aggregation(r#"{"terms":{"min_doc_count":0}}"#)), None);
    assert_eq!(asked(&aggregation(r#"{"multi_terms":{"terms":[],"min_doc_count":0}}"#)), None);
}

#[test]
fn lists_are_not_asked_for_without_end() {
    let one = |n| format!(r#""x{n}":{{"terms":{{"field":"f","min_doc_count":0}}}}"#);
    let many = |times| (0..times).map(one).collect::<Vec<_>>().join(",");

    assert!(asked(&format!(r#"{{"aggs":{{{}}}}}"#, many(16))).is_some());
    assert_eq!(asked(&format!(r#"{{"aggs":{{{}}}}}"#, many(17))), None);
}

#[test]
fn significant_terms_in_several_buckets_need_a_group_that_has_the_field() {
    let inside = |around: &str, name: &str, field: &str| {
        let below = format!(r#"{{"a":{{"{name}":{{"field":"{field}"}}}}}}"#);
        aggregation(&format!(
            r#"{{{around},"aggs":{{"f":{{"filter":{{"match_all":{{}}}},"aggs":{below}}}}}}}"#
        ))
    };
    let several = r#""filters":{"filters":[{"match_all":{}}]}"#;
    let body = inside(several, "significant_terms", "f");
    assert_eq!(refused(filtered(&body)), "aggs.a.aggs.f.aggs.a.significant_terms");
    let asks = r#""aggs":{"0":{"terms":{"field":"f","size":1,"order":{"_key":"asc"}}}}}"#;
    assert!(asked(&body).is_some_and(|asked| asked.ends_with(asks)));
    let of_owners = asked(&inside(several, "significant_terms", "owner.name.keyword"));
    assert!(of_owners.is_some_and(|asked| asked.contains(r#""nested":{"path":"owner"}"#)));

    assert!(knowing(&body, &listed(json!([{"key": "x"}]))).is_ok());
    assert!(knowing(&body, &listed(json!([]))).is_err());
    assert!(knowing(&body, &json!({"error": {}})).is_err());
    for fine in [
        inside(several, "significant_text", "f"),
        inside(r#""filter":{"match_all":{}}"#, "significant_terms", "f"),
        aggregation(r#"{"significant_terms":{"field":"f"}}"#),
    ] {
        assert!(filtered(&fine).is_ok(), "{fine}");
    }
    assert!(unfiltered(&body).is_ok());
}
