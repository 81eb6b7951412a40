//! Which requests modelgate answers itself, and how it refuses the others under its prefix.

use serde_json::json;

use crate::support::{Cluster, Gate, Message, Peer, World};

const OURS: &str = "/_plugins/_ml/model_groups";

/// One request over a connection of its own.
fn asked(gate: &Gate, method: &str, path: &str, fields: &str, body: &str) -> Message {
    let mut client = Peer::connect(gate.address());
    let length = body.len();
    let framing =
        if body.is_empty() { String::new() } else { format!("Content-Length: {length}\r\n") };
    client.send(format!(
        "{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}{framing}\r\n{body}"
    ));
    let answer = if method == "HEAD" { client.bare_message() } else { client.message() };
    client.expect_end();
    answer
}

fn gate(cluster: &Cluster) -> Gate {
    cluster.gate(&["identity.source=none"])
}

const JSON: &str = "Content-Type: application/json\r\n";

#[test]
fn each_route_is_answered_by_modelgate() {
    let cluster = Cluster::of_groups();
    let gate = gate(&cluster);

    for (method, path, body, status) in [
        ("POST", "/_register", r#"{"name":"g"}"#, 200),
        ("POST", "/_register/", r#"{"name":"g"}"#, 200),
        ("POST", "/_register///", r#"{"name":"g"}"#, 200),
        ("GET", "/g1", "", 200),
        ("GET", "/g1/", "", 200),
        ("GET", "/%67%31", "", 200),
        ("GET", "/g2", "", 404),
        ("GET", "/_register2", "", 404),
        ("GET", "/%5Fregister", "", 404),
        ("PUT", "/g1", r#"{"description":"d"}"#, 200),
        ("DELETE", "/g1", "", 200),
        ("POST", "/_search", r#"{"query":{"match_all":{}}}"#, 200),
        ("GET", "/_search", r#"{"query":{"match_all":{}}}"#, 200),
        ("GET", "/_search?source={}&source_content_type=application/json", "", 200),
    ] {
        let fields = if body.is_empty() { "" } else { JSON };
        let answer = asked(&gate, method, &format!("{OURS}{path}"), fields, body);

        assert_eq!(answer.status(), status, "{method} {path}: {answer:?}");
        assert!(answer.field("content-type").unwrap().starts_with("application/json"));
    }
    let passed = cluster.lines().into_iter().filter(|line| line.contains("model_groups"));
    assert_eq!(passed.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_method_that_a_path_has_not_is_a_405_that_names_those_it_has() {
    let world = World::start();

    for (methods, path, allowed) in [
        (["GET", "PUT", "DELETE", "HEAD", "PATCH", "post"], "/_register", "POST"),
        (["PUT", "DELETE", "HEAD", "PATCH", "TRACE", "get"], "/_search", "GET,POST"),
        (["POST", "HEAD", "PATCH", "TRACE", "X", "Get"], "/x", "DELETE,GET,PUT"),
        (["POST", "HEAD", "PATCH", "TRACE", "X", "Get"], "/%5Fregister", "DELETE,GET,PUT"),
    ] {
        for method in methods {
            let uri = format!("{OURS}{path}?a=b");
            let answer = asked(&world.gate, method, &uri, "", "");

            assert_eq!(answer.status(), 405, "{method} {path}: {answer:?}");
            let mut told: Vec<_> = answer.field("allow").unwrap().split(',').collect();
            told.sort_unstable();
            assert_eq!(told.join(","), allowed, "{method} {path}");
            if method == "HEAD" {
                continue;
            }
            assert_eq!(answer.json()["status"], 405);
            let error = answer.json()["error"].as_str().unwrap().to_owned();
            let begin = format!("Incorrect HTTP method for uri [{uri}] and method [{method}]");
            assert!(error.starts_with(&begin), "{error}");
        }
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn options_tells_the_methods() {
    let world = World::start();

    for (path, allowed) in
        [("/_register", "POST"), ("/_search", "GET,POST"), ("/x", "DELETE,GET,PUT")]
    {
        let answer = asked(&world.gate, "OPTIONS", &format!("{OURS}{path}"), "", "");

        assert_eq!(answer.status(), 200, "{answer:?}");
        assert_eq!(answer.field("allow"), Some(allowed));
        assert_eq!(answer.body, b"");
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_head_is_answered_without_a_body_and_the_connection_goes_on() {
    let world = World::start();
    let mut client = world.client();

    for _ in 0..2 {
        client.send(format!("HEAD {OURS}/x HTTP/1.1\r\nHost: a\r\n\r\n"));
        let answer = client.bare_message();
        assert_eq!(answer.status(), 405);
        assert_ne!(answer.field("content-length"), Some("0"));
    }
}

#[test]
fn nothing_under_our_prefix_passes_in_any_spelling() {
    let world = World::start();

    for path in [
        "/_plugins/_ml/model_groups",
        "/_plugins/_ml/model_groups/",
        "/_plugins/_ml/model_groups//",
        "/_plugins/_ml/model_groups//_search",
        "/_plugins/_ml/model_groups/_search/x",
        "/_plugins/_ml/model_groups/_register/x",
        "/_plugins/_ml/model_groups/a/b",
        "/_plugins/_ml/model_groups/../model_groups/_search",
        "/_plugins/_ml/model_groups/./_search",
        "//_plugins/_ml/model_groups/_search",
        "//_plugins//_ml/model_groups/_search",
        "/_plugins//_ml/model_groups/_search",
        "/_plugins/_ml//model_groups/_search",
        "/_plugins/_ml/%6Dodel_groups/_search",
        "/_plugins/_ml/%6dodel%5fgroups/_search",
        "/%5Fplugins/_ml/model_groups/_search",
        "/_plugins/%5Fml/model_groups/_search",
        "/_plugins/%255fml/model_groups/_search",
        "/_plugins/%25255fml/model_groups/_search",
        "/_plugins%2F_ml%2Fmodel_groups/_search",
        "/_plugins%2f_ml/model_groups%2f_search",
        "%2F_plugins/_ml/model_groups/_search",
        "/_plugins/_ml/models/../model_groups/_search",
        "/_plugins/_ml/models/%2e%2e/model_groups/_search",
        "/_plugins/_ml/models/.%2E/model_groups/_search",
        "/_plugins/_ml/models/..%2fmodel_groups/_search",
        "/x/../_plugins/_ml/model_groups/_search",
        "/./_plugins/_ml/model_groups",
        "/_plugins/./_ml/model_groups/x",
        "/_plugins/_ml/Model_Groups/_search",
        "/_PLUGINS/_ML/MODEL_GROUPS/_search",
        "/_plugins/_ml\\model_groups/_search",
        "/_plugins\\_ml\\model_groups\\_search",
        "/_plugins/_ml%5cmodel_groups/_search",
        "/_plugins/_ml/model_groups;x=1/_search",
        "/_plugins/_ml;a/model_groups/_search",
        "/_plugins/_ml/model_groups%3b/_search",
        "/_plugins/_ml/model_groups#/_search",
        "/_plugins/_ml/model_groups%23/_search",
        "/_plugins/_ml/model_groups%3f/_search",
        "/x/_plugins/_ml/model_groups/_search",
        "/_plugins/_ml/model_groups/%zz",
        "/_plugins/_ml/model_groups/%",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let answer = asked(&world.gate, method, path, "", "");

            assert!(matches!(answer.status(), 400 | 405), "{method} {path}: {answer:?}");
            assert!(answer.field("content-type").unwrap().starts_with("application/json"));
        }
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_path_of_ours_that_is_no_route_has_no_handler() {
    let world = World::start();
    let path = format!("{OURS}/a/b%20c?x");

    let answer = asked(&world.gate, "GET", &path, "", "");

    assert_eq!(answer.status(), 400);
    let told = format!("no handler found for uri [{OURS}/a/b c?x] and method [GET]");
    assert_eq!(answer.json(), json!({ "error": told }));
}

#[test]
fn what_only_resembles_our_prefix_passes() {
    let world = World::start();

    for path in [
        "/_plugins/_ml/model_group/x",
        "/_plugins/_ml/model_groupsx/_search",
        "/_plugins/_ml/model_groups%",
        "/_plugins/_ml/models/_search?model_groups",
        "/_plugins/_ml/models/_search?q=/_plugins/_ml/model_groups/_search",
        "/model_groups/_search",
        "/_plugins/model_groups/x",
        "/_opendistro/_ml/model_groups/x",
    ] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        let answer = b"HTTP/1.1 204 No\r\n\r\n";
        world.exchange(request.as_bytes(), request.as_bytes(), answer, answer);
    }
}

#[test]
fn a_body_of_a_type_that_nobody_reads_is_a_406() {
    let world = World::start();

    for fields in ["Content-Type: text/plain\r\n", "Content-Type: application/xml\r\n", ""] {
        for (method, path) in [("POST", "/_register"), ("POST", "/_search"), ("PUT", "/x")] {
            let answer = asked(&world.gate, method, &format!("{OURS}{path}"), fields, "{}");

            assert_eq!(answer.status(), 406, "{method} {path} {fields}: {answer:?}");
            assert_eq!(answer.json()["status"], 406);
        }
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_coding_that_nobody_reads_is_a_415() {
    let world = World::start();

    for coding in ["br", "zstd", "gzip, gzip", "compress"] {
        let fields = format!("{JSON}Content-Encoding: {coding}\r\n");
        let answer = asked(&world.gate, "POST", &format!("{OURS}/_register"), &fields, "{}");

        answer.expect_fault(415, "unsupported_media_type_exception");
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn unknown_parameters_are_named() {
    let cluster = Cluster::of_groups();
    let gate = gate(&cluster);

    let answer = asked(&gate, "GET", &format!("{OURS}/g1?prety&x=1"), "", "");

    answer.expect_fault(400, "illegal_argument_exception");
    let reason = answer.json()["error"]["reason"].as_str().unwrap().to_owned();
    assert_eq!(
        reason,
        format!(
            "request [{OURS}/g1] contains unrecognized parameters: \
             [prety] -> did you mean [pretty]?, [x]"
        )
    );
}

#[test]
fn an_opaque_id_comes_back() {
    let world = World::start();

    let answer = asked(&world.gate, "PUT", &format!("{OURS}/_search"), "x-opaque-id: 7 a\r\n", "");

    assert_eq!(answer.field("X-Opaque-Id"), Some("7 a"));
}
