//! Flow control: whoever is slow holds up itself, and no memory.

use std::time::Duration;

use h2::client::Builder;

use crate::support::{Http2, Pair, World, noise, request2 as request};

/// More than fits between the test and modelgate.
const LARGE: usize = 16 << 20;

/// What modelgate may grow by meanwhile, in KiB.
const GROWTH: u64 = 8 << 10;

#[test]
fn large_bodies_pass_both_ways_through_small_windows() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut narrow = Builder::new();
    narrow.initial_window_size(4 * 1024).initial_connection_window_size(64 * 1024);
    let mut client = Http2::with(&world.gate, &pair, &narrow);
    let bytes = noise(LARGE);
    let put = request("POST", "/i").header("content-length", LARGE).body(()).unwrap();
    let (response, mut body) = client.begin(put, false);
    let mut upstream = world.accept();
    upstream.head();
    let before = world.gate.memory("VmHWM");

    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert!(upstream.take(LARGE) == bytes);
            upstream.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n"));
            upstream.send(&bytes);
        });
        client.send_body(&mut body, bytes.clone().into());
        let answer = client.answer(response);
        assert!(answer.body == bytes && answer.end.is_ok());
    });

    let grown = world.gate.memory("VmHWM") - before;
    assert!(grown < GROWTH, "{grown} KiB");
}

#[test]
fn a_client_that_reads_nothing_holds_no_memory_and_nobody_up() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &["upstream.body_timeout=2s"]);
    let mut client = Http2::connect(&world.gate, &pair);
    let before = world.gate.memory("VmHWM");
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let response = client.get("/large");
        let mut upstream = world.accept();
        upstream.head();
        stuck.push((
            response,
            std::thread::spawn(move || {
                upstream.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n"));
                upstream.send_in_vain(vec![b'a'; LARGE]);
            }),
        ));
    }
    let mut other = Http2::connect(&world.gate, &pair);
    let response = other.get("/small");
    world.accept().send("HTTP/1.1 204 No\r\n\r\n");
    assert_eq!(other.answer(response).status, 204);

    let mut answers = Vec::new();
    for (response, upstream) in stuck {
        // Its head is read, and nothing behind it.
        answers.push(client.wait(response).unwrap());
        upstream.join().unwrap();
    }

    let grown = world.gate.memory("VmHWM") - before;
    assert!(grown < 2 * GROWTH, "{grown} KiB");
    for answer in answers {
        assert!(client.rest(answer).end.is_err());
    }
}

#[test]
fn a_cluster_that_reads_nothing_holds_the_client_up() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = Http2::connect(&world.gate, &pair);
    let (_response, mut body) = client.begin(request("POST", "/i").body(()).unwrap(), false);
    let mut upstream = world.accept();
    let before = world.gate.memory("VmHWM");
    body.reserve_capacity(LARGE);

    let mut sent = 0;
    let stalled = loop {
        let room = match body.capacity() {
            0 => {
                let more = std::future::poll_fn(|context| body.poll_capacity(context));
                let waited = async { tokio::time::timeout(Duration::from_secs(1), more).await };
                let Ok(more) = client.wait(waited) else { break true };
                more.unwrap().unwrap()
            }
            room => room,
        };
        body.send_data(vec![b'a'; room].into(), false).unwrap();
        sent += room;
        body.reserve_capacity(LARGE.saturating_sub(sent));
        if sent >= LARGE {
            break false;
        }
    };

    assert!(stalled, "{sent} bytes went nowhere");
    let grown = world.gate.memory("VmHWM") - before;
    assert!(grown < GROWTH, "{grown} KiB");
    upstream.head();
}
