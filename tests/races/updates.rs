//! Several writers change one group at once: modelgates, and ML Commons.

use std::{
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
};

use serde_json::{Value, json};

use crate::{
    bridge::{Bridge, Moment},
    gate::{Change, Gate},
    http::{Client, Request},
    short_or_full,
    stack::{GROUPS, MODELS, Stack},
};

const GATES: usize = 3;

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn updates_of_one_group_at_once_lose_nothing() {
    let stack = Stack::alone();
    let gates = stack.gates(GATES);
    let made = gates[0].client().register(&json!({ "name": "shared", "access_mode": "public" }));
    let id = made.value()["model_group_id"].as_str().expect("an id").to_owned();
    let rounds = short_or_full(15, 300);
    let written = AtomicBool::new(false);

    let (done, bumps) = thread::scope(|scope| {
        let id = id.as_str();
        let writers: Vec<_> = gates
            .iter()
            .enumerate()
            .map(|(field, gate)| scope.spawn(move || writes(gate, id, field, rounds)))
            .collect();
        let bumper = scope.spawn(|| bumps(&mut stack.opensearch(), id, &written));
        let done: Vec<usize> =
            writers.into_iter().map(|writer| writer.join().expect("a writer")).collect();
        written.store(true, SeqCst);
        (done, bumper.join().expect("the bumper"))
    });

    let group = stored(&mut stack.opensearch(), &id).0;
    println!(
        "updates: {rounds} rounds of {GATES} modelgates, {done:?} answered as done; \
         latest_version raised {bumps} times"
    );
    assert_eq!(group["description"], "the last");
    assert_eq!(group["name"], "shared at last");
    assert_eq!(group["access"], "public");
    assert_eq!(group["latest_version"], bumps);
    assert_eq!(group["owner"]["name"], "alice");
}

/// Changes one field again and again; how often it was done. A change that was done stays, since no
/// other modelgate writes that field.
fn writes(gate: &Gate, id: &str, field: usize, rounds: usize) -> usize {
    let mut talk = gate.client();
    let mut done = 0;
    for round in 0..rounds {
        let (key, value) = match field {
            0 => ("description", format!("round {round}")),
            1 => ("name", format!("shared {round}")),
            _ => ("access_mode", ["private", "public"][round % 2].to_owned()),
        };
        let answer = talk.update(id, &json!({ key: value }));
        assert!(matches!(answer.status, 200 | 409), "{}", answer.text());
        if answer.status == 200 {
            done += 1;
            let key = if key == "access_mode" { "access" } else { key };
            assert_eq!(talk.get(id).value()[key], value, "a change that was done is gone");
        }
    }
    let last = match field {
        0 => json!({ "description": "the last" }),
        1 => json!({ "name": "shared at last" }),
        _ => json!({ "access_mode": "public" }),
    };
    while talk.update(id, &last).status != 200 {}
    done
}

/// Raises `latest_version` as ML Commons does when a model is registered: on the condition of the
/// version it read. Gives how often it succeeded.
fn bumps(opensearch: &mut Client, id: &str, ended: &AtomicBool) -> u64 {
    let mut bumps = 0;
    while !ended.load(SeqCst) {
        bumps += u64::from(bump(opensearch, id) == 200);
    }
    bumps
}

fn bump(opensearch: &mut Client, id: &str) -> u16 {
    let (group, condition) = stored(opensearch, id);
    let Some(last) = group["latest_version"].as_u64() else { return 404 };
    let path = format!("/{GROUPS}/_update/{id}?{condition}&refresh=true");
    let body = json!({ "doc": { "latest_version": last + 1 } }).to_string();
    let answer = opensearch.send(&Request::new("POST", &path).json(body));
    assert!(matches!(answer.status, 200 | 404 | 409), "{}", answer.text());
    answer.status
}

/// The stored group, and the condition that it has not changed.
fn stored(opensearch: &mut Client, id: &str) -> (Value, String) {
    let found = opensearch.send(&Request::new("GET", &format!("/{GROUPS}/_doc/{id}"))).value();
    let condition =
        format!("if_seq_no={}&if_primary_term={}", found["_seq_no"], found["_primary_term"]);
    (found["_source"].clone(), condition)
}

/// Registers a model as ML Commons does: first it raises the group's version, then it writes the
/// model. Gives whether the group was still there.
fn registers_a_model(opensearch: &mut Client, group: &str) -> bool {
    if bump(opensearch, group) != 200 {
        return false;
    }
    let path = format!("/{MODELS}/_doc?refresh=false");
    let model = json!({ "name": "m", "model_group_id": group }).to_string();
    let written = opensearch.send(&Request::new("POST", &path).json(model));
    assert_eq!(written.status, 201, "{}", written.text());
    true
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_group_whose_model_is_registered_meanwhile_stays() {
    let stack = Stack::alone();
    let mapping = r#"{"mappings": {"properties": {"model_group_id": {"type": "keyword"}}}}"#;
    stack.opensearch().send(&Request::new("PUT", &format!("/{MODELS}")).json(mapping));
    let bridge = Bridge::start(&stack);
    let gate = bridge.gate(&stack);
    let mut told = Vec::new();

    for after in 0.. {
        let made = gate.client().register(&json!({ "name": format!("group {after}") }));
        let id = made.value()["model_group_id"].as_str().expect("an id").to_owned();
        let (mut opensearch, group) = (stack.opensearch(), id.clone());
        bridge.arm(after, Moment::Meanwhile, move || {
            registers_a_model(&mut opensearch, &group);
        });
        let answer = gate.client().once(&Change::Delete(&id)).expect("an answer");
        if bridge.disarm().is_none() {
            break;
        }
        let stays = !stored(&mut stack.opensearch(), &id).0.is_null();
        let search = json!({ "query": { "term": { "model_group_id": id } } }).to_string();
        let mut opensearch = stack.opensearch();
        opensearch.send(&Request::new("POST", &format!("/{MODELS}/_refresh")));
        let path = format!("/{MODELS}/_search");
        let models = opensearch.send(&Request::new("POST", &path).json(search)).value();
        let has_models = models["hits"]["total"]["value"] == 1;
        assert_eq!(has_models, stays, "step {after}: {}", answer.text());
        assert_eq!(answer.status, if stays { 409 } else { 200 }, "step {after}");
        told.push(answer.status);
    }

    stack.opensearch().send(&Request::new("DELETE", &format!("/{MODELS}")));
    println!("delete against a model, at each step: {told:?}");
    assert!(told.contains(&200) && told.iter().filter(|told| **told == 409).count() > 3);
}
