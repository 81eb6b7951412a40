//! The README tells of every reason for which a search is refused.

use super::language::{
    BARRED_FEATURES, BARRED_QUERIES, HIDDEN_AGGREGATIONS, HIDDEN_FEATURES, HIDDEN_QUERIES,
};
use super::*;

const README: &str = include_str!("../../../README.md");

#[test]
fn the_readme_has_every_reason() {
    let of = |body: &str, scope| match rewrite(body.as_bytes(), scope, Agent::Other) {
        Err(Refusal::Refused { why, .. }) => why,
        other => panic!("{body}: {other:?}"),
    };
    let queries = HIDDEN_QUERIES.iter().chain(BARRED_QUERIES).map(|(clause, _)| query(clause));
    let aggregations = HIDDEN_AGGREGATIONS.iter().map(|(body, _)| aggregation(body));
    let features = HIDDEN_FEATURES.iter().chain(BARRED_FEATURES).map(|(body, _)| body.to_string());
    let (ours, level) = (Scope::Filtered(OURS.as_bytes()), Scope::Level(OURS.as_bytes()));

    let hidden = queries.chain(aggregations).chain(features).map(|body| of(&body, ours));
    let barred = BARRED_FEATURES.iter().map(|(body, _)| of(body, Scope::All));
    let others = [
        of(r#"{"terminate_after":1}"#, ours),
        of(r#"{"sort":{"_doc":"asc","_seq_no":"asc"}}"#, ours),
        of(r#"{"rescore":{}}"#, level),
        of(r#"{"query":{"hybrid":{"queries":[]}}}"#, level),
        of(r#"{"suggest":{"s":{"phrase":{"collate":{}}}}}"#, Scope::All),
    ];

    for why in hidden.chain(barred).chain(others) {
        assert!(README.contains(&format!("| {why} |")), "{why}");
    }
}
