use serde_json::json;

use super::*;

fn restored(body: &str, mut response: serde_json::Value) -> Result<serde_json::Value, Withheld> {
    let rewritten = filtered(body).expect("it is let through");
    assert!(!rewritten.restore.is_identity());
    rewritten.restore(&mut response).map(|()| response)
}

/// The aggregations of an answer without hits.
fn restored_below(
    body: &str,
    aggregations: serde_json::Value,
) -> Result<serde_json::Value, Withheld> {
    let answer = json!({"hits": {"hits": []}, "aggregations": aggregations});
    restored(body, answer).map(|mut answer| answer["aggregations"].take())
}

#[test]
fn what_stands_beneath_is_lifted_into_its_place() {
    let body = aggregation(r#"{"global":{},"meta":{"m":1},"aggs":{"n":{"max":{"field":"f"}}}}"#);
    let answer = json!({"a":
        {"meta": {"m": 1}, "doc_count": 14, "modelgate": {"meta": {}, "doc_count": 8, "n": {"value": 3.0}}}});

    let shape = restored_below(&body, answer).map(|shape| shape.to_string());

    let asked = r#"{"a":{"meta":{"m":1},"doc_count":8,"n":{"value":3.0}}}"#;
    assert_eq!(shape.as_deref(), Ok(asked));
}

#[test]
fn what_stands_beneath_is_lifted_in_every_bucket() {
    let body = aggregation(
        r#"{"terms":{"field":"f"},"aggs":{"f":{"filters":{"filters":{"x":{"match_all":{}}}},"aggs":{"c":{"children":{"type":"t"}}}}}}"#,
    );
    let bucket = |count| json!({"doc_count": count, "modelgate": {"doc_count": 1}});
    let inner = |count| json!({"buckets": {"x": {"doc_count": 9, "c": bucket(count)}}});
    let answer =
        json!({"a": {"buckets": [{"key": "k", "f": inner(2)}, {"key": "l", "f": inner(3)}]}});

    let shape = restored_below(&body, answer).map(|shape| shape.to_string());

    assert!(shape.is_ok_and(|shape| {
        shape.matches(r#""c":{"doc_count":1}"#).count() == 2 && !shape.contains("modelgate")
    }));
}

#[test]
fn hits_are_counted_where_a_search_goes_on_but_the_count_is_not_told() {
    for off in ["false", r#""false""#, "-1"] {
        let body = format!(r#"{{"sort":["f"],"search_after":[1],"track_total_hits":{off}}}"#);
        let answer = json!({"took": 1, "hits": {"total": {"value": 1}, "hits": []}});

        let rewritten = sent(filtered(&body));
        let shape = restored(&body, answer);

        assert!(rewritten.contains(r#""track_total_hits":1,"#), "{rewritten}");
        assert_eq!(shape, Ok(json!({"took": 1, "hits": {"hits": []}})));
    }
}

#[test]
fn who_asks_for_no_hits_is_told_of_an_early_end_by_what_was_counted() {
    let answer = |count: u64, ended: bool| json!({"terminated_early": ended, "hits": {"total": {"value": count}}});
    for size in ["0", r#""0""#, "0.5"] {
        let body = format!(r#"{{"size":{size},"track_total_hits":false}}"#);
        assert_eq!(
            restored(&body, json!({"terminated_early": true, "hits": {"hits": []}})),
            Ok(json!({"hits": {"hits": []}}))
        );
    }
    let limited = |response| restored(r#"{"size":0,"terminate_after":3}"#, response);
    assert_eq!(limited(answer(3, false)), Ok(answer(3, true)));
    assert_eq!(limited(answer(2, true)), Ok(answer(2, false)));

    assert!(filtered(r#"{"size":1}"#).is_ok_and(|found| found.restore.is_of_hits()));
    assert!(unfiltered(r#"{"size":0}"#).is_ok_and(|counted| counted.restore.is_identity()));
}

#[test]
fn where_no_hits_are_asked_for_one_more_is_counted_than_is_told() {
    let asked = |most: &str| format!(r#"{{"size":0,"track_total_hits":{most}}}"#);
    let answer = |value: u64, relation: &str| json!({"hits": {"total": {"value": value, "relation": relation}, "hits": []}});

    for (most, made) in [
        ("3", "4"),
        (r#""0""#, "1"),
        ("2147483647", "2147483647"),
        ("true", "true"),
        ("false", "false"),
        ("-1", "-1"),
    ] {
        let made = format!(r#""track_total_hits":{made},"#);
        assert!(sent(filtered(&asked(most))).contains(&made), "{most}");
    }
    assert!(sent(filtered(r#"{"size":0}"#)).contains(r#""track_total_hits":10001"#));
    assert_eq!(unknown(filtered(&asked("3.5"))), "track_total_hits");
    assert_eq!(sent(unfiltered(&asked("3"))), asked("3"));

    assert_eq!(restored(&asked("3"), answer(4, "eq")), Ok(answer(3, "gte")));
    assert_eq!(restored(&asked("3"), answer(3, "eq")), Ok(answer(3, "eq")));
    assert_eq!(restored(r#"{"size":0}"#, answer(10001, "gte")), Ok(answer(10000, "gte")));
}

#[test]
fn hits_are_counted_as_the_caller_says_elsewhere() {
    for body in [
        r#"{"track_total_hits":false,"sort":["f"]}"#,
        r#"{"track_total_hits":true,"sort":["f"],"search_after":[1]}"#,
        r#"{"track_total_hits":"30","sort":["f"],"search_after":[1]}"#,
    ] {
        assert!(sent(filtered(body)).starts_with(&body[..30]), "{body}");
        assert!(filtered(body).is_ok_and(|rewritten| rewritten.restore.is_of_hits()));
    }
    let wrong = r#"{"sort":["f"],"search_after":[1],"track_total_hits":"many"}"#;
    assert_eq!(unknown(filtered(wrong)), "track_total_hits");
    let all = r#"{"sort":["f"],"search_after":[1],"track_total_hits":false}"#;
    assert_eq!(sent(unfiltered(all)), all);
}

#[test]
fn who_sees_everything_is_told_the_background_as_it_is() {
    let body = aggregation(r#"{"significant_terms":{"field":"f"}}"#);

    assert!(unfiltered(&body).is_ok_and(|rewritten| rewritten.restore.is_identity()));
}

#[test]
fn metadata_that_nobody_gave_is_not_shown() {
    let range = r#"{"filter":{"range":{"f":{"gt":1}}}"#;
    let answer = |meta| json!({"a": {"meta": meta, "doc_count": 1}});

    let bare = restored_below(&aggregation(&format!("{range}}}")), answer(json!({})));
    let given = restored_below(
        &aggregation(&format!(r#"{range},"meta":{{"m":1}}}}"#)),
        answer(json!({"m": 1})),
    );

    assert_eq!(bare, Ok(json!({"a": {"doc_count": 1}})));
    assert_eq!(given, Ok(answer(json!({"m": 1}))));
}

#[test]
fn nothing_has_no_background() {
    let body = aggregation(
        r#"{"date_histogram":{"field":"f"},"aggs":{"s":{"significant_text":{"field":"g"}}}}"#,
    );
    let bucket = |all, terms| json!({"s": {"doc_count": 2, "bg_count": all, "buckets": terms}});
    let (none, one) = (json!([]), json!([{"key": "k", "score": 0.5}]));
    let answer = json!({"a": {"buckets": [bucket(5, &one), bucket(99, &none)]}});

    let shape = restored_below(&body, answer);

    let asked = json!({"a": {"buckets": [bucket(5, &one), bucket(0, &none)]}});
    assert_eq!(shape, Ok(asked));
}

#[test]
fn an_answer_that_lacks_what_was_asked_for_is_an_error() {
    let body = aggregation(r#"{"global":{}}"#);
    for answer in [
        json!({}),
        json!({"a": 1}),
        json!({"a": {"doc_count": 14}}),
        json!({"a": {"doc_count": 14, "modelgate": {}}}),
    ] {
        assert_eq!(restored_below(&body, answer), Err(Misshapen.into()));
    }
    assert_eq!(restored(&body, json!({"hits": {"hits": []}})), Err(Misshapen.into()));
}

#[test]
fn names_that_would_be_mistaken_for_the_answers_own_are_refused_beneath() {
    for name in ["doc_count", "meta"] {
        let body = format!(r#"{{"global":{{}},"aggs":{{"{name}":{{"max":{{"field":"f"}}}}}}}}"#);
        assert_eq!(unknown(filtered(&aggregation(&body))), "aggs.a.aggs");
    }
}
