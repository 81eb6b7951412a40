//! A search body: what is sent on keeps the caller's parts, has the filter in force, and holds nothing that is refused.

mod answer;
mod hits;
mod language;
mod leaves;
mod order;

use modelgate::json::{Trailing, canonical};
use modelgate::search::{Agent, Rewritten, Scope, question, rewrite, rewrite_knowing};
use serde_json::{Value, json};

const OURS: &[u8] = br#"{"term":{"access":"public"}}"#;

/// Fails where a rewritten search is not what it has to be.
pub fn check(body: &[u8]) {
    for (scope, agent) in [
        (Scope::All, Agent::Other),
        (Scope::Filtered(OURS), Agent::Other),
        (Scope::Filtered(OURS), Agent::Dashboards),
        (Scope::Level(OURS), Agent::Other),
    ] {
        match rewrite(body, scope, agent) {
            Ok(rewritten) => check_rewritten(body, &rewritten, scope, agent),
            Err(_) => check_question(body, scope, agent),
        }
    }
}

fn check_rewritten(body: &[u8], rewritten: &Rewritten, scope: Scope<'_>, agent: Agent) {
    let asked = canonical(body, Trailing::Ignored).expect("what is rewritten was read");
    let sent = canonical(&rewritten.body, Trailing::Refused).expect("what is sent can be read");
    // Another parser refuses lone surrogates, deep nesting and huge numbers.
    let Ok(asked) = serde_json::from_slice::<Value>(&asked) else { return };
    let sent: Value = serde_json::from_slice(&sent).expect("what is sent is as the body was");

    check_switches(&sent, agent);
    check_parts(&asked, &sent, scope);
    language::check(&sent, is_filtered(scope));
    if is_filtered(scope) {
        check_query(asked.get("query"), &sent["query"], scope);
        answer::check(&asked, &sent, &rewritten.restore);
    }
    check_again(&rewritten.body, sent, agent);
}

fn is_filtered(scope: Scope<'_>) -> bool {
    matches!(scope, Scope::Filtered(_) | Scope::Level(_))
}

/// What ML Commons sets for everybody.
fn check_switches(sent: &Value, agent: Agent) {
    assert_eq!((&sent["version"], &sent["seq_no_primary_term"]), (&json!(true), &json!(true)));
    let excludes = sent["_source"]["excludes"].as_array().expect("a list of what stays away");
    assert!(agent == Agent::Dashboards || excludes.contains(&json!("ui_metadata")));
}

fn check_parts(asked: &Value, sent: &Value, scope: Scope<'_>) {
    let asked = without_switches(asked);
    let left = leaves::missing(&asked, sent);
    assert!(left.is_empty(), "{left:?} of {asked} is not in {sent}");
    if !is_filtered(scope) {
        assert_eq!(asked, without_switches(sent));
    }
}

fn without_switches(body: &Value) -> Value {
    let mut body = body.clone();
    let members = body.as_object_mut().expect("an object");
    members.retain(|key, _| !["_source", "version", "seq_no_primary_term"].contains(&key.as_str()));
    body
}

/// The caller's query, or its parts, beside the filter.
fn check_query(asked: Option<&Value>, sent: &Value, scope: Scope<'_>) {
    if asked.is_some_and(|asked| asked.get("hybrid").is_some()) {
        let queries = sent["hybrid"]["queries"].as_array();
        assert!(queries.into_iter().flatten().all(|query| bounded(query).is_some()), "{sent}");
        return;
    }
    let inner = bounded(sent).unwrap_or_else(|| panic!("{sent} is not bounded"));
    let inner = match (scope, asked) {
        (Scope::Level(_), Some(_)) => &inner["constant_score"]["filter"],
        _ => inner,
    };
    let clause = |query: &Value| query.as_object().and_then(|query| query.keys().next().cloned());
    let asked = asked.map_or(Some("match_all".to_owned()), clause);
    let given = clause(without_alternative(inner));
    // Of one word alone.
    let is_prefix = asked.as_deref() == Some("match_phrase_prefix")
        && given.as_deref() == Some("match_bool_prefix");
    assert!(given == asked || is_prefix, "{sent}");
}

/// A range, without the alternative that finds nothing.
fn without_alternative(query: &Value) -> &Value {
    let nothing = json!({ "bool": { "must_not": [{ "exists": { "field": "_seq_no" } }] } });
    match query["bool"]["should"].as_array().map(Vec::as_slice) {
        Some([range, other]) if range.get("range").is_some() && *other == nothing => range,
        _ => query,
    }
}

/// What stands beside the filter in a query that is bounded by it.
fn bounded(query: &Value) -> Option<&Value> {
    let (query, ours) = (query.as_object()?, serde_json::from_slice::<Value>(OURS).ok()?);
    let parts = query.get("bool").filter(|_| query.len() == 1)?.as_object()?;
    let stands = parts.len() == 2 && parts.get("filter")? == &json!([ours]);
    let [theirs] = parts.get("must")?.as_array()?.as_slice() else { return None };
    stands.then_some(theirs)
}

/// What was sent is a search that an admin could have asked, and reads the same again.
fn check_again(body: &[u8], sent: Value, agent: Agent) {
    let again = rewrite(body, Scope::All, agent);
    let again = again.unwrap_or_else(|why| panic!("{sent} is refused: {why}"));
    let again = serde_json::from_slice(&canonical(&again.body, Trailing::Refused).expect("JSON"));
    assert_eq!(without_switches(&again.expect("JSON")), without_switches(&sent));
}

/// A search that needs an answer first asks for it inside the filter, and takes any answer.
fn check_question(body: &[u8], scope: Scope<'_>, agent: Agent) {
    let Some(question) = question(body, scope, agent) else { return };
    let asked: Value = match serde_json::from_slice(&question) {
        Ok(asked) => asked,
        Err(_) => return assert!(canonical(&question, Trailing::Refused).is_ok()),
    };
    let ours: Value = serde_json::from_slice(OURS).expect("JSON");
    assert_eq!(asked["query"], json!({ "bool": { "filter": [ours] } }));
    for answer in [json!({}), answer::of_terms(&asked["aggs"])] {
        if let Ok(rewritten) = rewrite_knowing(body, scope, agent, &answer) {
            check_rewritten_knowing(&rewritten);
        }
    }
}

fn check_rewritten_knowing(rewritten: &Rewritten) {
    let sent = canonical(&rewritten.body, Trailing::Refused).expect("what is sent can be read");
    if let Ok(sent) = serde_json::from_slice::<Value>(&sent) {
        let ours = |query: &Value| bounded(query).is_some() || query.get("hybrid").is_some();
        assert!(ours(&sent["query"]), "{sent}");
        language::check(&sent, true);
    }
}
