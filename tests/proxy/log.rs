//! One line a request, and no secret in it.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::support::{Asked, Cluster, Gate, Peer, groups, json_answer};

const PASSWORD: &str = "pass-Word-7";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.token.sig";
const COOKIE: &str = "cookie-Value-7";
const QUERY: &str = "query-Value-7";
const BODY: &str = "body-Value-7";

/// Requests that carry secrets wherever a request can, to good and to bad ends.
fn ask_with_secrets(gate: &Gate) -> usize {
    let basic = STANDARD.encode(format!("alice:{PASSWORD}"));
    let credentials = [
        format!("Authorization: Basic {basic}\r\n"),
        format!("Authorization: Bearer {TOKEN}\r\nCookie: {COOKIE}\r\nx-api-key: {TOKEN}\r\n"),
    ];
    let ours = "/_plugins/_ml/model_groups";
    let bodies = [
        format!(r#"{{"name":"{BODY}","description":"{BODY}"}}"#),
        format!(r#"{{"name":"{BODY}","access_mode":"{BODY}","{BODY}":1}}"#),
        format!(r#"{{"name": {BODY}"#),
        format!(r#"{{"query":{{"{BODY}":{{"x":"{BODY}"}}}}}}"#),
        BODY.to_owned(),
    ];
    let mut count = 0;
    for credentials in &credentials {
        for body in &bodies {
            for (method, path) in [
                ("POST", "/i/_doc".to_owned()),
                ("POST", format!("{ours}/_register")),
                ("POST", format!("{ours}/_search")),
                ("PUT", format!("{ours}/g1")),
                ("POST", format!("{ours}/g1")),
                ("GET", format!("{ours}/a/b")),
                ("POST", "/_plugins/_security/authinfo".to_owned()),
            ] {
                let length = body.len();
                let mut client = Peer::connect(gate.address());
                client.send(format!(
                    "{method} {path}?token={QUERY}&{QUERY}&pretty={QUERY} HTTP/1.1\r\nHost: a\r\n\
                     {credentials}Content-Type: application/json\r\nConnection: close\r\n\
                     Content-Length: {length}\r\n\r\n{body}"
                ));
                client.message();
                count += 1;
            }
        }
    }
    let mut plain = Peer::connect(gate.address());
    let body = format!(r#"{{"name":"{BODY}"}}"#);
    plain.send(format!(
        "POST {ours}/_register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    plain.message();
    count += 1;
    for broken in [
        format!("GET /?{QUERY} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"),
        format!("GET /?{QUERY} HTTP/9.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"),
        format!("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}\r\n"),
    ] {
        let mut client = Peer::connect(gate.address());
        client.send(broken);
        client.message();
        count += 1;
    }
    count
}

#[track_caller]
fn tells_no_secret(log: &str) {
    let basic = STANDARD.encode(format!("alice:{PASSWORD}"));
    for secret in [PASSWORD, TOKEN, COOKIE, QUERY, BODY, &basic] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} shows in {line:?}");
    }
}

#[test]
fn a_request_is_one_line_of_text_without_secrets() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&[]);

    let count = ask_with_secrets(&gate);

    let lines = gate.access_lines(count);
    assert_eq!(lines.len(), count);
    tells_no_secret(&gate.log());
}

#[test]
fn a_request_is_one_line_of_json_without_secrets() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["log.format=json"]);

    let count = ask_with_secrets(&gate);

    let lines = gate.access_lines(count);
    assert_eq!(lines.len(), count);
    for line in lines {
        let line: Value = serde_json::from_str(&line).unwrap();
        for key in ["timestamp", "client", "method", "path", "route", "status", "millis"] {
            assert!(!line[key].is_null(), "{key}: {line}");
        }
    }
    tells_no_secret(&gate.log());
}

#[test]
fn not_even_the_most_talkative_log_tells_a_secret() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["log.level=trace"]);

    let count = ask_with_secrets(&gate);

    gate.access_lines(count);
    tells_no_secret(&gate.log());
}

#[test]
fn what_the_cluster_says_of_a_body_is_not_repeated() {
    let cluster = Cluster::start(|asked: &Asked| {
        match asked.start().starts_with("PUT /.plugins-ml-model-group/_doc/") {
            false => groups(asked),
            true => {
                let reason = format!("failed to parse [{}]", asked.text());
                json_answer("500 No", &json!({ "error": { "type": "x", "reason": reason } }))
            }
        }
    });
    let gate = cluster.gate(&["log.level=trace"]);

    let count = ask_with_secrets(&gate);

    gate.access_lines(count);
    gate.line("OpenSearch answered 500");
    tells_no_secret(&gate.log());
}

#[test]
fn a_line_tells_who_asked_for_what_and_how_it_ended() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["log.format=json"]);
    let mut client = Peer::connect(gate.address());
    let address = client.local().to_string();

    client.send("GET /_plugins/_ml/model_groups/g1?pretty HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.message().status(), 200);
    client.send("PUT /i/_doc/1?x=y HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
    assert_eq!(client.message().status(), 200);

    let lines: Vec<Value> =
        gate.access_lines(2).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (line, key, value) in [
        (0, "client", Value::from(address.as_str())),
        (0, "method", "GET".into()),
        (0, "path", "/_plugins/_ml/model_groups/g1".into()),
        (0, "route", "/_plugins/_ml/model_groups/{model_group_id}".into()),
        (0, "status", 200.into()),
        (0, "who", "alice".into()),
        (1, "client", address.as_str().into()),
        (1, "method", "PUT".into()),
        (1, "path", "/i/_doc/1".into()),
        (1, "route", "passthrough".into()),
        (1, "status", 200.into()),
        (1, "request_bytes", 2.into()),
        (1, "response_bytes", 21.into()),
    ] {
        assert_eq!(lines[line][key], value, "{key} of {}", lines[line]);
    }
}

#[test]
fn a_path_cannot_write_a_line_of_its_own() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&[]);
    let mut client = Peer::connect(gate.address());

    client.send("GET /%0a2026%20INFO\u{85}\u{2028}x HTTP/1.1\r\nHost: a\r\n\r\n");
    client.message();

    let lines = gate.access_lines(1);
    assert!(!lines[0].contains('\u{85}'), "{lines:?}");
}

#[test]
fn the_line_of_a_request_can_be_left_out() {
    let cluster = Cluster::of_groups();
    let gate = cluster.gate(&["log.access=false"]);
    let mut client = Peer::connect(gate.address());

    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    client.message();
    gate.terminate();

    gate.line("modelgate has stopped");
    assert!(!gate.log().contains("modelgate::access"), "{}", gate.log());
}
