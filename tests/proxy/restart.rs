//! One modelgate takes over from another, on the same port and under load.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    thread,
    time::{Duration, Instant},
};

use crate::support::{Asked, Gate, Node, PATIENCE, Peer, World, answer, eventually};

/// No request of these is one that a client would send twice.
const POST: &[u8] = b"POST /i/_doc HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

/// How often modelgate is replaced.
const TIMES: usize = 3;

/// Clients that keep their connections, and clients that make a new one each time.
const KEEPING: usize = 4;
const FRESH: usize = 4;

/// Some address that is free.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn gate(node: &Node, address: SocketAddr) -> Gate {
    let url = format!("upstream.url={}", node.url());
    let listen = format!("listen={address}");
    let own = ["reuse_port=true", "identity.source=none", "log.access=false", "runtime.threads=2"];
    Gate::start(&[&own[..], &[&url, &listen]].concat())
}

fn answering(_: &Asked) -> Vec<u8> {
    thread::sleep(Duration::from_millis(2));
    answer("200 OK", &[], b"fine")
}

/// One request; gives whether the connection stays, or why there was no answer.
fn exchange(stream: &mut TcpStream) -> Result<bool, String> {
    stream.write_all(POST).map_err(|error| format!("sending: {error}"))?;
    let mut read = Vec::new();
    while !read.ends_with(b"fine") {
        let mut space = [0; 4096];
        match stream.read(&mut space) {
            Ok(0) => return Err(format!("closed after {:?}", String::from_utf8_lossy(&read))),
            Ok(count) => read.extend_from_slice(&space[..count]),
            Err(error) => return Err(format!("reading: {error}")),
        }
    }
    if !read.starts_with(b"HTTP/1.1 200 ") {
        return Err(String::from_utf8_lossy(&read).into_owned());
    }
    Ok(!String::from_utf8_lossy(&read).contains("Connection: close"))
}

fn connected(address: SocketAddr) -> Result<TcpStream, String> {
    let stream = TcpStream::connect(address).map_err(|error| format!("connecting: {error}"))?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Ok(stream)
}

/// A client that asks until it is told to stop; gives the worst time.
fn client(
    address: SocketAddr,
    keeps: bool,
    over: &AtomicBool,
    count: &AtomicUsize,
) -> Result<Duration, String> {
    let (mut kept, mut worst) = (None, Duration::ZERO);
    while !over.load(SeqCst) {
        let start = Instant::now();
        let mut stream = match kept.take() {
            Some(stream) => stream,
            None => connected(address)?,
        };
        let stays = exchange(&mut stream)?;
        kept = (keeps && stays).then_some(stream);
        count.fetch_add(1, SeqCst);
        worst = worst.max(start.elapsed());
    }
    Ok(worst)
}

#[test]
fn a_rolling_restart_under_load_costs_no_request_and_no_connection() {
    let node = Node::start(answering);
    let address = free();
    let (over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut gate_now = gate(&node, address);

    let worst: Result<Vec<Duration>, String> = thread::scope(|scope| {
        let (over, count) = (&over, &count);
        let keeps = [vec![true; KEEPING], vec![false; FRESH]].concat();
        let clients: Vec<_> = keeps
            .into_iter()
            .map(|keeps| scope.spawn(move || client(address, keeps, over, count)))
            .collect();
        let further = || {
            let until = count.load(SeqCst) + 300;
            eventually("requests", || {
                count.load(SeqCst) >= until || clients.iter().any(|client| client.is_finished())
            });
        };
        for _ in 0..TIMES {
            further();
            let next = gate(&node, address);
            gate_now.terminate();
            assert_eq!(gate_now.ended().code(), Some(0));
            gate_now = next;
        }
        further();
        over.store(true, SeqCst);
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });

    let worst = worst.unwrap().into_iter().max().unwrap();
    println!("{} requests, {TIMES} restarts, 0 failed, {worst:?} at worst", count.into_inner());
}

/// The only seat is taken, so the others wait with the kernel.
#[test]
fn connections_that_nobody_has_accepted_yet_are_served() {
    let mut world = World::with(&["limits.connections=1", "limits.drain_wait=0s"]);
    let mut busy = world.client();
    busy.send(POST);
    let mut upstream = world.accept();
    upstream.expect(POST);
    let mut waiting: Vec<Peer> = (0..20).map(|_| world.client()).collect();
    for client in &mut waiting {
        client.send(POST);
    }

    world.gate.terminate();
    for client in &mut waiting {
        let mut upstream = world.accept();
        upstream.expect(POST);
        upstream.send("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
        client.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    }
    upstream.send("HTTP/1.1 204 No\r\n\r\n");

    busy.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn without_reuse_port_a_second_modelgate_does_not_start() {
    let node = Node::start(answering);
    let first = Node::gate(&[&node], &["reuse_port=true"]);
    let listen = format!("listen={}", first.address());
    let arguments = ["--set", "admin.listen=off", "--set", listen.as_str()];

    let second = crate::support::Run::to_end(&arguments);

    assert_eq!(second.code, Some(1));
    assert!(second.err.contains("cannot listen on"), "{}", second.err);
}
