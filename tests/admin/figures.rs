//! Each figure moves with what it counts, and with nothing else.

use std::time::SystemTime;

use serde_json::json;

use crate::operator::{Operator, PAGES};
use crate::support::{Asked, Cluster, Gate, Peer, answer, json_answer};

/// `Authorization` of alice, who may use the API; any other caller is nobody, or may do nothing.
const ALICE: &str = "Basic alice";

/// A cluster without groups, that answers a path `/status/NNN` so and closes at `/closes`.
fn cluster() -> Cluster {
    let missing = json!({ "error": { "type": "index_not_found_exception" }, "status": 404 });
    Cluster::start(move |asked| {
        let path = asked.start().split(' ').nth(1).unwrap();
        match path.strip_prefix("/status/") {
            Some(status) => answer(status, &[], b""),
            None if path == "/closes" => Vec::new(),
            None if path == "/_plugins/_security/authinfo" => authinfo(asked),
            None => json_answer("404 Not Found", &missing),
        }
    })
}

fn authinfo(asked: &Asked) -> Vec<u8> {
    let known = |roles: &[&str]| {
        let who = json!({ "user_name": "someone", "backend_roles": ["IT"], "roles": roles });
        json_answer("200 OK", &who)
    };
    match asked.field("authorization") {
        Some(ALICE) => known(&["ml_full_access"]),
        Some("Basic mallory") => known(&[]),
        Some("Basic slow") => answer("503 Service Unavailable", &[], b""),
        Some("Basic broken") => Vec::new(),
        _ => answer("401 Unauthorized", &[], b"Unauthorized"),
    }
}

fn world() -> (Cluster, Gate, Operator) {
    let cluster = cluster();
    let gate = cluster.gate(&PAGES);
    let operator = Operator::of(&gate);
    (cluster, gate, operator)
}

/// One request on a connection of its own; gives the status.
fn ask(gate: &Gate, line: &str, who: &str, body: &str) -> u16 {
    let mut client = Peer::connect(gate.address());
    let length = body.len();
    client.send(format!(
        "{line} HTTP/1.1\r\nHost: a\r\nAuthorization: {who}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ));
    client.message().status()
}

fn requests(route: &str, class: &str, fault: &str) -> String {
    let labels = format!(r#"route="{route}",status_class="{class}",fault="{fault}""#);
    format!("modelgate_requests_total{{{labels}}}")
}

#[test]
fn a_request_is_counted_by_route_class_and_fault() {
    let (_cluster, gate, operator) = world();
    let groups = "/_plugins/_ml/model_groups";
    let tried = [
        ("GET /status/204".to_owned(), 204, "passthrough", "2xx", "none"),
        ("GET /status/302".to_owned(), 302, "passthrough", "3xx", "none"),
        ("GET /status/404".to_owned(), 404, "passthrough", "4xx", "none"),
        ("GET /status/500".to_owned(), 500, "passthrough", "5xx", "none"),
        ("POST /closes".to_owned(), 502, "passthrough", "5xx", "upstream"),
        ("CONNECT /x".to_owned(), 400, "passthrough", "4xx", "client"),
        (format!("GET {groups}/x"), 404, "{id}", "4xx", "client"),
        (format!("OPTIONS {groups}/x"), 200, "*", "2xx", "none"),
        (format!("PUT {groups}/_search"), 405, "*", "4xx", "client"),
        (format!("POST {groups}/_register"), 400, "_register", "4xx", "client"),
        (format!("POST {groups}/_search"), 400, "_search", "4xx", "client"),
    ];

    for (line, status, route, class, fault) in tried {
        let route = match route {
            "passthrough" => route.to_owned(),
            "{id}" => format!("{groups}/{{model_group_id}}"),
            _ => format!("{groups}/{route}"),
        };
        let series = requests(&route, class, fault);
        let duration = format!(r#"modelgate_request_duration_seconds_count{{route="{route}"}}"#);
        let before = operator.figures();

        let answered = ask(&gate, &line, ALICE, "");

        assert_eq!(answered, status, "{line}");
        operator.expect(&series, before.of(&series) + 1.0);
        operator.expect(&duration, before.of(&duration) + 1.0);
    }
    let all = operator.figures();
    let counted = all.above_zero("modelgate_requests_total");
    assert_eq!(counted.len(), 11, "{counted:#?}");
}

#[test]
fn a_request_in_flight_and_its_connections_are_seen_while_they_last() {
    let upstream = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("upstream.url=http://{}", upstream.local_addr().unwrap());
    let gate = Gate::start(&[&["listen=127.0.0.1:0", &url][..], &PAGES].concat());
    let operator = Operator::of(&gate);
    let levels = |connections, in_flight, active, idle| {
        operator.expect("modelgate_connections", connections);
        operator.expect("modelgate_requests_in_flight", in_flight);
        operator.expect(r#"modelgate_upstream_connections{state="active"}"#, active);
        operator.expect(r#"modelgate_upstream_connections{state="idle"}"#, idle);
    };
    levels(0.0, 0.0, 0.0, 0.0);

    let mut client = Peer::connect(gate.address());
    levels(1.0, 0.0, 0.0, 0.0);
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut cluster = Peer::new("the cluster", upstream.accept().unwrap().0);
    cluster.head();
    levels(1.0, 1.0, 1.0, 0.0);
    cluster.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    client.message();
    levels(1.0, 0.0, 0.0, 1.0);
    client.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    cluster.head();
    levels(1.0, 1.0, 1.0, 0.0);
    client.reset();
    levels(0.0, 0.0, 0.0, 0.0);
}

#[test]
fn a_request_that_is_sent_again_is_a_retry() {
    let (_cluster, gate, operator) = world();
    let mut client = Peer::connect(gate.address());
    for path in ["/status/200", "/closes"] {
        operator.expect("modelgate_upstream_retries_total", 0.0);
        client.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n"));
        client.message();
    }

    operator.expect("modelgate_upstream_retries_total", 1.0);
}

#[test]
fn look_ups_are_counted_by_outcome_and_what_the_cache_knew_apart() {
    let (_cluster, gate, operator) = world();
    let looked_up = |outcome| format!(r#"modelgate_identity_lookups_total{{outcome="{outcome}"}}"#);
    let get = |who| ask(&gate, "GET /_plugins/_ml/model_groups/x", who, "");

    assert_eq!([get(ALICE), get(ALICE), get(ALICE)], [404; 3]);
    assert_eq!([get("Basic nobody"), get("Basic nobody")], [401; 2]);
    assert_eq!([get("Basic slow"), get("Basic broken")], [503, 503]);

    let figures = operator.figures();
    assert_eq!(figures.of(&looked_up("found")), 1.0);
    assert_eq!(figures.of(&looked_up("refused")), 2.0);
    assert_eq!(figures.of(&looked_up("failed")), 2.0);
    assert_eq!(figures.of("modelgate_identity_cache_hits_total"), 2.0);
}

#[test]
fn a_denial_is_counted_by_its_rule() {
    let (_cluster, gate, operator) = world();
    let register = "POST /_plugins/_ml/model_groups/_register";
    let search = "POST /_plugins/_ml/model_groups/_search";
    let tried = [
        ("NoIndex", "GET /_plugins/_ml/model_groups/x", ALICE, ""),
        ("UnknownMode", register, ALICE, r#"{"name": "x", "access_mode": "open"}"#),
        ("Forbidden", "GET /_plugins/_ml/model_groups/x", "Basic mallory", ""),
        ("SearchRefused", search, ALICE, r#"{"suggest": {"s": {"text": "x"}}}"#),
        ("GuardNamed", "GET /.plugins-ml-model-group/_search", ALICE, ""),
        ("SearchUnknown", search, ALICE, r#"{"no_such": 1}"#),
    ];

    for (rule, line, who, body) in tried {
        let series = format!(r#"modelgate_denials_total{{rule="{rule}"}}"#);
        let before = operator.figures();

        ask(&gate, line, who, body);

        assert_eq!(operator.figures().of(&series), before.of(&series) + 1.0, "{rule}");
    }
    ask(&gate, register, ALICE, "{");
    let all = operator.figures();
    let counted = all.above_zero("modelgate_denials_total");
    assert_eq!(counted.len(), 6, "{counted:#?}");
}

#[test]
fn the_process_and_its_build_are_told() {
    let (_cluster, gate, operator) = world();

    let figures = operator.figures();

    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    let age = now - figures.of("process_start_time_seconds");
    assert!((0.0..60.0).contains(&age), "{age}");
    let resident = figures.of("process_resident_memory_bytes") / 1024.0;
    let seen = gate.memory("VmRSS:") as f64;
    assert!((seen - resident).abs() < 4096.0, "{seen} {resident}");
    let descriptors = figures.of("process_open_fds");
    assert!(descriptors >= gate.sockets() as f64, "{descriptors}");
    let build = figures.above_zero("modelgate_build_info");
    assert!(build[0].contains(concat!(r#"version=""#, env!("CARGO_PKG_VERSION"))), "{build:?}");
}
