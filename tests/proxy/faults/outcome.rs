//! Writes of which nobody knows whether they were done.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{Asked, Cluster, Message, Peer, groups, json_answer};

const UNKNOWN: &str = "unknown_outcome_exception";

/// How a group is first written.
const CREATE: &str = "PUT /.plugins-ml-model-group/_doc/";

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
        thread::sleep(Duration::from_secs(3));
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
        "upstream.response_timeout=1500ms",
        "upstream.body_timeout=1500ms",
    ]);
    let mut client = Peer::connect(gate.address());
    client.send(format!(
        "{method} /_plugins/_ml/model_groups/{path} HTTP/1.1\r\nHost: a\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    client.message()
}

/// The very same write was asked for again: its condition lets it take effect once.
#[track_caller]
fn tried_again(cluster: &Cluster, write: &str, what: &str) {
    let tries = cluster.heard(write);
    // A cluster that is silent uses up the time on the first.
    assert!(tries.len() > 1, "{what}: {tries:?}");
    assert!(tries.iter().all(|again| *again == tries[0]), "{what}: {tries:?}");
}

#[test]
fn a_register_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster(CREATE, failure);

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        answer.expect_fault(500, UNKNOWN);
        tried_again(&cluster, CREATE, what);
    }
}

#[test]
fn an_update_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("POST /.plugins-ml-model-group/_update/", failure);

        let answer = asked(&cluster, "PUT", "g1", r#"{"description":"d"}"#);

        answer.expect_fault(500, UNKNOWN);
        tried_again(&cluster, "POST /.plugins-ml-model-group/_update/", what);
    }
}

#[test]
fn a_delete_whose_write_got_no_answer_is_of_unknown_outcome() {
    for (what, failure) in FAILURES {
        println!("{what}");
        let cluster = cluster("DELETE /.plugins-ml-model-group/_doc/", failure);

        let answer = asked(&cluster, "DELETE", "g1", "");

        answer.expect_fault(500, UNKNOWN);
        tried_again(&cluster, "DELETE ", what);
        assert!(cluster.heard("DELETE ")[0].start().contains("if_seq_no=1&if_primary_term=1"));
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

/// A cluster that does the first write of that kind, whose answer is lost, and then says that its
/// condition does not hold any more; what is stored under g1 is then this group.
fn loses_the_first_answer(write: &'static str, then: Value) -> Cluster {
    let done = AtomicBool::new(false);
    Cluster::start(move |asked: &Asked| match asked.start() {
        start if start.starts_with(write) && !done.swap(true, SeqCst) => Vec::new(),
        start if start.starts_with(write) => json_answer("409 Conflict", &json!({ "status": 409 })),
        start if start.contains("-group/_doc/g1 ") && done.load(SeqCst) => {
            let found = json!({ "found": true, "_seq_no": 2, "_primary_term": 1, "_source": then });
            json_answer("200 OK", &found)
        }
        _ => groups(asked),
    })
}

/// A cluster that does the first write of a group, whose answer is lost, and then refuses it like
/// that; what is looked up under its id then is this.
fn loses_a_group(then: &'static str, found: Value) -> Cluster {
    let done = AtomicBool::new(false);
    Cluster::start(move |asked: &Asked| match asked.start() {
        start if start.starts_with(CREATE) && !done.swap(true, SeqCst) => Vec::new(),
        start if start.starts_with(CREATE) => json_answer(then, &json!({ "status": 0 })),
        start if start.starts_with("GET /.plugins-ml-model-group/_doc/") => {
            json_answer(if found["found"] == true { "200 OK" } else { "404 No" }, &found)
        }
        _ => groups(asked),
    })
}

#[test]
fn a_register_that_is_refused_behind_a_lost_answer_is_of_unknown_outcome() {
    let nothing = json!({ "found": false });
    for then in ["409 No", "429 No", "503 No", "400 No"] {
        let cluster = loses_a_group(then, nothing.clone());

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        answer.expect_fault(500, UNKNOWN);
        assert!(cluster.heard("DELETE /.modelgate-names/").is_empty(), "{then}: the name is free");
    }
}

#[test]
fn a_register_whose_group_is_there_after_all_is_done() {
    let found = json!({ "found": true, "_seq_no": 2, "_primary_term": 1, "_source": {} });
    let cluster = loses_a_group("409 No", found);

    let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

    assert_eq!(answer.status(), 200, "{answer:?}");
    let id = answer.json()["model_group_id"].as_str().unwrap().to_owned();
    assert_eq!(cluster.heard(&format!("{CREATE}{id}?")).len(), 2);
}

#[test]
fn a_name_whose_reservation_is_there_after_all_is_kept() {
    let reservation = Mutex::new(Value::Null);
    let cluster = Cluster::start(move |asked: &Asked| {
        let mut reservation = reservation.lock().unwrap();
        match asked.start() {
            start if start.starts_with("PUT /.modelgate-names/_create/") => {
                let lost = reservation.is_null();
                *reservation = json!({
                    "found": true, "_seq_no": 7, "_primary_term": 1, "_source": asked.json(),
                });
                if lost { Vec::new() } else { json_answer("409 Conflict", &json!({})) }
            }
            start if start.starts_with("GET /.modelgate-names/") => {
                json_answer("200 OK", &reservation)
            }
            _ => groups(asked),
        }
    });

    let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

    assert_eq!(answer.status(), 200, "{answer:?}");
    assert_eq!(cluster.heard("PUT /.modelgate-names/_create/").len(), 2);
    let moved_on = cluster.heard("PUT /.modelgate-names/_doc/");
    assert!(moved_on[0].start().contains("if_seq_no=7&if_primary_term=1"), "{moved_on:?}");
}

#[test]
fn an_update_whose_group_is_as_asked_for_is_done_and_another_is_of_unknown_outcome() {
    let update = "POST /.plugins-ml-model-group/_update/";

    let cluster = loses_the_first_answer(update, json!({ "name": "one", "description": "d" }));
    let answer = asked(&cluster, "PUT", "g1", r#"{"description":"d"}"#);
    assert_eq!(answer.status(), 200, "{answer:?}");

    let cluster = loses_the_first_answer(update, json!({ "name": "one", "description": "e" }));
    let answer = asked(&cluster, "PUT", "g1", r#"{"description":"d"}"#);
    answer.expect_fault(500, UNKNOWN);
}

#[test]
fn a_delete_of_a_group_that_is_gone_by_then_is_done() {
    let tries = AtomicUsize::new(0);
    let cluster = Cluster::start(move |asked: &Asked| match asked.start() {
        start if start.starts_with("DELETE /.plugins-ml-model-group/") => {
            if tries.fetch_add(1, SeqCst) == 0 {
                return Vec::new();
            }
            json_answer("404 Not Found", &json!({ "_id": "g1", "result": "not_found" }))
        }
        _ => groups(asked),
    });

    let answer = asked(&cluster, "DELETE", "g1", "");

    assert_eq!(answer.status(), 200, "{answer:?}");
}

#[test]
fn what_the_cluster_refused_is_never_a_success() {
    for status in ["400 No", "401 No", "403 No", "404 No", "409 No", "429 No", "500 No", "503 No"] {
        let refusal = json!({ "error": { "type": "x", "reason": "secret" }, "status": 1 });
        let cluster = Cluster::start(move |asked: &Asked| {
            if asked.start().starts_with(CREATE) {
                return json_answer(status, &refusal);
            }
            groups(asked)
        });

        let answer = asked(&cluster, "POST", "_register", r#"{"name":"g"}"#);

        match &status[..3] {
            "429" | "503" => answer.expect_fault(503, "status_exception"),
            // It may have been written, and then have failed.
            "500" => answer.expect_fault(500, UNKNOWN),
            // The id is fenced: another takes the name.
            "409" => answer.expect_fault(400, "illegal_argument_exception"),
            _ => answer.expect_fault(500, "status_exception"),
        };
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
