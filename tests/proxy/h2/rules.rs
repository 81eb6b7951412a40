//! That no rule is another one because a request came over HTTP/2.

use http::Request;
use serde_json::json;

use crate::support::{
    Answer2, Cluster, Gate, Http2, Pair, World, get2 as get, request2 as request,
};

const OURS: &str = "/_plugins/_ml/model_groups";
const ALICE: &str = "Basic YWxpY2U6cHc=";

fn gate(cluster: &Cluster, pair: &Pair, settings: &[&str]) -> Gate {
    let [certificate, key] = pair.settings();
    cluster.gate(&[&[certificate.as_str(), key.as_str()], settings].concat())
}

fn asked(client: &mut Http2, request: Request<()>, body: &'static str) -> Answer2 {
    let (response, mut stream) = client.begin(request, body.is_empty());
    client.send_body(&mut stream, body.into());
    client.answer(response)
}

#[test]
fn the_api_is_answered_by_modelgate_for_who_may_use_it() {
    let (cluster, pair) = (Cluster::of_groups(), Pair::new());
    let gate = gate(&cluster, &pair, &[]);
    let mut client = Http2::connect(&gate, &pair);
    let register = || {
        let register = request("POST", &format!("{OURS}/_register"));
        register.header("content-type", "application/json").header("authorization", ALICE)
    };

    let registered = asked(&mut client, register().body(()).unwrap(), r#"{"name":"g"}"#);
    let with_length = register().header("content-length", "12").body(()).unwrap();
    let again = asked(&mut client, with_length, r#"{"name":"h"}"#);
    let unread =
        asked(&mut client, request("PUT", &format!("{OURS}/_register")).body(()).unwrap(), "x");
    let hidden = get(&format!("{OURS}/g2"));
    let hidden = asked(&mut client, hidden, "");

    for answer in [registered, again] {
        assert_eq!(answer.status, 200, "{answer:?}");
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(body["status"], "CREATED", "{body}");
        assert_eq!(answer.field("connection"), None);
    }
    assert_eq!((unread.status, unread.field("allow")), (405, Some("POST")));
    assert_eq!(hidden.status, 404);
    let lines = gate.access_lines(4);
    assert!(lines[0].contains("alice") && lines[0].contains("127.0.0.1:"), "{lines:?}");
    assert!(lines[0].contains("/_plugins/_ml/model_groups/_register"), "{lines:?}");
}

#[test]
fn the_guard_stands_before_the_index_of_groups() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = Http2::connect(&world.gate, &pair);

    let by_path = get("/.plugins-ml-model-group/_search");
    asked(&mut client, by_path, "").expect_fault(403, "security_exception");
    let by_body = request("POST", "/_mget").header("content-type", "application/json");
    let body = r#"{"docs":[{"_index":".plugins-ml-model-group","_id":"1"}]}"#;
    asked(&mut client, by_body.body(()).unwrap(), body).expect_fault(403, "security_exception");
    let under_ours = get("/_plugins/_ml/models/%2e%2e/model_groups/x");
    assert_eq!(asked(&mut client, under_ours, "").status, 400);
}

#[test]
fn what_http_1_refuses_is_refused() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &["limits.headers=1kb", "limits.header_count=20"]);
    let mut client = Http2::connect(&world.gate, &pair);
    let refused = |client: &mut Http2, request: http::request::Builder| {
        asked(client, request.body(()).unwrap(), "")
    };

    let expectation = request("GET", "/i").header("expect", "miracles");
    refused(&mut client, expectation).expect_fault(417, "illegal_argument_exception");
    let star = request("OPTIONS", "/i").uri("*");
    let connect = request("CONNECT", "/i").uri("localhost:1");
    for odd in [star, connect, request("GET", "/i").header("host", "a b")] {
        let Ok(odd) = odd.body(()) else { continue };
        let (response, _) = client.begin(odd, true);
        client.answer(response).expect_fault(400, "illegal_argument_exception");
    }
    let long = request("GET", "/i").header("x-long", "x".repeat(1100));
    refused(&mut client, long).expect_fault(431, "too_long_http_header_exception");
    let many = (0..30).fold(request("GET", "/i"), |many, n| many.header(format!("x-{n}"), "1"));
    refused(&mut client, many).expect_fault(431, "too_long_http_header_exception");
    assert_eq!(world.gate.access_lines(6).len(), 6);
    // What is longer than both limits together is not even read.
    let longer = request("GET", "/i").header("x-long", "x".repeat(2_500));
    assert_eq!(refused(&mut client, longer).status, 431);
}

#[test]
fn a_body_over_the_limit_is_a_413() {
    let (cluster, pair) = (Cluster::of_groups(), Pair::new());
    let gate = gate(&cluster, &pair, &["limits.body=16b", "identity.source=none"]);
    let mut client = Http2::connect(&gate, &pair);
    let register = || {
        let register = request("POST", &format!("{OURS}/_register"));
        register.header("content-type", "application/json").body(()).unwrap()
    };

    let answer = asked(&mut client, register(), r#"{"name":"more than sixteen bytes"}"#);

    assert_eq!(answer.status, 413, "{answer:?}");
    let answer = asked(&mut client, register(), r#"{"name":"less"}"#);
    assert_eq!(answer.status, 200, "{answer:?} {}", json!(cluster.lines()));
}

#[test]
fn a_body_that_stops_is_a_408_and_leaves_the_others_alone() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &["upstream.body_timeout=500ms"]);
    let mut client = Http2::connect(&world.gate, &pair);
    let (response, mut body) = client.begin(request("POST", "/i").body(()).unwrap(), false);
    body.send_data("hel".into(), false).unwrap();
    let mut upstream = world.accept();
    upstream.head();

    client.answer(response).expect_fault(408, "request_timeout_exception");

    upstream.expect_gone();
    let response = client.get("/i");
    world.accept().send("HTTP/1.1 204 No\r\n\r\n");
    assert_eq!(client.answer(response).status, 204);
}
