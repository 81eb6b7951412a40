//! Clusters that cannot be reached.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    time::{Duration, Instant},
};

use crate::support::{Gate, Message, Peer, own_address};

const POST: &str = "POST /i/_doc HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

/// A modelgate before this cluster, and how long a connection may take.
fn gate(upstream: &str, timeout: &str) -> Gate {
    let url = format!("upstream.url={upstream}");
    let timeout = format!("upstream.connect_timeout={timeout}");
    Gate::start(&["identity.source=none", &url, &timeout])
}

fn answered(gate: &Gate, request: &str) -> Message {
    let mut client = Peer::connect(gate.address());
    client.send(request);
    client.message()
}

/// A listener whose queue is full: who connects further is not answered at all.
struct Full {
    listener: socket2::Socket,
    _queue: Vec<TcpStream>,
}

impl Full {
    fn new() -> Self {
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let kind = socket2::Type::STREAM;
        let listener = socket2::Socket::new(socket2::Domain::IPV4, kind, None).unwrap();
        listener.bind(&any.into()).unwrap();
        listener.listen(0).unwrap();
        let mut full = Self { listener, _queue: Vec::new() };
        let address = full.address();
        let wait = Duration::from_millis(200);
        while let Ok(stream) = TcpStream::connect_timeout(&address, wait) {
            full._queue.push(stream);
        }
        full
    }

    fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap().as_socket().unwrap()
    }
}

#[test]
fn a_cluster_that_refuses_is_a_502_at_once() {
    let gate = gate(&format!("http://{}", own_address()), "10s");
    let start = Instant::now();

    for request in [POST, "GET /i HTTP/1.1\r\nHost: a\r\n\r\n"] {
        answered(&gate, request).expect_fault(502, "connect_exception");
    }

    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_cluster_without_a_way_to_it_is_a_502() {
    let gate = gate("http://255.255.255.255:9", "10s");

    answered(&gate, POST).expect_fault(502, "connect_exception");
}

#[test]
fn a_cluster_without_an_address_is_told_in_time() {
    let gate = gate("http://nowhere.invalid:9200", "500ms");

    let answer = answered(&gate, POST);

    match answer.status() {
        502 => answer.expect_fault(502, "connect_exception"),
        _ => answer.expect_fault(504, "connect_timeout_exception"),
    }
}

#[test]
fn a_cluster_that_is_slow_to_connect_is_a_504_in_time() {
    let full = Full::new();
    let gate = gate(&format!("http://{}", full.address()), "300ms");
    let start = Instant::now();

    answered(&gate, POST).expect_fault(504, "connect_timeout_exception");

    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn a_write_of_which_nothing_was_sent_may_be_tried_again() {
    let full = Full::new();
    let register = "POST /_plugins/_ml/model_groups/_register HTTP/1.1\r\nHost: a\r\n\
                    Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\":\"g\"}";

    let refused = gate(&format!("http://{}", own_address()), "10s");
    let slow = gate(&format!("http://{}", full.address()), "300ms");

    answered(&refused, register).expect_fault(502, "connect_exception");
    answered(&slow, register).expect_fault(504, "connect_timeout_exception");
}

#[test]
fn a_cluster_that_comes_back_is_found_at_once() {
    let address = own_address();
    let gate = gate(&format!("http://{address}"), "10s");
    answered(&gate, POST).expect_fault(502, "connect_exception");

    let listener = TcpListener::bind(address).unwrap();
    let mut client = Peer::connect(gate.address());
    client.send(POST);
    let mut upstream = Peer::new("the upstream", listener.accept().unwrap().0);
    upstream.expect(POST);
    upstream.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");

    client.expect("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
}

#[test]
fn a_plain_cluster_behind_an_https_url_is_a_502() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ca = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/proxy/faults/ca.pem");
    let (url, ca) = (
        format!("upstream.url=https://{}", listener.local_addr().unwrap()),
        format!("upstream.ca={ca}"),
    );
    let gate = Gate::start(&["identity.source=none", &url, &ca]);

    let mut client = Peer::connect(gate.address());
    client.send(POST);
    let mut upstream = Peer::new("the upstream", listener.accept().unwrap().0);
    upstream.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");

    client.message().expect_fault(502, "connect_exception");
    upstream.expect_gone();
}
