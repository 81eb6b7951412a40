//! Significant terms of one score stand in an order that does not go by Lucene's.

use serde_json::{Value, json};

use super::*;

/// The aggregation that is asked for.
fn asked(body: &str) -> Value {
    let sent: Value = serde_json::from_str(&sent(filtered(body))).expect("JSON");
    sent["aggs"]["a"].clone()
}

fn terms(options: &str) -> String {
    aggregation(&format!(r#"{{"significant_terms":{{"field":"f"{options}}}}}"#))
}

/// The keys that are shown of these terms, each of a key and a score.
fn shown(body: &str, terms: &[(Value, Value)]) -> Result<Vec<Value>, Withheld> {
    let buckets: Vec<_> = terms
        .iter()
        .map(|(key, score)| json!({"key": key, "doc_count": 3, "score": score}))
        .collect();
    let mut answer = json!({"hits": {"hits": []}, "aggregations": {"a": {"doc_count": 5, "bg_count": 9, "buckets": buckets}}});
    filtered(body).expect("it is let through").restore(&mut answer)?;
    let shown = answer["aggregations"]["a"]["buckets"].as_array().expect("buckets").iter();
    Ok(shown.map(|term| term["key"].clone()).collect())
}

#[test]
fn more_are_asked_for_than_are_shown() {
    let limits = |options: &str| {
        let asked = &asked(&terms(options))["significant_terms"];
        ["size", "shard_size", "shard_min_doc_count"].map(|name| asked[name].as_i64())
    };
    let every = Some(2_147_483_647);

    assert_eq!(limits(""), [Some(10_000), every, Some(3)]);
    assert_eq!(limits(r#","size":2,"min_doc_count":1"#), [Some(10_000), every, Some(1)]);
    assert_eq!(limits(r#","shard_size":"20","size":"7.9""#), [Some(10_000), every, Some(3)]);
    assert_eq!(limits(r#","size":2e4"#), [Some(20_001), every, Some(3)]);
    assert_eq!(limits(r#","size":2147483647,"shard_min_doc_count":2"#), [every, every, Some(2)]);
    assert!(sent(unfiltered(&terms(""))).ends_with(r#"{"field":"f"}}}}"#));
}

#[test]
fn fewer_are_asked_for_where_they_are_many_times() {
    let below = r#"{"significant_text":{"field":"f"},"aggs":{"m":{"max":{"field":"g"}}}}"#;
    let inside = r#"{"terms":{"field":"f"},"aggs":{"a":{"significant_text":{"field":"f"}}}}"#;

    assert_eq!(asked(&aggregation(below))["significant_text"]["size"], 1_000);
    assert_eq!(asked(&aggregation(inside))["aggs"]["a"]["significant_text"]["size"], 1_000);
}

#[test]
fn limits_that_opensearch_does_not_take_are_left_to_its_words() {
    for limit in ["0", "-1", "0.9", "\"ten\"", "true", "null", "[1]", "2147483648", "\" 1\""] {
        for name in ["size", "shard_size"] {
            let body = terms(&format!(r#","{name}":{limit}"#));
            assert_eq!(unknown(filtered(&body)), "aggs.a.significant_terms", "{body}");
        }
    }
    assert_eq!(
        unknown(filtered(&aggregation(r#"{"significant_terms":3}"#))),
        "aggs.a.significant_terms"
    );
}

#[test]
fn the_highest_scores_come_first_and_of_one_score_the_first_keys() {
    let texts = ["é", "b", "z", "a", "\u{10000}", "\u{ffff}"].map(Value::from);
    let scores = [1.0, 1.0, 1.5, 0.5, 1.0, 1.0].map(Value::from);
    let texts: Vec<_> = texts.into_iter().zip(scores).collect();
    let numbers = [10, 9, -1].map(|number| (json!(number), json!(2.0)));
    let endless = [(json!("a"), json!(1e300)), (json!("b"), json!("Infinity"))];

    let all = ["z", "b", "é", "\u{ffff}", "\u{10000}", "a"].map(Value::from);
    assert_eq!(shown(&terms(""), &texts), Ok(all.to_vec()));
    assert_eq!(shown(&terms(r#","size":3"#), &texts), Ok(all[..3].to_vec()));
    assert_eq!(shown(&terms(r#","size":4,"shard_size":2"#), &texts), Ok(all[..2].to_vec()));
    assert_eq!(shown(&terms(""), &numbers), Ok(vec![json!(-1), json!(9), json!(10)]));
    assert_eq!(shown(&terms(""), &endless), Ok(vec![json!("b"), json!("a")]));
}

#[test]
fn ties_that_reach_beyond_what_was_answered_are_refused() {
    let tied = |count: usize, score: f64| (0..count).map(move |key| (json!(key), json!(score)));
    let of =
        |first: usize, rest: usize| tied(first, 2.0).chain(tied(rest, 1.0)).collect::<Vec<_>>();
    let many = |size: u32| terms(&format!(r#","size":{size}"#));

    let refusal = Withheld::Refused(Refusal::Refused {
        clause: "aggs.a.significant_terms".into(),
        why: "too many significant terms have the same score to tell which come first",
    });
    assert_eq!(shown(&many(2), &of(1, 9_999)), Err(refusal.clone()));
    assert_eq!(shown(&many(9_999), &of(9_998, 2)), Err(refusal.clone()));
    assert_eq!(shown(&many(20_000), &of(1, 20_000)), Err(refusal));
    assert_eq!(shown(&many(2), &of(2, 9_998)).map(|shown| shown.len()), Ok(2));
    assert_eq!(shown(&many(2), &of(1, 9_998)).map(|shown| shown.len()), Ok(2));
    assert_eq!(shown(&many(20_000), &of(1, 19_999)).map(|shown| shown.len()), Ok(20_000));
}

#[test]
fn those_inside_of_buckets_are_put_in_order_with_what_is_below() {
    let body = aggregation(
        r#"{"filters":{"filters":{"x":{"match_all":{}}}},"aggs":{"s":{"significant_text":{"field":"f","size":1},"aggs":{"g":{"significant_text":{"field":"f"}}}}}}"#,
    );
    let term = |key: &str, below: Value| {
        let below = json!({"doc_count": 1, "bg_count": 1, "buckets": below});
        json!({"key": key, "score": 1.0, "g": below})
    };
    let ties = |first: &str, then: &str| json!([{"key": first, "score": 1.0}, {"key": then, "score": 1.0}]);
    let answer = |terms: Value| {
        let terms = json!({"doc_count": 2, "bg_count": 4, "buckets": terms});
        json!({"hits": {"hits": []}, "aggregations": {"a": {"buckets": {"x": {"doc_count": 2, "s": terms}}}}})
    };

    let mut told = answer(json!([term("z", json!([])), term("c", ties("e", "d"))]));
    filtered(&body).expect("it is let through").restore(&mut told).expect("its shape");

    assert_eq!(told, answer(json!([term("c", ties("d", "e"))])));
}

#[test]
fn terms_without_a_score_or_a_key_are_no_answer() {
    for term in [
        json!({"key": "a"}),
        json!({"score": 1.0}),
        json!({"key": null, "score": 1.0}),
        json!({"key": "a", "score": "NaN"}),
        json!(3),
    ] {
        let mut answer = json!({"hits": {"hits": []}, "aggregations": {"a": {"buckets": [term]}}});
        let restored = filtered(&terms("")).expect("it is let through").restore(&mut answer);
        assert_eq!(restored, Err(Misshapen.into()), "{answer}");
    }
}

#[test]
fn pipelines_go_by_what_is_shown() {
    let with = |pipeline: &str| {
        format!(
            r#"{{"aggs":{{"p":{pipeline},"t":{{"terms":{{"field":"f"}},"aggs":{{"s.x":{{"significant_text":{{"field":"f"}}}},"b":{{"bucket_sort":{{"sort":["_count"],"size":1}}}}}}}}}}}}"#
        )
    };
    let sums = |path: &str| with(&format!(r#"{{"sum_bucket":{{"buckets_path":"{path}"}}}}"#));

    for path in ["t>s.x>m", "t > s.x > m", "s.x>_count", "t>s.x._bucket_count", "t>s.x[a]>m"] {
        assert_eq!(refused(filtered(&sums(path))), "aggs.p.sum_bucket.buckets_path", "{path}");
        assert!(unfiltered(&sums(path)).is_ok());
    }
    for path in ["t>_count", "t>s.xy>m", "t>s>m"] {
        assert!(filtered(&sums(path)).is_ok(), "{path}");
    }
    for sort in
        [r#""s.x._bucket_count""#, r#"[{"m":"asc"},{"s.x.y":{"order":"asc"}}]"#, r#"{"s.x":"asc"}"#]
    {
        let sorts = with(&format!(r#"{{"bucket_sort":{{"sort":{sort}}}}}"#));
        assert_eq!(refused(filtered(&sorts)), "aggs.p.bucket_sort.sort", "{sort}");
    }
}
