//! Searches whose hits all have the same score.

use super::super::{Agent, Refusal, Scope, rewrite};

fn level(body: &str) -> Result<String, Refusal> {
    let rewritten = rewrite(body.as_bytes(), Scope::Level(b"OURS"), Agent::Other)?;
    Ok(String::from_utf8(rewritten.body).expect("text"))
}

#[test]
fn the_query_counts_as_a_filter_and_the_filter_stands_beside_it() {
    let sent = level(r#"{"query":{"match":{"name":"a"}}}"#).expect("let through");

    assert!(
        sent.starts_with(
            r#"{"query":{"bool":{"must":[{"constant_score":{"filter":{"match":{"name":"a"}}}}],"filter":[OURS]}}"#
        ),
        "{sent}"
    );
}

#[test]
fn what_has_scores_of_its_own_is_refused_by_name() {
    for (body, clause) in [
        (r#"{"query":{"hybrid":{"queries":[{"match_all":{}}]}}}"#, "query"),
        (r#"{"rescore":{"query":{"rescore_query":{"match_all":{}}}}}"#, "rescore"),
        (
            r#"{"query":{"nested":{"path":"owner","query":{"match_all":{}},"inner_hits":{}}}}"#,
            "query.nested.inner_hits",
        ),
    ] {
        match level(body) {
            Err(Refusal::Refused { clause: refused, .. }) => assert_eq!(refused, clause),
            other => panic!("{other:?}"),
        }
    }
    assert!(level(r#"{"collapse":{"field":"access","inner_hits":{"name":"n"}}}"#).is_ok());
}
