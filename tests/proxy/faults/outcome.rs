//! Writes of which nobody knows whether they were done.

use std::{sync::Mutex, thread, time::Duration};

use serde_json::json;

use crate::support::{Asked, Cluster, Message, Peer, groups, json_answer};

const UNKNOWN: &str = "unknown_outcome_exception";

/// What the cluster does with the one request that matters.
type Failure = fn() -> Vec<u8>;

/// Failures that leave it open whether the write was done.
const FAILURES: [(&str, Failure); 6] = [
    ("it closes", Vec::new),
    ("it sends garbage", || b"garbage\r\n\r\n".to_vec()),
    ("it stops in the head", || b"HTTP/1.1 201 Created\r\nContent-".to_vec()),
    ("it stops in the body", || b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{".to_vec()),
    ("it frames its answer twice", || {
        b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}"
            .to_vec()
    }),
    ("it is silent", || {
        thread::sleep(Duration::from_millis(1500));
        Vec::new()
    }),
];

/// A cluster that fails on one kind of request.
fn cluster(fails_on: &'static str, failure: Failure) -> Cluster {
    Cluster::start(move |asked: &Asked| match asked.start() {
        start if start.starts_with(fails_on) => failure(),
        _ => groups(asked),
    })
}

fn asked(cluster: &Cluster, method: &str, path: &str, body: &str) -> Message {
    let gate = cluster.gate(&[
        "identity.source=none",
        "upstream.response_timeout=700ms",
        "upstream.body_timeout=700ms",
    ]);
    let mut client = Peer::connect(gate.address());
    client.send(format!(
        "{method} /_plugins/_ml/model_groups/{path} HTTP/1.1\r\nHost: a\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    client.message()
}

#[test]
fn a_register_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("PUT /.plugins-ml-model-group/_create/", failure);

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        answer.expect_fault(500, UNKNOWN);
        assert_eq!(cluster.heard("PUT /.plugins-ml-model-group/_create/").len(), 1, "{what}");
    }
}

#[test]
fn an_update_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("POST /.plugins-ml-model-group/_update/", failure);

        let answer = asked(&cluster, "PUT", "g1", r#"{"description":"d"}"#);

        answer.expect_fault(500, UNKNOWN);
        assert_eq!(cluster.heard("POST /.plugins-ml-model-group/_update/").len(), 1, "{what}");
    }
}

#[test]
fn a_delete_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("DELETE /.plugins-ml-model-group/_doc/", failure);

        let answer = asked(&cluster, "DELETE", "g1", "");

        answer.expect_fault(500, UNKNOWN);
        assert_eq!(cluster.heard("DELETE ").len(), 1, "{what}");
    }
}

#[test]
fn a_register_that_failed_before_its_write_may_be_tried_again() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("POST /.plugins-ml-model-group/_search", failure);

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        assert!(matches!(answer.status(), 502 | 504), "{what}: {answer:?}");
        assert!(cluster.heard("PUT /.plugins-ml-model-group").is_empty(), "{what}");
    }
}

#[test]
fn a_register_whose_group_is_found_after_all_is_done() {
    let done = Mutex::new(None);
    let cluster = Cluster::start(move |asked: &Asked| {
        let id = asked.start().split(['/', '?', ' ']).nth(4).unwrap_or_default();
        let id = id.replace("%2D", "-").replace("%5F", "_");
        let mut done = done.lock().unwrap();
        if asked.start().starts_with("PUT /.plugins-ml-model-group/_create/") {
            *done = Some(id);
            return Vec::new();
        }
        if done.as_ref() == Some(&id) {
            let found = json!({
                "found": true, "_seq_no": 1, "_primary_term": 1, "_source": { "name": "g" },
            });
            return json_answer("200 OK", &found);
        }
        groups(asked)
    });

    let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

    assert_eq!(answer.status(), 200, "{answer:?}");
    let id = answer.json()["model_group_id"].as_str().unwrap().to_owned();
    assert_eq!(cluster.heard(&format!("PUT /.plugins-ml-model-group/_create/{id}?")).len(), 1);
}

#[test]
fn what_the_cluster_refused_is_never_a_success() {
    for status in ["400 No", "401 No", "403 No", "404 No", "409 No", "429 No", "500 No", "503 No"] {
        let refusal = json!({ "error": { "type": "x", "reason": "secret" }, "status": 1 });
        let cluster = Cluster::start(move |asked: &Asked| {
            if asked.start().contains("-group/_create/") {
                return json_answer(status, &refusal);
            }
            groups(asked)
        });

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        let told = if status.starts_with("429") || status.starts_with("503") { 503 } else { 500 };
        answer.expect_fault(told, "status_exception");
        assert!(!answer.text().contains("secret"), "{answer:?}");
    }
}

#[test]
fn an_answer_of_the_wrong_shape_is_never_a_success() {
    for body in ["", "[]", "null", "{\"hits\":", "<html>"] {
        let cluster = Cluster::start(move |asked: &Asked| match asked.start() {
            start if start.contains("/_doc/") => {
                crate::support::answer("200 OK", &[], body.as_bytes())
            }
            _ => json_answer("200 OK", &json!({ "result": "updated" })),
        });

        let answer = asked(&cluster, "GET", "g1", "");

        assert_eq!(answer.status(), 500, "{body:?}: {answer:?}");
    }
}
