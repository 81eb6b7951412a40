use serde_json::json;

use super::*;
use crate::FILES;
use crate::compare::differences;
use crate::scenario::recorded;

const ENTRY: &str = r#"
    [[divergence]]
    scenario = "update/na*"
    steps = ["01*-null", "020-empty"]
    row = "D13"
    why = "null counts as absent"
"#;

fn refusal(from: &str, to: &str) -> String {
    let entry = ENTRY.replace(from, to);
    assert_ne!(entry, ENTRY, "{from} is in the entry");
    Listed::parse(&entry).expect_err(to)
}

#[test]
fn every_listed_step_is_recorded() {
    let steps = FILES.iter().flat_map(|file| {
        recorded(file).into_iter().flat_map(move |(scenario, steps)| {
            let id = |step: &serde_json::Value| step["id"].as_str().expect("an id").to_owned();
            steps.iter().map(|step| (format!("{file}/{scenario}"), id(step))).collect::<Vec<_>>()
        })
    });

    let lost = Listed::read().without_a_step(&steps.collect::<Vec<_>>());

    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn an_entry_names_steps_by_patterns() {
    let listed = Listed::parse(ENTRY).expect("it is well formed");

    for (scenario, step, named) in [
        ("update/names", "012-name-null", true),
        ("update/names", "020-empty", true),
        ("update/names", "020-empty-too", false),
        ("update/names", "022-null", false),
        ("update/fields", "012-name-null", false),
        ("models/names", "012-name-null", false),
    ] {
        assert_eq!(listed.of(scenario, step).count() == 1, named, "{scenario} {step}");
    }
}

#[test]
fn a_pattern_that_names_no_step_is_lost() {
    let listed = Listed::parse(ENTRY).expect("it is well formed");
    let recorded = [("update/names".to_owned(), "012-null".to_owned())];

    let lost = listed.without_a_step(&recorded);

    assert_eq!(lost, ["D13 update/na* / 020-empty: no such step"]);
}

#[test]
fn rows_reasons_fields_and_files_are_checked() {
    for (from, to, fault) in [
        ("D13", "D15", "D15 is no row"),
        ("D13", "D0", "D0 is no row"),
        ("D13", "no-ml-plugin", "for direct_index only"),
        ("update/na*", "*/names", "file spelled out"),
        ("update/na*", "update", "file spelled out"),
        ("null counts as absent", " ", "reason are missing"),
        ("why", "fields = [\"stauts\"]\nwhy", "stauts is no field"),
        ("why", "because = \"\"\nwhy", "unknown field `because`"),
    ] {
        assert!(refusal(from, to).contains(fault), "{to}: {}", refusal(from, to));
    }
}

#[test]
fn an_entry_explains_the_fields_and_the_status_it_names_and_no_other() {
    let entry = ENTRY.replace("why", "fields = [\"body/error\"]\nexpect_status = 400\nwhy");
    let listed = Listed::parse(&entry).expect("it is well formed");
    let entry = listed.of("update/names", "020-empty").next().expect("it is named");
    let at = |pointer: &str| {
        let mut found = differences(&json!({"a": 1}), &json!({"a": 2}));
        found.iter_mut().for_each(|d| pointer.clone_into(&mut d.at));
        found.remove(0)
    };

    for (pointer, status, explained) in [
        ("/body/error", 400, true),
        ("/body/error/reason", 400, true),
        ("/body/error/reason", 500, false),
        ("/body/errors", 400, false),
        ("/body", 400, false),
        ("/status", 400, false),
    ] {
        assert_eq!(entry.explains(&at(pointer), status), explained, "{pointer} {status}");
    }
}
