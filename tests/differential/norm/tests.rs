use serde_json::json;

use super::*;

/// `raw` and what the recorder's `Norm` made of it; one `Norm` for all, in this order.
#[test]
fn every_sample_is_normalised_as_the_recorder_does() {
    let samples = include_str!("samples.json");
    let samples: Vec<Value> = serde_json::from_str(samples).expect("samples.json is JSON");
    let mut norm = Norm::default();

    for sample in samples {
        let said = match sample["kind"].as_str() {
            Some("saved") => {
                let text = |name: &str| sample[name].as_str().expect("a text").to_owned();
                norm.learn_as(&text("raw"), &text("norm"));
                continue;
            }
            Some("json") => {
                norm.collect(&sample["raw"]);
                norm.json(&sample["raw"])
            }
            Some("plain") => norm.plain(sample["raw"].as_str().expect("a text")).into(),
            other => panic!("no sample is of kind {other:?}"),
        };

        assert_eq!(said, sample["norm"], "{}", sample["raw"]);
    }
}

#[test]
fn an_id_keeps_the_name_it_was_saved_under() {
    let mut norm = Norm::default();
    norm.learn_as("abcdefghij0123456789", "g");
    norm.learn_as("too short", "h");
    norm.collect(
        &json!({"_id": "abcdefghij0123456789", "x": [{"model_id": "ABCDEFGHIJ0123456789"}]}),
    );

    assert_eq!(
        norm.text("abcdefghij0123456789, ABCDEFGHIJ0123456789, too short"),
        "<id:g>, <id:id2>, too short"
    );
}

#[test]
fn an_id_that_looks_like_a_size_stays_an_id() {
    let mut norm = Norm::default();
    norm.learn_as("abcdefghij-7b-456789", "g");

    assert_eq!(norm.plain("abcdefghij-7b-456789 has 7b, 4.2kb"), "<id:g> has <size>, <size>");
}
