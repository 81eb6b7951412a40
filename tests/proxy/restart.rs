//! One modelgate takes over from another, on the same port and under load.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use rustls::{ClientConfig, version::TLS13};

use crate::support::{
    Asked, Gate, Node, PATIENCE, Pair, Peer, Secure, World, answer, eventually, own_address,
    secure_config,
};

/// No request of these is one that a client would send twice.
const POST: &[u8] = b"POST /i/_doc HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";

/// What clients reach, and how.
struct Service {
    node: Node,
    address: SocketAddr,
    pair: Option<Pair>,
}

/// A connection of a client.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

fn answering(_: &Asked) -> Vec<u8> {
    thread::sleep(Duration::from_millis(2));
    answer("200 OK", &[], b"fine")
}

impl Service {
    fn new(pair: Option<Pair>) -> Self {
        Self { node: Node::start(answering), address: own_address(), pair }
    }

    /// One more modelgate on the same address.
    fn gate(&self) -> Gate {
        let mut settings = vec![
            format!("upstream.url={}", self.node.url()),
            format!("listen={}", self.address),
            "reuse_port=true".to_owned(),
            "identity.source=none".to_owned(),
            "log.access=false".to_owned(),
            "runtime.threads=2".to_owned(),
        ];
        settings.extend(self.pair.iter().flat_map(Pair::settings));
        Gate::start(&settings.iter().map(String::as_str).collect::<Vec<_>>())
    }

    fn trust(&self) -> Option<Arc<ClientConfig>> {
        let pair = self.pair.as_ref()?;
        Some(secure_config(&[pair.shown()], &["http/1.1"], &[&TLS13]))
    }

    fn connect(&self, trust: Option<&Arc<ClientConfig>>) -> Result<Box<dyn Stream>, String> {
        let failed = |error| format!("connecting: {error}");
        if let Some(trust) = trust {
            let secure = Secure::connect(self.address, "localhost", trust.clone());
            return Ok(Box::new(secure.map_err(failed)?));
        }
        let stream = TcpStream::connect(self.address).map_err(failed)?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        Ok(Box::new(stream))
    }

    /// A client that asks until it is told to stop; gives the worst time.
    fn client(
        &self,
        keeps: bool,
        over: &AtomicBool,
        count: &AtomicUsize,
    ) -> Result<Duration, String> {
        let (mut kept, mut worst, trust) = (None, Duration::ZERO, self.trust());
        while !over.load(SeqCst) {
            let start = Instant::now();
            let mut stream = match kept.take() {
                Some(stream) => stream,
                None => self.connect(trust.as_ref())?,
            };
            let stays = exchange(&mut *stream)?;
            kept = (keeps && stays).then_some(stream);
            count.fetch_add(1, SeqCst);
            worst = worst.max(start.elapsed());
        }
        Ok(worst)
    }

    /// Replaces modelgate some times, each after so many requests of clients that keep their
    /// connections, and of as many that make a new one each time; gives what came of it.
    #[track_caller]
    fn is_replaced(&self, times: usize, of_each: usize, requests: usize) -> String {
        let (over, count) = (AtomicBool::new(false), AtomicUsize::new(0));
        let mut gate = self.gate();
        let worst: Result<Vec<Duration>, String> = thread::scope(|scope| {
            let (over, count) = (&over, &count);
            let keeps = [vec![true; of_each], vec![false; of_each]].concat();
            let clients: Vec<_> = keeps
                .into_iter()
                .map(|keeps| scope.spawn(move || self.client(keeps, over, count)))
                .collect();
            let further = || {
                let until = count.load(SeqCst) + requests;
                eventually("requests", || {
                    count.load(SeqCst) >= until || clients.iter().any(|client| client.is_finished())
                });
            };
            for _ in 0..times {
                further();
                let next = self.gate();
                gate.terminate();
                assert_eq!(gate.ended().code(), Some(0));
                gate = next;
            }
            further();
            over.store(true, SeqCst);
            clients.into_iter().map(|client| client.join().unwrap()).collect()
        });
        let worst = worst.unwrap().into_iter().max().unwrap();
        let count = count.into_inner();
        format!("{count} requests, {times} restarts, 0 failed, {worst:?} at worst")
    }
}

/// One request; gives whether the connection stays, or why there was no answer.
fn exchange(stream: &mut dyn Stream) -> Result<bool, String> {
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

#[test]
fn a_rolling_restart_under_load_costs_no_request_and_no_connection() {
    println!("{}", Service::new(None).is_replaced(3, 4, 300));
}

#[test]
fn behind_tls_it_costs_no_request_and_no_handshake_either() {
    println!("TLS: {}", Service::new(Some(Pair::new())).is_replaced(2, 2, 100));
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
