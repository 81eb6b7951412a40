//! Groups that tie stand as they were written, and hits do not show it.

use serde_json::{Value, json};

use super::super::restore::Ties;

use super::*;

/// What is sent on, without the filter, the switches and `_source`.
fn ordered(body: &str) -> String {
    let sent = filtered(body).expect("it is let through").body;
    let mut sent: Value = serde_json::from_slice(&sent).expect("JSON");
    let members = sent.as_object_mut().expect("an object");
    for set in ["query", "version", "seq_no_primary_term", "_source", "track_total_hits"] {
        members.shift_remove(set);
    }
    sent.to_string()
}

/// The answer in the shape that was asked for: by way of a document, and of bytes where that can be.
fn restored(body: &str, answer: &Value) -> Result<Value, Withheld> {
    let (restore, mut document) =
        (filtered(body).expect("it is let through").restore, answer.clone());
    let restored = restore.apply(&mut document).map(|()| document);
    let bytes = restore.apply_to_bytes(answer.to_string().into_bytes());
    let is_there = restore.is_of_hits() && restored.is_ok();
    assert_eq!(bytes.is_ok(), is_there, "{body}");
    if let Ok(bytes) = bytes {
        assert_eq!(
            Ok(String::from_utf8_lossy(&bytes).into_owned()),
            restored.as_ref().map(Value::to_string)
        );
    }
    restored
}

fn of_hits(hits: Value) -> Value {
    json!({"took": 1, "_shards": {"total": 1}, "hits": {"total": {"value": 2}, "max_score": 1.5, "hits": hits}, "aggregations": {"a": {"hits": {}}}})
}

#[test]
fn the_order_of_writing_stands_behind_the_callers_own() {
    for (body, made) in [
        (r#"{"sort":"a"}"#, r#"{"sort":["a","_seq_no"]}"#),
        (r#"{"sort":["a",{"b":"desc"}]}"#, r#"{"sort":["a",{"b":"desc"},"_seq_no"]}"#),
        (r#"{"sort":{"a":"asc","b":{}}}"#, r#"{"sort":[{"a":"asc","b":{}},"_seq_no"]}"#),
        (r#"{"sort":[{"_score":"asc"}]}"#, r#"{"sort":[{"_score":"asc"},"_seq_no"]}"#),
        (r#"{"sort":["_score","_score"]}"#, r#"{"sort":["_score","_score","_seq_no"]}"#),
        (
            r#"{"sort":{"_seq_no":{"nested":{"path":"owner"}}}}"#,
            r#"{"sort":[{"_seq_no":{"nested":{"path":"owner"}}},"_seq_no"]}"#,
        ),
        (
            r#"{"sort":["a"],"track_scores":false}"#,
            r#"{"sort":["a","_seq_no"],"track_scores":false}"#,
        ),
    ] {
        assert_eq!(ordered(body), made);
    }
}

#[test]
fn where_nothing_or_the_score_is_asked_for_it_stands_behind_the_score() {
    let made = r#"{"sort":["_score","_seq_no"],"track_scores":true}"#;
    for body in [
        "{}",
        r#"{"sort":[]}"#,
        r#"{"sort":{}}"#,
        r#"{"sort":[{}]}"#,
        r#"{"sort":"_score"}"#,
        r#"{"sort":["_score"]}"#,
        r#"{"sort":{"_score":"DeSC"}}"#,
        r#"{"sort":[{"_score":{}}]}"#,
        r#"{"sort":[{"_score":{"order":"desc"}}],"track_scores":"false"}"#,
    ] {
        assert_eq!(ordered(body), made, "{body}");
    }
    assert_eq!(
        ordered(r#"{"track_scores":false}"#),
        r#"{"track_scores":true,"sort":["_score","_seq_no"]}"#
    );
    assert_eq!(unknown(filtered(r#"{"track_scores":1}"#)), "track_scores");
}

#[test]
fn what_has_no_ties_or_no_hits_or_is_no_order_is_sent_as_it_came() {
    for body in [
        r#"{"sort":["a","_seq_no"]}"#,
        r#"{"sort":[{"_seq_no":{"order":"desc"}}]}"#,
        r#"{"size":0}"#,
        r#"{"sort":["a"],"size":"0"}"#,
        r#"{"sort":5}"#,
        r#"{"sort":["a",null]}"#,
        r#"{"search_after":[1]}"#,
        r#"{"sort":["a"],"search_after":[1,2]}"#,
        r#"{"rescore":[{"query":{"rescore_query":{"match_all":{}}}}]}"#,
    ] {
        assert_eq!(ordered(body), body);
        assert!(filtered(body).is_ok_and(|rewritten| rewritten.restore.ties == Ties::Untouched));
    }
    assert!(ordered(r#"{"rescore":[]}"#).contains("_seq_no"));
    let hybrid = query(r#"{"hybrid":{"queries":[{"match_all":{}}]}}"#);
    assert_eq!(ordered(&hybrid), "{}");
    assert_eq!(sent(unfiltered(r#"{"sort":["a"]}"#)), r#"{"sort":["a"]}"#);
}

#[test]
fn a_search_goes_on_behind_all_that_tie() {
    assert_eq!(
        ordered(r#"{"search_after":["x",1],"sort":["a","b"]}"#),
        r#"{"search_after":["x",1,9223372036854775807],"sort":["a","b","_seq_no"]}"#
    );
    let collapsed = r#"{"sort":["a"],"search_after":["x"],"collapse":{"field":"a"}}"#;
    assert_eq!(refused(filtered(collapsed)), "search_after");
    assert_eq!(sent(unfiltered(collapsed)), collapsed);
}

#[test]
fn hits_show_what_they_were_asked_to() {
    let tricky = r#"\",{["#;
    let hit = |more: Value| {
        let mut hit = json!({"_id": tricky, "_source": {"sort": [1, 2], "text": tricky, "o": [{"sort": {}}, []]}});
        hit.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        hit
    };
    let shown = |sort: Value| hit(json!({"sort": sort, "matched_queries": ["sort"]}));

    let by_score =
        restored("{}", &of_hits(json!([shown(json!([1.5, 3])), hit(json!({"sort": [0.5, 9]}))])));
    let by_field = restored(
        r#"{"sort":"f"}"#,
        &of_hits(json!([shown(json!(["a,b", 3])), shown(json!([null, 4]))])),
    );
    let none = restored("{}", &of_hits(json!([])));

    assert_eq!(
        by_score,
        Ok(of_hits(json!([hit(json!({"matched_queries": ["sort"]})), hit(json!({}))])))
    );
    assert_eq!(by_field, Ok(of_hits(json!([shown(json!(["a,b"])), shown(json!([null]))]))));
    assert_eq!(none, Ok(of_hits(json!([]))));
    for wrong in [
        json!({}),
        json!({"hits": {}}),
        of_hits(json!([shown(json!([1, 2])), hit(json!({}))])),
        of_hits(json!([1])),
    ] {
        assert_eq!(restored("{}", &wrong), Err(Misshapen.into()), "{wrong}");
        assert_eq!(restored(r#"{"sort":"f"}"#, &wrong), Err(Misshapen.into()), "{wrong}");
    }
}

#[test]
fn hits_and_sort_values_are_known_by_where_they_are() {
    let names = r#"{"hits":{"hits":[{"sort":[1,2]}]},"sort":[3,4]}"#;
    let text = names.replace('"', r#"\""#);
    let others = r#""\"hits":{},",ahits":{},",\"sort":[],"{asort":[]"#;
    for length in 0..64 {
        let long = "a".repeat(length);
        let answer = |score: &str, value: &str| {
            let hit = format!(
                r#"{{{others},"_id":"{long}\\","_source":{{"o":{names},"l":[{names}]}},"x,":"{text}"{score}{value},"inner_hits":{names}}}"#
            );
            let failures = format!(r#"{{"failures":[{names}],"{{":"{text}"}}"#);
            format!(
                r#"{{{others},"_shards":{failures},"hits":{{{others},"total":{names},"hits":[{hit},{hit}],"sort":[5,6]}},"sort":[7,8]}}"#
            )
        };
        let mended = |body: &str| {
            let restore = filtered(body).expect("it is let through").restore;
            let bytes = restore.apply_to_bytes(answer(r#","sort":["]},","#, "9]").into_bytes());
            bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };

        assert_eq!(mended("{}"), Ok(answer("", "")));
        assert_eq!(mended(r#"{"sort":"f"}"#), Ok(answer(r#","sort":["]},""#, "]")));
    }
}

#[test]
fn only_a_number_is_known_to_be_the_last_sort_value() {
    let restore = filtered(r#"{"sort":"f"}"#).expect("it is let through").restore;
    for last in [r#""a""#, r#"",1""#, "null", "1.5", "{}", "[2,3]", " 4"] {
        let bytes = format!(r#"{{"hits":{{"hits":[{{"_id":"a","sort":[1,{last}]}}]}}}}"#);
        let given = restore.apply_to_bytes(bytes.clone().into_bytes());
        assert_eq!(given, Err(bytes.into_bytes()));
    }
}

#[test]
fn bytes_of_another_shape_are_given_back() {
    let restore = filtered("{}").expect("it is let through").restore;
    for bytes in [
        &br#"{ "hits": {"hits":[]}}"#[..],
        br#"{"hits":{"hits":[{"sort":[1,2]}]}}"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":[1,2]}"#,
        br#"{"hits":{"hits":[{"_id":"a\"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":]}]}}"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":[1,2],"sort":[3,4]}]}}"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":[1,2]},5]}}"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":[1,2]},[]]}}"#,
        br#"{"hits":{"hits":[{"_id":"a","sort":[1,2]}{"_id":"b","sort":[3,4]}]}}"#,
        br#"{"hits":{"hits":{"_id":"a","sort":[1,2]}}}"#,
        br#"{"hits":[{"hits":[{"_id":"a","sort":[1,2]}]}]}"#,
        br#"[{"hits":{"hits":[{"_id":"a","sort":[1,2]}]}}]"#,
        br#"{"hits":{"hits":[5,{"_id":"a","sort":[1,2]}]}}"#,
        br#"{"hits":{"hits":[{"_id":|"a","sort":[1,2]}]}}"#,
        br#"{"hits":{"hits":[{"_id":\"a","sort":[1,2]}]}}"#,
        br#"{"a,"hits0:{"hits":[{"_id":"a","sort":[1,2]}]}}"#,
        b"[",
        b"",
    ] {
        assert_eq!(restore.apply_to_bytes(bytes.to_vec()), Err(bytes.to_vec()));
    }
}

#[test]
fn hits_inside_of_collapsed_ones_have_an_order_of_their_own() {
    let body = r#"{"sort":"f","collapse":{"field":"f","inner_hits":[{"name":"x"},{"name":"y","sort":["g"]},{"name":"z","sort":"g"},{"name":"n","size":0}]}}"#;
    let list = |sort: Value| json!({"hits": {"hits": [{"_id": "1", "sort": sort}]}});
    let bare = json!({"hits": {"hits": [{"_id": "1"}]}});
    let hit = |x: &Value, y, sort| {
        of_hits(
            json!([{"_id": "1", "sort": sort, "inner_hits": {"x": x, "y": y, "z": {"sort": []}}}]),
        )
    };

    let inner = r#""inner_hits":[{"name":"x","sort":["_score","_seq_no"],"track_scores":true},{"name":"y","sort":["g","_seq_no"]},{"name":"z","sort":"g"},{"name":"n","size":0}]"#;
    assert!(ordered(body).contains(inner), "{}", ordered(body));
    let answer = hit(&list(json!([1.0, 3])), list(json!(["b", 3])), json!(["a", 3]));
    assert_eq!(restored(body, &answer), Ok(hit(&bare, list(json!(["b"])), json!(["a"]))));
    assert_eq!(
        restored(body, &of_hits(json!([{"_id": "1", "sort": ["a", 3]}]))),
        Err(Misshapen.into())
    );

    let one = r#"{"collapse":{"field":"f","inner_hits":{"name":"x"}}}"#;
    assert_eq!(filtered(one).map(|rewritten| rewritten.restore.inner.len()), Ok(1));

    let twice =
        r#"{"collapse":{"field":"f","inner_hits":[{"name":"x"},{"name":"x","sort":["_seq_no"]}]}}"#;
    assert!(filtered(twice).is_ok_and(|rewritten| rewritten.restore.inner.is_empty()));
    assert!(unfiltered(twice).is_ok_and(|rewritten| rewritten.restore.is_identity()));
}

#[test]
fn hits_of_a_nested_object_lie_in_one_document() {
    let body = query(
        r#"{"nested":{"path":"owner","query":{"match_all":{}},"inner_hits":{"sort":["f"]}}}"#,
    );

    assert!(sent(filtered(&body)).contains(r#""inner_hits":{"sort":["f"]}"#));
}

#[test]
fn hits_of_buckets_tell_their_scores_by_what_they_were_ordered_by() {
    let asked = |options: &str| aggregation(&format!(r#"{{"top_hits":{options}}}"#));
    let made = |options: &str| {
        let sent = ordered(&asked(options));
        let end = sent.find(r#"}},"sort""#).expect("behind the aggregations");
        sent[r#"{"aggs":{"a":{"top_hits":"#.len()..end].to_owned()
    };

    assert_eq!(made("{}"), r#"{"sort":["_score","_seq_no"]}"#);
    assert_eq!(
        made(r#"{"track_scores":true,"sort":[]}"#),
        r#"{"track_scores":false,"sort":["_score","_seq_no"]}"#
    );
    assert_eq!(made(r#"{"from":2}"#), r#"{"from":0,"size":5,"sort":["_score","_seq_no"]}"#);
    assert_eq!(
        made(r#"{"size":"4","from":"2"}"#),
        r#"{"size":6,"from":0,"sort":["_score","_seq_no"]}"#
    );
    assert_eq!(
        made(r#"{"from":2,"sort":"f","track_scores":true}"#),
        r#"{"from":2,"sort":["f","_seq_no"],"track_scores":true}"#
    );
    assert_eq!(made(r#"{"sort":["_seq_no"]}"#), r#"{"sort":["_seq_no"]}"#);
    assert_eq!(unknown(filtered(&asked(r#"{"from":-1}"#))), "aggs.a.top_hits.from");
    assert_eq!(unknown(filtered(&asked(r#"{"from":1,"size":1.5}"#))), "aggs.a.top_hits.size");

    let bucket = |best, hits| json!({"hits": {"hits": []}, "aggregations": {"a": {"hits": {"total": {"value": 3}, "max_score": best, "hits": hits}}}});
    let answer = bucket(
        json!(null),
        json!([
            {"_id": "1", "_score": null, "_source": {}, "sort": [2.5, 7]},
            {"_id": "2", "_score": null, "_source": {}, "sort": [1.5, 8]},
            {"_id": "3", "_score": null, "_source": {}, "sort": [1.5, 9]},
        ]),
    );
    let hit = |id: &str, score| json!({"_id": id, "_score": score, "_source": {}});
    assert_eq!(
        restored(&asked(r#"{"from":1}"#), &answer),
        Ok(bucket(json!(2.5), json!([hit("2", 1.5), hit("3", 1.5)])))
    );
    assert_eq!(restored(&asked(r#"{"from":7}"#), &answer), Ok(bucket(json!(2.5), json!([]))));
    let none = bucket(json!(null), json!([]));
    assert_eq!(restored(&asked("{}"), &none), Ok(none));
    let sorted =
        |sort: Value| bucket(json!(null), json!([{"_id": "1", "_score": null, "sort": sort}]));
    assert_eq!(
        restored(&asked(r#"{"sort":"f"}"#), &sorted(json!(["a", 7]))),
        Ok(sorted(json!(["a"])))
    );
    assert_eq!(
        restored(&asked("{}"), &bucket(json!(null), json!([{"_id": "1"}]))),
        Err(Misshapen.into())
    );
}

#[test]
fn hits_of_buckets_are_not_rescored() {
    let rescored = |options: &str| {
        let rescore = r#""rescore":{"query":{"rescore_query":{"match_all":{}}}}"#;
        format!(r#"{{{rescore},"aggs":{{"a":{{"top_hits":{options}}}}}}}"#)
    };

    assert_eq!(refused(filtered(&rescored("{}"))), "aggs.a.top_hits");
    assert!(sent(filtered(&rescored(r#"{"sort":"f"}"#))).contains(r#"["f","_seq_no"]"#));
    assert!(unfiltered(&rescored("{}")).is_ok());
}
