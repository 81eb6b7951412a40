use super::*;

#[test]
fn what_is_not_strict_json_is_malformed() {
    for body in [
        "",
        " ",
        "{",
        "}",
        "{}}",
        "{}{}",
        "{} x",
        "{\"a\":1,}",
        "{,}",
        "{a:1}",
        "{'a':1}",
        "[1,]",
        "[",
        "nul",
        "truefalse",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "NaN",
        "0x1",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12zz\"",
        "\"a",
        "\"\n\"",
        "\"\t\"",
        "{\"a\" 1}",
        "{\"a\":}",
        "[1 2]",
        "\u{feff}{}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"a\":1,\"\\u0061\":2}",
        "{}/*",
        "{}/",
        "# x\n{}",
        "{/*\u{13}*/}",
        "{}//\0",
        "{\"size\":\u{a0}1}",
        "{\"size\":1\u{c}}",
    ] {
        malformed(filtered(body));
    }
}

#[test]
fn invalid_utf8_is_malformed() {
    for bytes in [
        b"{\"a\":\"\xff\"}".as_slice(),
        b"{\"a\":\"\xc0\xaf\"}",
        b"{\"a\":\"\xed\xa0\x80\"}",
        b"\xff\xfe{\0}\0",
    ] {
        assert!(matches!(rewrite(bytes, Scope::All, Agent::Other), Err(Refusal::Malformed(_))));
    }
}

#[test]
fn one_name_in_many_spellings_is_a_repeat() {
    let many: Vec<_> = (0..40).map(|n| format!("\"n{n}\":1")).collect();

    malformed(filtered(r#"{"from":1,"size":1,"from":2}"#));
    malformed(filtered(r#"{"":1,"":1}"#));
    malformed(filtered(r#"{"query":{"match_none":{}},"qu\u0065ry":{"match_all":{}}}"#));
    malformed(filtered(r#"{"\ud83d\ude00":1,"😀":1}"#));
    malformed(filtered(r#"{"\ud83d":1,"\uD83D":1}"#));
    malformed(filtered(&format!(r#"{{{},"n\u0033\u0039":1}}"#, many.join(","))));
    assert_eq!(unknown(filtered(r#"{"\ud83d":1,"\ude00":1}"#)), "?");
    assert_eq!(unknown(filtered(&format!("{{{}}}", many.join(",")))), "n0");
    assert_eq!(unknown(filtered(r#"{"ab":1,"ba":1}"#)), "ab");
}

#[test]
fn nesting_ends_at_a_thousand() {
    let arrays = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));

    assert_eq!(unknown(filtered(&arrays(1000))), "");
    assert!(malformed(filtered(&arrays(1001))).contains("1000"));
    malformed(filtered(&"[".repeat(1 << 20)));
    malformed(filtered(&"{\"a\":".repeat(1 << 18)));
}

#[test]
fn a_number_ends_at_a_thousand_digits() {
    let size =
        |digits: usize, end: &str| format!(r#"{{"min_score":-{}{end}}}"#, "1".repeat(digits));

    for fine in [size(1000, ""), size(997, ".2e-34")] {
        assert!(unfiltered(&fine).is_ok());
    }
    for long in [size(1001, ""), size(999, ".12"), size(999, "e+12")] {
        assert!(malformed(unfiltered(&long)).contains("1000 digits"));
    }
}

#[test]
fn the_deepest_query_and_aggregation_are_read_within_the_stack() {
    let deep = |open: &str, inside: &str, close: &str, times| {
        format!("{}{inside}{}", open.repeat(times), close.repeat(times))
    };
    let queries = query(&deep(r#"{"bool":{"must":["#, r#"{"match_all":{}}"#, "]}}", 332));
    let aggregations = format!(
        r#"{{"aggs":{}}}"#,
        deep(r#"{"a":{"global":{},"aggs":"#, r#"{"b":{"max":{}}}"#, "}}", 60)
    );
    let highlight = query(&deep(
        r#"{"nested":{"inner_hits":{"highlight":{"highlight_query":"#,
        r#"{"match_all":{}}"#,
        "}}}}",
        240,
    ));
    let read = || {
        assert!(filtered(&queries).is_ok());
        assert!(filtered(&aggregations).is_ok());
        assert!(filtered(&highlight).is_ok());
    };

    std::thread::scope(|scope| {
        let small = std::thread::Builder::new().stack_size(2 << 20);
        let thread = small.spawn_scoped(scope, read).expect("a thread");
        assert!(thread.join().is_ok());
    });
}

#[test]
fn numbers_and_strings_stay_as_they_were_written() {
    let big = "9".repeat(400);
    let body = format!(r#"{{"size":1.50e+2,"search_after":[{big},-0,1E5,"\ud800 \/é"]}}"#);

    assert_eq!(sent(unfiltered(&body)), body);
}

#[test]
fn a_refusal_names_its_clause_shortly() {
    let long = format!(r#"{{"{}":1}}"#, "x".repeat(100_000));
    let deep = query(
        &format!("{}{}", r#"{"bool":{"must":"#.repeat(300), "}}".repeat(300))
            .replace("must\":}", "must\":{\"no\":1}}"),
    );

    assert_eq!(unknown(filtered(&long)).len(), 64);
    assert!(unknown(filtered(&deep)).len() < 100);
}
