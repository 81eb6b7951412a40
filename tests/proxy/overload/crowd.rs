//! A crowd of idle and slow connections, and one healthy client.

use std::{
    env,
    time::{Duration, Instant},
};

use super::slow::Crowd;
use crate::support::{Asked, Gate, Node, Peer, answer};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

/// Idle connections, and slow ones in all: `MODELGATE_TEST_CROWD=10000` for the full crowd.
fn crowd() -> (usize, usize) {
    let idle = env::var("MODELGATE_TEST_CROWD").ok().and_then(|count| count.parse().ok());
    idle.map_or((1_000, 150), |idle| (idle, 1_000))
}

fn answering(asked: &Asked) -> Vec<u8> {
    match asked.head.starts_with("GET /large ") {
        true => answer("200 OK", &[], &vec![b'x'; 8 * 1024 * 1024]),
        false => answer("200 OK", &[], b"fine"),
    }
}

/// A thousand requests over one connection; gives the slowest but ten.
fn healthy(gate: &Gate) -> Duration {
    let mut client = Peer::connect(gate.address());
    let mut times: Vec<Duration> = (0..1_000)
        .map(|_| {
            let start = Instant::now();
            client.send(GET);
            assert_eq!(client.message().body, b"fine");
            start.elapsed()
        })
        .collect();
    times.sort();
    times[times.len() - 11]
}

#[test]
fn idle_and_slow_connections_do_not_stop_a_healthy_client() {
    let (idle, slow) = crowd();
    let node = Node::start(answering);
    let limit = format!("limits.connections={idle}");
    let gate = Node::gate(&[&node], &[&limit, "log.access=false"]);
    let alone = healthy(&gate);
    let empty = gate.memory("VmRSS:");

    let mut idlers: Vec<Peer> = (0..idle).map(|_| Peer::connect(gate.address())).collect();
    for idler in &mut idlers {
        idler.send(GET);
        assert_eq!(idler.message().body, b"fine");
    }
    let with_idle = gate.memory("VmRSS:");
    let crowd = Crowd::start(gate.address(), slow / 3);
    let among = healthy(&gate);
    let with_slow = gate.memory("VmRSS:");
    drop((crowd, idlers));

    let each = (with_idle - empty) as f64 / idle as f64;
    println!(
        "{idle} idle and {slow} slow connections: 1,000 requests of another, 0 failed, p99 \
         {among:?} (alone {alone:?}); {empty} KiB without them, {with_idle} KiB with the idle \
         ones ({each:.1} KiB each), {with_slow} KiB with the slow ones"
    );
    assert!(among < Duration::from_secs(1), "{among:?}");
    assert!(each < 24.0, "{each} KiB for each idle connection");
}
