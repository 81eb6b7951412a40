use super::*;

#[test]
fn a_range_has_an_alternative_that_finds_nothing() {
    let range = r#"{"range":{"created_time":{"gte":1}}}"#;
    let nothing = r#"{"bool":{"must_not":[{"exists":{"field":"_seq_no"}}]}}"#;
    let body = |clause: &str| format!(r#"{{"aggs":{{"a":{{"filter":{clause}}}}}"#);

    let rewritten = sent(filtered(&(body(range) + "}")));

    let steady = format!(r#"{{"bool":{{"should":[{range},{nothing}]}}}}"#);
    assert!(rewritten.starts_with(&body(&steady)), "{rewritten}");
}

#[test]
fn the_callers_query_is_wrapped() {
    let body = r#"{"query":{"bool":{"should":[{"term":{"a":1.50}}]}},"size":3}"#;

    assert_eq!(
        sent(filtered(body)),
        r#"{"query":{"bool":{"must":[{"bool":{"should":[{"term":{"a":1.50}}]}}],"filter":[{"term":{"access":"public"}}]}},"size":3}"#
    );
    assert_eq!(sent(unfiltered(body)), body);
}

#[test]
fn a_search_without_a_query_is_filtered_and_scores_as_match_all() {
    let wrapped =
        r#"{"query":{"bool":{"must":[{"match_all":{}}],"filter":[{"term":{"access":"public"}}]}}}"#;

    assert_eq!(sent(filtered("{}")), wrapped);
    assert_eq!(sent(unfiltered("{}")), "{}");
}

#[test]
fn a_name_that_is_spelled_with_escapes_is_understood() {
    let body = r#"{"qu\u0065ry":{"t\u0065rm":{"a":1}}}"#;

    assert_eq!(
        sent(filtered(body)),
        r#"{"qu\u0065ry":{"bool":{"must":[{"t\u0065rm":{"a":1}}],"filter":[{"term":{"access":"public"}}]}}}"#
    );
}

#[test]
fn hybrid_has_the_filter_in_each_of_its_queries() {
    let body = query(r#"{"hybrid":{"queries":[{"term":{"a":1}},{"match_all":{}}]}}"#);

    assert_eq!(
        sent(filtered(&body)),
        query(
            r#"{"hybrid":{"queries":[{"bool":{"must":[{"term":{"a":1}}],"filter":[{"term":{"access":"public"}}]}},{"bool":{"must":[{"match_all":{}}],"filter":[{"term":{"access":"public"}}]}}]}}"#
        )
    );
    assert_eq!(sent(unfiltered(&body)), body);
}

#[test]
fn children_and_parents_are_filtered_as_well() {
    let body = query(r#"{"has_child":{"type":"t","query":{"match_all":{}}}}"#);

    assert!(sent(filtered(&body)).contains(
        r#""query":{"bool":{"must":[{"match_all":{}}],"filter":[{"term":{"access":"public"}}]}}}}],"filter""#
    ));
}

#[test]
fn fuzzy_terms_and_prefixes_are_never_cut_short() {
    let cases = [
        (r#"{"fuzzy":{"a":"b"}}"#, r#"{"fuzzy":{"a":{"value":"b","rewrite":"constant_score"}}}"#),
        (
            r#"{"fuzzy":{"a":{"value":"b","rewrite":"top_terms_1"}}}"#,
            r#"{"fuzzy":{"a":{"value":"b","rewrite":"constant_score"}}}"#,
        ),
        (r#"{"match":{"a":{"query":"b"}}}"#, r#"{"match":{"a":{"query":"b"}}}"#),
        (
            r#"{"match":{"a":{"query":"b","fuzziness":1}}}"#,
            r#"{"match":{"a":{"query":"b","fuzziness":1,"fuzzy_rewrite":"constant_score"}}}"#,
        ),
        (
            r#"{"match_phrase_prefix":{"a":"b c"}}"#,
            r#"{"match_phrase_prefix":{"a":{"query":"b c","max_expansions":2147483647}}}"#,
        ),
        (
            r#"{"match_phrase_prefix":{"a":{"query":"b-c","max_expansions":1}}}"#,
            r#"{"match_phrase_prefix":{"a":{"query":"b-c","max_expansions":2147483647}}}"#,
        ),
        (r#"{"match_phrase_prefix":{"a":"b"}}"#, r#"{"match_bool_prefix":{"a":"b"}}"#),
        (
            r#"{"match_phrase_prefix":{"a":{"query":"b","slop":1,"boost":2,"max_expansions":1},"_name":"n"}}"#,
            r#"{"match_bool_prefix":{"a":{"query":"b","boost":2},"_name":"n"}}"#,
        ),
        (
            r#"{"multi_match":{"query":"b c","type":"phrase_prefix"}}"#,
            r#"{"multi_match":{"query":"b c","type":"phrase_prefix","max_expansions":2147483647}}"#,
        ),
        (
            r#"{"query_string":{"query":"b~"}}"#,
            r#"{"query_string":{"query":"b~","fuzzy_rewrite":"constant_score"}}"#,
        ),
    ];

    for (theirs, made) in cases {
        let wrapped = format!(r#"{{"bool":{{"must":[{made}],"filter":[{OURS}]}}}}"#);
        assert_eq!(sent(filtered(&query(theirs))), query(&wrapped));
        assert_eq!(sent(unfiltered(&query(theirs))), query(theirs));
    }
}

#[test]
fn the_prefix_of_one_word_is_no_phrase_and_a_text_that_may_be_one_word_is_refused() {
    let phrase = |text: &str| {
        let text = serde_json::to_string(text).expect("text");
        query(&format!(
            r#"{{"match_phrase_prefix":{{"a":{{"query":{text},"analyzer":"standard"}}}}}}"#
        ))
    };
    let long = "l".repeat(256);

    for one in ["re", " Red-", "re_d2", "größ", "\u{440}\u{435}", &long[1..]] {
        assert!(
            sent(filtered(&phrase(one))).contains(r#"{"match_bool_prefix":{"a":{"query""#),
            "{one}"
        );
        assert!(!sent(unfiltered(&phrase(one))).contains("match_bool_prefix"), "{one}");
    }
    for several in ["red r", "red-r", "v1.2 r", "赤 い", "", " - "] {
        assert!(sent(filtered(&phrase(several))).contains("match_phrase_prefix"), "{several}");
    }
    for unknown in
        ["v1.2", "don't", "赤い", "_", "#\u{fe0f}\u{20e3}", "re\u{e01}", "a \u{345}", &long]
    {
        assert_eq!(refused(filtered(&phrase(unknown))), "query.match_phrase_prefix", "{unknown}");
    }
}

#[test]
fn backgrounds_are_what_the_caller_sees() {
    let alone = aggregation(r#"{"significant_terms":{"field":"f"}}"#);
    let theirs =
        aggregation(r#"{"significant_text":{"field":"f","background_filter":{"term":{"a":1}}}}"#);

    assert!(sent(filtered(&alone)).starts_with(&format!(
        r#"{{"aggs":{{"a":{{"significant_terms":{{"field":"f","background_filter":{OURS},"size":"#
    )));
    assert!(sent(filtered(&theirs)).contains(&format!(
        r#""background_filter":{{"bool":{{"must":[{{"term":{{"a":1}}}}],"filter":[{OURS}]}}}}"#
    )));
    assert_eq!(sent(unfiltered(&alone)), alone);
}

#[test]
fn what_reaches_beyond_the_query_has_the_filter_beneath() {
    let bare = aggregation(r#"{"global":{}}"#);
    let full = aggregation(r#"{"aggs":{"n":{"max":{"field":"f"}}},"meta":{"x":1},"global":{}}"#);

    assert!(sent(filtered(&bare)).starts_with(
        &aggregation(&format!(r#"{{"global":{{}},"aggs":{{"modelgate":{{"filter":{OURS}}}}}}}"#))
            [..80]
    ));
    assert!(sent(filtered(&full)).contains(&format!(
        r#"{{"aggs":{{"modelgate":{{"filter":{OURS},"aggs":{{"n":{{"max":{{"field":"f"}}}}}}}}}},"meta":{{"x":1}},"global":{{}}}}"#
    )));
    assert_eq!(sent(unfiltered(&full)), full);
    assert!(unfiltered(&full).is_ok_and(|rewritten| rewritten.restore.is_identity()));
}

#[test]
fn document_numbers_are_not_sorted_by() {
    let cases = [
        (r#"{"sort":"_doc"}"#, r#"{"sort":"_seq_no","#),
        (r#"{"sort":["name","_doc"]}"#, r#"{"sort":["name","_seq_no"],"#),
        (r#"{"sort":[{"_d\u006fc":"desc"}]}"#, r#"{"sort":[{"_seq_no":"desc"}],"#),
        (r#"{"sort":{"_doc":{"order":"asc"}}}"#, r#"{"sort":{"_seq_no":{"order":"asc"}},"#),
    ];

    for (body, made) in cases {
        assert!(sent(filtered(body)).starts_with(made), "{body}");
        assert_eq!(sent(unfiltered(body)), body);
    }
    assert_eq!(refused(filtered(r#"{"sort":{"_doc":"asc","_seq_no":"asc"}}"#)), "sort");
}

#[test]
fn versions_are_always_told() {
    let body = r#"{"version":false,"seq_no_primary_term":"false","_source":true}"#;

    let made = unfiltered(body).map(|rewritten| rewritten.body).unwrap_or_default();

    assert_eq!(
        String::from_utf8_lossy(&made),
        r#"{"version":true,"seq_no_primary_term":true,"_source":{"includes":[],"excludes":["ui_metadata"]}}"#
    );
    assert_eq!(unknown(unfiltered(r#"{"version":3}"#)), "version");
}

#[test]
fn comments_are_sent_on_as_spaces() {
    let body = "{/*\"query\":é\n*/\"size\":1// no, 2\n}";

    let made = unfiltered(body).map(|rewritten| rewritten.body).unwrap_or_default();

    let made = String::from_utf8_lossy(&made);
    assert!(!made.contains("query") && !made.contains("//") && !made.contains("/*"), "{made}");
    assert_eq!(made.lines().count(), body.lines().count());
}

#[test]
fn the_filter_is_not_copied_without_end() {
    let one = r#""x":{"significant_terms":{"field":"f"}}"#;
    let many: Vec<_> = (0..70).map(|n| one.replace('x', &format!("x{n}"))).collect();

    let body = format!(r#"{{"aggs":{{{}}}}}"#, many.join(","));

    assert!(refused(filtered(&body)).starts_with("aggs.x6"));
    assert!(unfiltered(&body).is_ok());
}

#[test]
fn a_search_that_ends_early_may_count_only() {
    let counts = r#"{"terminate_after":3,"size":0}"#;
    assert!(filtered(counts).is_ok());

    for body in [
        r#"{"terminate_after":3}"#,
        r#"{"size":1,"terminate_after":"3"}"#,
        r#"{"size":0,"aggs":{"a":{"max":{"field":"f"}}},"terminate_after":3}"#,
    ] {
        assert_eq!(refused(filtered(body)), "terminate_after");
        assert_eq!(sent(unfiltered(body)), body);
    }
}
