//! Readiness: whether callers may be sent here.

use std::{
    net::{SocketAddr, TcpListener},
    thread,
    time::{Duration, Instant},
};

use crate::operator::{Operator, PAGES};
use crate::support::{Gate, Peer, eventually};

/// A modelgate before that address.
fn before(upstream: SocketAddr) -> (Gate, Operator) {
    let url = format!("upstream.url=http://{upstream}");
    let gate = Gate::start(&[&["listen=127.0.0.1:0", &url][..], &PAGES].concat());
    let operator = Operator::of(&gate);
    (gate, operator)
}

/// Answers the probes that come, as a cluster does that believes nobody.
fn answer_probes(mut cluster: Peer) {
    while let Some(asked) = cluster.request() {
        assert!(asked.head.starts_with("GET /_plugins/_security/health "), "{asked:?}");
        assert!(asked.field("authorization").is_none());
        cluster.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    }
}

fn accept(listener: &TcpListener) -> Peer {
    Peer::new("the cluster", listener.accept().unwrap().0)
}

#[test]
fn readiness_goes_with_the_cluster_and_comes_back_with_it() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (_gate, operator) = before(address);

    let asking = thread::spawn(move || operator.readiness());
    let mut cluster = accept(&listener);
    cluster.head();
    cluster.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(asking.join().unwrap(), (200, String::new()));

    drop((cluster, listener));
    eventually("not ready", || operator.readiness() == (503, "upstream".to_owned()));
    assert_eq!(operator.get("/livez").status(), 200);

    let listener = TcpListener::bind(address).unwrap();
    thread::spawn(move || answer_probes(accept(&listener)));
    eventually("ready again", || operator.readiness().0 == 200);
}

#[test]
fn a_cluster_that_says_nothing_for_a_second_is_none() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_gate, operator) = before(listener.local_addr().unwrap());
    let start = Instant::now();

    let said = operator.readiness();

    assert_eq!(said, (503, "upstream".to_owned()));
    let took = start.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(30)).contains(&took), "{took:?}");
}

#[test]
fn however_many_ask_there_is_one_probe_a_second() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (_gate, operator) = before(listener.local_addr().unwrap());

    let mut asking: Vec<Peer> = (0..30)
        .map(|_| {
            let mut peer = operator.connect();
            peer.send("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            peer
        })
        .collect();
    let mut cluster = accept(&listener);
    cluster.head();
    thread::sleep(Duration::from_millis(200));
    cluster.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    assert!(asking.iter_mut().all(|peer| peer.message().status() == 200));
    cluster.expect_silence(Duration::from_millis(100));
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
}

#[test]
fn a_modelgate_that_drains_is_alive_and_not_ready() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (mut gate, operator) = before(listener.local_addr().unwrap());
    let mut client = Peer::connect(gate.address());
    client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    let mut cluster = accept(&listener);
    cluster.head();

    gate.terminate();

    eventually("draining", || operator.readiness() == (503, "draining".to_owned()));
    assert_eq!(operator.get("/livez").status(), 200);
    assert_eq!(operator.figures().of("modelgate_requests_in_flight"), 1.0);
    cluster.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    assert_eq!(client.message().text(), "ok");
    assert!(gate.ended().success());
}
