//! No descriptor is left for another connection.

use std::{thread, time::Duration};

use crate::support::{Gate, Node, Peer, answer};

const HEAD: &str = "GET /i HTTP/1.1\r\nHost: a\r\n";

/// More than modelgate takes for itself, fewer than there are clients.
const DESCRIPTORS: usize = 40;
const CLIENTS: usize = 50;

const FAILS: &str = "cannot accept a connection";

fn fine() -> Node {
    Node::start(|_| answer("200 OK", &[], b"fine"))
}

fn scarce(node: &Node) -> Gate {
    let url = format!("upstream.url={}", node.url());
    let own = ["listen=127.0.0.1:0", "admin.listen=off", "identity.source=none", &url];
    let settings = [&own[..], &["runtime.threads=1", "limits.header_timeout=60s"]].concat();
    Gate::with_descriptors(DESCRIPTORS, &settings)
}

fn asks(client: &mut Peer, rest: &str) {
    client.send(rest);
    assert_eq!(client.message().body, b"fine");
}

#[test]
fn connections_wait_for_descriptors_without_a_spin_and_are_served_then() {
    let node = fine();
    let mut gate = scarce(&node);
    asks(&mut Peer::connect(gate.address()), &[HEAD, "\r\n"].concat());
    let mut clients: Vec<Peer> = (0..CLIENTS)
        .map(|_| {
            let mut client = Peer::connect(gate.address());
            client.send(HEAD);
            client
        })
        .collect();
    gate.line(FAILS);

    let before = gate.processor_time();
    thread::sleep(Duration::from_secs(1));
    let used = gate.processor_time() - before;
    let last = clients.split_off(DESCRIPTORS);
    drop(clients);
    for mut client in last {
        asks(&mut client, "\r\n");
    }

    assert!(used < Duration::from_millis(100), "{used:?}");
    assert!(gate.is_alive());
    gate.line("connections are accepted again");
    assert_eq!(gate.log().matches(FAILS).count(), 1);
}

/// Each costs an idle one its place, and the log hears of the first.
#[test]
fn where_idle_connections_have_all_descriptors_others_are_served_all_the_same() {
    let node = fine();
    let gate = scarce(&node);

    let _clients: Vec<Peer> = (0..CLIENTS)
        .map(|_| {
            let mut client = Peer::connect(gate.address());
            asks(&mut client, &[HEAD, "\r\n"].concat());
            client
        })
        .collect();

    gate.line(FAILS);
    assert_eq!(gate.log().matches(FAILS).count(), 1);
    assert_eq!(gate.log().matches("accepted again").count(), 1);
}
