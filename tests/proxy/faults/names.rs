//! The index of names is one of the cluster's own, whoever crashed right behind its first write.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use serde_json::json;

use crate::support::{Asked, Cluster, Gate, Peer, groups, json_answer};

const SETTINGS: &str = "PUT /.modelgate-names/_settings?preserve_existing=true ";

fn register(gate: &Gate) -> u16 {
    let mut client = Peer::connect(gate.address());
    client.send(
        "POST /_plugins/_ml/model_groups/_register HTTP/1.1\r\nHost: a\r\n\
         Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"g\"}",
    );
    client.message().status()
}

#[test]
fn each_modelgate_sees_to_its_settings_once() {
    let cluster = Cluster::of_groups();
    for started in 1..=2 {
        let gate = cluster.gate(&["identity.source=none"]);

        assert_eq!([register(&gate), register(&gate)], [200; 2]);

        let made = cluster.heard(SETTINGS);
        assert_eq!(made.len(), started);
        assert_eq!(made[0].json()["index"]["hidden"], true);
    }
}

#[test]
fn settings_that_could_not_be_made_are_made_with_the_next_name() {
    let failed = AtomicBool::new(false);
    let cluster = Cluster::start(move |asked: &Asked| match asked.start() {
        start if start.starts_with(SETTINGS) && !failed.swap(true, SeqCst) => {
            json_answer("503 Service Unavailable", &json!({ "status": 503 }))
        }
        _ => groups(asked),
    });
    let gate = cluster.gate(&["identity.source=none"]);

    assert_eq!([register(&gate), register(&gate), register(&gate)], [503, 200, 200]);

    assert_eq!(cluster.heard(SETTINGS).len(), 2);
}
