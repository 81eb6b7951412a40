use super::*;

mod golden;
mod hostile;
mod language;
mod level;
mod restoring;
mod rewriting;
mod significant;
mod sources;
mod terms;
mod ties;
mod told;

const OURS: &str = r#"{"term":{"access":"public"}}"#;

fn filtered(body: &str) -> Result<Rewritten, Refusal> {
    rewrite(body.as_bytes(), Scope::Filtered(OURS.as_bytes()), Agent::Other)
}

fn unfiltered(body: &str) -> Result<Rewritten, Refusal> {
    rewrite(body.as_bytes(), Scope::All, Agent::Other)
}

/// What is sent on, without the order, the switches and the `_source` that every search gets at its end.
fn sent(rewritten: Result<Rewritten, Refusal>) -> String {
    let body = String::from_utf8(rewritten.expect("it is let through").body).expect("it is text");
    Tree::read(body.as_bytes()).expect("it is JSON");
    let end = r#""version":true,"seq_no_primary_term":true,"_source":{"excludes":["content","model_content","ui_metadata"]}}"#;
    let kept = body.strip_suffix(end).expect("it ends as every search does");
    let by_score = r#""sort":["_score","_seq_no"],"track_scores":true,"#;
    let kept = kept.strip_suffix(by_score).unwrap_or(kept);
    format!("{}}}", kept.strip_suffix(',').unwrap_or(kept))
}

/// The clause that is refused.
fn refused(rewritten: Result<Rewritten, Refusal>) -> String {
    match rewritten.expect_err("it is refused") {
        Refusal::Refused { clause, .. } => clause,
        other => panic!("{other}"),
    }
}

/// The clause that is not known.
fn unknown(rewritten: Result<Rewritten, Refusal>) -> String {
    match rewritten.expect_err("it is not known") {
        Refusal::Unknown { clause } => clause,
        other => panic!("{other}"),
    }
}

fn malformed(rewritten: Result<Rewritten, Refusal>) -> String {
    match rewritten.expect_err("it is malformed") {
        Refusal::Malformed(why) => why,
        other => panic!("{other}"),
    }
}

fn query(clause: &str) -> String {
    format!(r#"{{"query":{clause}}}"#)
}

fn aggregation(body: &str) -> String {
    format!(r#"{{"aggs":{{"a":{body}}}}}"#)
}
