//! The Security plugin is asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{basic, get_group};
use crate::support::{Asked, Cluster, Gate, answer, groups, json_answer};

const AUTHINFO: &str = "GET /_plugins/_security/authinfo ";

/// A cluster that answers each question about a caller by a function of it.
fn cluster(of_caller: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> Cluster {
    Cluster::start(
        move |asked: &Asked| {
            if asked.head.starts_with(AUTHINFO) { of_caller(asked) } else { groups(asked) }
        },
    )
}

fn authinfo(user: &str, roles: &[&str]) -> Vec<u8> {
    let told = json!({
        "user_name": user, "backend_roles": ["IT"], "roles": roles, "tenants": { user: true },
    });
    json_answer("200 OK", &told)
}

/// Asks a hundred times at once.
fn a_hundred(gate: &Gate, fields: impl Fn(usize) -> String + Sync) -> Vec<u16> {
    at_once(100, gate, fields)
}

/// Asks so many times at once.
fn at_once(count: usize, gate: &Gate, fields: impl Fn(usize) -> String + Sync) -> Vec<u16> {
    thread::scope(|scope| {
        let asking: Vec<_> = (0..count)
            .map(|number| {
                let fields = fields(number);
                scope.spawn(move || get_group(gate, &fields).status())
            })
            .collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    })
}

#[test]
fn a_refused_credential_is_answered_as_the_cluster_said_it() {
    for (status, fields, body) in [
        (
            401,
            [
                "WWW-Authenticate: Basic realm=\"OpenSearch Security\"",
                "content-type: text/plain; charset=UTF-8",
            ],
            "Unauthorized",
        ),
        (401, ["www-authenticate: Bearer, Basic realm=\"x\"", "content-type: text/html"], "<no>"),
        (403, ["content-type: application/json", "X-Secret: 1"], "{\"no\":1}"),
        (429, ["content-type: text/plain", "Retry-After: 3"], "slower"),
        (503, ["content-type: text/plain", "Retry-After: 3"], "not yet"),
    ] {
        let cluster = cluster(move |_| answer(&format!("{status} No"), &fields, body.as_bytes()));
        let gate = cluster.gate(&[]);

        let told = get_group(&gate, &basic("alice", "wrong"));

        assert_eq!((told.status(), told.text().as_str()), (status, body));
        for field in fields {
            let (name, value) = field.split_once(": ").unwrap();
            let wanted = (name != "X-Secret").then_some(value);
            assert_eq!(told.field(name), wanted, "{told:?}");
        }
        assert_eq!(cluster.lines(), [format!("{AUTHINFO}HTTP/1.1")]);
    }
}

#[test]
fn the_cluster_is_asked_with_all_that_the_caller_shows_and_no_more() {
    let cluster = cluster(|_| authinfo("alice", &["ml_full_access"]));
    let gate = cluster.gate(&[]);

    let shown = "Authorization: Bearer x.y.z\r\nCookie: security_authentication=1\r\n\
                 securitytenant: t\r\nX-Forwarded-For: 10.0.0.1\r\n";
    let hidden = "X-Proxy-User: admin\r\nx-proxy-roles: all_access\r\nX-Else: 1\r\n";
    assert_eq!(get_group(&gate, &format!("{shown}{hidden}")).status(), 200);

    let heard = &cluster.heard(AUTHINFO)[0];
    for line in shown.lines() {
        let (name, value) = line.split_once(": ").unwrap();
        assert_eq!(heard.field(name), Some(value), "{heard:?}");
    }
    for line in hidden.lines() {
        let (name, _) = line.split_once(": ").unwrap();
        assert_eq!(heard.field(name), None, "{heard:?}");
    }
}

#[test]
fn a_hundred_at_once_with_one_new_credential_are_one_question() {
    let cluster = cluster(|_| {
        thread::sleep(Duration::from_millis(300));
        authinfo("alice", &["ml_full_access"])
    });
    let gate = cluster.gate(&["runtime.threads=2"]);

    let statuses = a_hundred(&gate, |_| basic("alice", "a"));

    assert_eq!(statuses, [200; 100]);
    assert_eq!(cluster.heard(AUTHINFO).len(), 1);
}

#[test]
fn a_hundred_credentials_are_a_hundred_questions() {
    let cluster = cluster(|asked| authinfo(asked.field("authorization").unwrap(), &["all_access"]));
    let gate = cluster.gate(&[]);

    let statuses = a_hundred(&gate, |number| basic("alice", &number.to_string()));

    assert_eq!(statuses, [200; 100]);
    assert_eq!(cluster.heard(AUTHINFO).len(), 100);
}

#[test]
fn an_answer_is_believed_for_its_time() {
    let cluster = cluster(|_| authinfo("alice", &["ml_full_access"]));
    let gate = cluster.gate(&["identity.cache=60s"]);

    for _ in 0..5 {
        assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
    }

    assert_eq!(cluster.heard(AUTHINFO).len(), 1);
}

#[test]
fn an_answer_is_not_believed_for_longer() {
    let asked = Arc::new(AtomicUsize::new(0));
    let cluster = cluster({
        let asked = asked.clone();
        move |_| match asked.fetch_add(1, SeqCst) {
            0 => authinfo("alice", &["ml_full_access"]),
            _ => authinfo("alice", &[]),
        }
    });
    let gate = cluster.gate(&["identity.cache=500ms"]);

    assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
    crate::support::eventually("the lost role takes effect", || {
        get_group(&gate, &basic("alice", "a")).status() == 403
    });

    assert_eq!(asked.load(SeqCst), 2);
}

#[test]
fn without_a_cache_each_request_asks() {
    let cluster = cluster(|_| authinfo("alice", &["ml_full_access"]));
    let gate = cluster.gate(&["identity.cache=0s"]);

    for _ in 0..3 {
        assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
    }

    assert_eq!(cluster.heard(AUTHINFO).len(), 3);
}

#[test]
fn callers_who_show_different_things_never_share_an_answer() {
    let cluster = cluster(|_| authinfo("alice", &["ml_full_access"]));
    let gate = cluster.gate(&["identity.cache=60s"]);
    let alice = basic("alice", "a");

    let shown = [
        String::new(),
        alice.clone(),
        basic("alice", "b"),
        basic("alic", "e:a"),
        alice.replace("Basic", "basic"),
        alice.replace("Authorization", "Cookie"),
        format!("{alice}Cookie: a\r\n"),
        format!("{alice}Cookie: a\r\nCookie: b\r\n"),
        format!("{alice}Cookie: ab\r\n"),
        format!("{alice}securitytenant: a\r\n"),
        format!("{alice}X-Forwarded-For: 10.0.0.1\r\n"),
    ];
    for fields in &shown {
        assert_eq!(get_group(&gate, fields).status(), 200, "{fields}");
    }

    assert_eq!(cluster.heard(AUTHINFO).len(), shown.len());
}

#[test]
fn a_failed_question_is_not_remembered() {
    let asked = Arc::new(AtomicUsize::new(0));
    let cluster = cluster({
        let asked = asked.clone();
        move |_| match asked.fetch_add(1, SeqCst) {
            0 => answer("401 Unauthorized", &["content-type: text/plain"], b"no"),
            1 => answer("500 Oops", &[], b"{}"),
            2 => Vec::new(),
            3 => answer("200 OK", &[], b"no json"),
            _ => authinfo("alice", &["ml_full_access"]),
        }
    });
    let gate = cluster.gate(&["identity.cache=60s", "upstream.idle_connections=0"]);

    let statuses: Vec<_> =
        (0..6).map(|_| get_group(&gate, &basic("alice", "a")).status()).collect();

    assert_eq!(statuses, [401, 503, 503, 503, 200, 200]);
    assert_eq!(asked.load(SeqCst), 5);
}

#[test]
fn a_cluster_that_does_not_say_who_asks_lets_nobody_in() {
    let silent = cluster(|_| {
        thread::sleep(Duration::from_secs(2));
        Vec::new()
    });
    let gate = silent.gate(&["upstream.response_timeout=300ms"]);

    get_group(&gate, &basic("alice", "a")).expect_fault(503, "status_exception");

    assert!(silent.heard("GET /.plugins").is_empty());
}

#[test]
fn who_has_neither_role_is_a_403() {
    let cluster = cluster(|_| authinfo("mallory", &["own_index"]));
    let gate = cluster.gate(&[]);

    let answer = get_group(&gate, &basic("mallory", "m"));

    answer.expect_fault(403, "security_exception");
    assert!(cluster.heard("GET /.plugins").is_empty());
}

#[test]
fn what_is_passed_on_never_carries_modelgates_own_identity() {
    let cluster = Cluster::of_groups();
    let password = std::env::temp_dir().join(format!("modelgate-password-{}", std::process::id()));
    std::fs::write(&password, "own-password\n").unwrap();
    let file = format!("upstream.password_file={}", password.display());
    let gate = cluster.gate(&["upstream.user=modelgate", &file, "runtime.threads=1"]);
    let own = basic("modelgate", "own-password");
    let own = own.trim_end().split_once(": ").unwrap().1;

    // Its own requests and the callers' alternate, so that a shared connection would show.
    for _ in 0..3 {
        assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
        let mut client = crate::support::Peer::connect(gate.address());
        client.send("GET /passed HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_eq!(client.message().status(), 200);
    }

    for passed in cluster.heard("GET /passed") {
        assert_eq!(passed.head, "GET /passed HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    for asked in cluster.heard(AUTHINFO) {
        assert_ne!(asked.field("authorization"), Some(own));
    }
    for asked in cluster.heard("GET /.plugins-ml-model-group/") {
        assert_eq!(asked.field("authorization"), Some(own));
    }
    std::fs::remove_file(password).unwrap();
}

/// A cluster whose Security plugin knows alice until it is switched off; then it does that.
fn failing(off: &Arc<AtomicBool>, failure: fn() -> Vec<u8>) -> Cluster {
    let off = off.clone();
    cluster(move |asked| match asked.field("authorization") {
        _ if off.load(SeqCst) => failure(),
        Some(shown) if basic("alice", "a").contains(shown) => {
            authinfo("alice", &["ml_full_access"])
        }
        _ => answer("401 Unauthorized", &["content-type: text/plain"], b"Unauthorized"),
    })
}

#[test]
fn while_the_plugin_is_down_who_is_known_is_served_until_its_time_and_nobody_else() {
    let failures: [fn() -> Vec<u8>; 4] = [
        Vec::new,
        || answer("500 Oops", &[], b"{}"),
        || answer("503 Not yet", &["content-type: text/plain"], b"not initialized"),
        || {
            thread::sleep(Duration::from_secs(2));
            Vec::new()
        },
    ];
    for failure in failures {
        let off = Arc::new(AtomicBool::new(false));
        let cluster = failing(&off, failure);
        let gate = cluster.gate(&["identity.cache=3s", "upstream.response_timeout=1s"]);
        let start = Instant::now();
        assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
        off.store(true, SeqCst);

        for other in [String::new(), basic("bob", "b"), basic("alice", "b")] {
            assert_eq!(get_group(&gate, &other).status(), 503, "{other}");
        }
        let told = get_group(&gate, &basic("alice", "a")).status();
        assert!(told == 200 || start.elapsed() > Duration::from_secs(3), "{told}");
        crate::support::eventually("alice's time is over", || {
            get_group(&gate, &basic("alice", "a")).status() == 503
        });

        assert!(start.elapsed() >= Duration::from_secs(3), "{:?}", start.elapsed());
        let asked = cluster.heard("GET /.plugins-ml-model-group/_doc/g1 ").len();
        assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 503);
        assert_eq!(cluster.heard("GET /.plugins-ml-model-group/_doc/g1 ").len(), asked);
    }
}

#[test]
fn a_thousand_requests_with_one_new_credential_make_one_look_up() {
    let cluster = cluster(|_| {
        thread::sleep(Duration::from_millis(500));
        authinfo("alice", &["ml_full_access"])
    });
    let gate = cluster.gate(&["identity.cache=60s", "limits.requests=2000"]);

    let statuses = at_once(1000, &gate, |_| basic("alice", "a"));

    assert_eq!(statuses, [200; 1000]);
    assert_eq!(cluster.heard(AUTHINFO).len(), 1);
}

#[test]
fn wrong_passwords_push_nobody_out_and_each_is_the_clusters_to_judge() {
    let cluster = failing(&Arc::default(), Vec::new);
    let gate = cluster.gate(&["identity.cache=60s", "identity.cache_entries=2"]);
    assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);

    for round in 0..5 {
        let statuses = a_hundred(&gate, |number| basic("alice", &format!("{round} {number}")));
        assert_eq!(statuses, [401; 100]);
    }

    assert_eq!(cluster.heard(AUTHINFO).len(), 501, "the cluster's throttling counts each");
    assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
    assert_eq!(cluster.heard(AUTHINFO).len(), 501);
}

#[test]
fn the_clusters_throttling_is_told_as_it_is() {
    let cluster = cluster(|_| answer("429 Too Many", &["Retry-After: 7"], b"blocked"));
    let gate = cluster.gate(&[]);

    let told = get_group(&gate, &basic("alice", "guess"));

    assert_eq!((told.status(), told.field("retry-after")), (429, Some("7")));
    assert_eq!(cluster.heard(AUTHINFO).len(), 1);
}
