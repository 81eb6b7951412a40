use super::*;

/// Who sees everything in the recorded scenarios.
const ADMINS: [&str; 2] = ["admin", "root2"];

fn steps() -> Vec<(String, String, Result<Rewritten, Refusal>)> {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/golden/scenarios/search.json");
    let text = std::fs::read(path).expect("the scenarios are there");
    let scenarios: Value = serde_json::from_slice(&text).expect("they are JSON");
    let named = |scenario: &Value| {
        let name = scenario["name"].as_str().unwrap_or_default().to_owned();
        scenario["steps"]
            .as_array()
            .into_iter()
            .flatten()
            .cloned()
            .map(move |step| (name.clone(), step))
            .collect::<Vec<_>>()
    };
    let steps = scenarios["scenarios"].as_array().into_iter().flatten().flat_map(named);
    let searches = steps
        .filter(|(_, step)| step["path"].as_str().is_some_and(|path| path.ends_with("_search")));
    searches.filter_map(|(name, step)| judged(name, &step)).collect()
}

fn judged(name: String, step: &Value) -> Option<(String, String, Result<Rewritten, Refusal>)> {
    let body = match step.get("body")? {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let admin = ADMINS.contains(&step["user"].as_str()?);
    let judged = if admin { unfiltered(&body) } else { filtered(&body) };
    Some((name, step["id"].as_str()?.to_owned(), judged))
}

#[test]
fn of_the_recorded_searches_these_are_refused() {
    let refused: Vec<_> = steps()
        .into_iter()
        .filter(|(name, ..)| name != "lookups-into-other-indices")
        .filter_map(|(_, id, judged)| match judged {
            Err(Refusal::Refused { clause, .. }) => Some(format!("{id} {clause}")),
            _ => None,
        })
        .collect();

    assert_eq!(
        refused,
        [
            "047-script_score-bob query.script_score",
            "048-script-query-bob query.script",
            "054-wrapper-bob query.wrapper",
            "055-terms-lookup-bob query.terms.name.keyword",
            "056-more_like_this-bob query.more_like_this",
            "047-sort-script-bob sort._script",
            "030-script_fields-bob script_fields",
            "031-script-bad-bob script_fields",
            "032-derived-bob derived",
            "034-explain-bob explain",
            "035-profile-bob profile",
            "040-pit-bob pit",
            "041-ext-bob ext",
            "043-search_pipeline-bob search_pipeline",
            "044-verbose_pipeline-bob verbose_pipeline",
            "047-suggest-bob suggest",
            "048-suggest-phrase-bob suggest",
            "049-suggest-completion-bob suggest",
            "050-suggest-only-bob suggest",
            "017-terms-min-0-bob aggs.a.terms.min_doc_count",
            "029-scripted_metric-bob aggs.s.scripted_metric",
            "036-matrix-bob aggs.a.matrix_stats",
            "064-script-lang query.script",
        ]
    );
}

#[test]
fn every_recorded_look_up_in_another_index_is_refused() {
    let lookups = steps()
        .into_iter()
        .filter(|(name, id, _)| name == "lookups-into-other-indices" && !id.contains("direct"));

    for (_, id, judged) in lookups {
        assert!(matches!(judged, Err(Refusal::Refused { .. })), "{id}: {judged:?}");
    }
}

#[test]
fn of_the_recorded_searches_only_what_opensearch_refuses_is_not_known() {
    for (_, id, judged) in steps().into_iter().filter(|(name, ..)| name != "malformed") {
        let theirs = [
            "odd-0",
            "pinned",
            "size-null",
            "source-number",
            "runtime_mappings",
            "unknown-bob",
            "two-types",
        ];
        let known = !matches!(judged, Err(Refusal::Unknown { .. } | Refusal::Malformed(_)));
        assert!(known || theirs.iter().any(|name| id.contains(name)), "{id}: {judged:?}");
    }
}
