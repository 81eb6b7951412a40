//! The network is bad, on either side: each request ends in its time all the same, and nothing of
//! it is left afterwards.

use std::{
    collections::BTreeMap,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use crate::support::{Cluster, Gate, Peer, Toxic, Toxics, eventually, own_address};

/// The times that a request is given here; their sum bounds the slowest, a register that tries to
/// find out what became of its write.
const TIMES: [&str; 5] = [
    "upstream.connect_timeout=500ms",
    "upstream.response_timeout=1s",
    "upstream.body_timeout=1s",
    "limits.header_timeout=1s",
    "limits.keep_alive=2s",
];

/// The longest that a client may have to wait, where it is not its own network that is dead.
const BUDGET: Duration = Duration::from_secs(12);

const CLIENTS: usize = 12;

const TOXICS: [Toxic; 16] = [
    Toxic::Healthy,
    Toxic::Latency(40),
    Toxic::Healthy,
    Toxic::Jitter(60),
    Toxic::Bandwidth(20_000),
    Toxic::Drip(5),
    Toxic::Healthy,
    Toxic::ResetAfter(0),
    Toxic::ResetAfter(20),
    Toxic::ResetAfter(130),
    Toxic::Healthy,
    Toxic::EndAfter(20),
    Toxic::EndAfter(130),
    Toxic::HoleAfter(20),
    Toxic::HoleAfter(130),
    Toxic::HalfOpen,
];

/// What a client asks for: what passes, what modelgate answers, and bodies both ways.
fn request(number: usize) -> String {
    let json = |line: &str, body: &str| {
        let length = body.len();
        format!(
            "{line} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YTpi\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let groups = "/_plugins/_ml/model_groups";
    match number % 6 {
        0 => "GET /i HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".to_owned(),
        1 => json("POST /i/_doc", &format!("{{\"a\":\"{}\"}}", "a".repeat(50_000))),
        2 => json(&format!("POST {groups}/_register"), &format!("{{\"name\":\"n{number}\"}}")),
        3 => json(&format!("PUT {groups}/g1"), r#"{"description":"d"}"#),
        4 => format!("DELETE {groups}/g1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
        _ => format!("GET {groups}/g1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    }
}

/// What became of a request: the status, or why there was none.
fn asked(address: SocketAddr, number: usize, patience: Duration) -> (String, Duration) {
    let start = Instant::now();
    let answer = || -> io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        // The answer may come, and the connection end, before all of it is sent.
        let _ = stream.write_all(request(number).as_bytes());
        let mut bytes = Vec::new();
        let ended = stream.read_to_end(&mut bytes);
        match bytes.get(9..12) {
            Some(status) => Ok(String::from_utf8_lossy(status).into_owned()),
            None => ended.map(|_| "no answer".to_owned()),
        }
    };
    let told = answer().unwrap_or_else(|error| format!("{:?}", error.kind()));
    (told, start.elapsed())
}

/// Asks all the clients' requests; what was told how often, and the longest time.
fn storm(
    address: SocketAddr,
    rounds: usize,
    patience: Duration,
) -> (BTreeMap<String, usize>, Duration) {
    let told = Mutex::new((BTreeMap::new(), Duration::ZERO));
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let told = &told;
            scope.spawn(move || {
                for round in 0..rounds {
                    let (said, took) = asked(address, round * CLIENTS + client + round, patience);
                    let mut told = told.lock().unwrap();
                    *told.0.entry(said).or_default() += 1;
                    told.1 = told.1.max(took);
                }
            });
        }
    });
    told.into_inner().unwrap()
}

/// The figures of modelgate that must be what they were.
fn figure(admin: SocketAddr, name: &str) -> f64 {
    let mut client = Peer::connect(admin);
    client.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let page = client.message().text();
    let line = page.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn rounds() -> usize {
    if std::env::var_os("MODELGATE_TEST_FULL").is_some() { 250 } else { 8 }
}

/// A storm with these networks between client and modelgate, and between modelgate and cluster;
/// then modelgate has no more sockets, requests and memory than before.
fn weathers(
    what: &str,
    client_side: fn(usize) -> Toxic,
    upstream_side: fn(usize) -> Toxic,
    patience: Duration,
) {
    let cluster = Cluster::of_groups();
    let upstream = Toxics::before(cluster.address(), upstream_side);
    let admin = own_address();
    let url = format!("upstream.url=http://{}", upstream.address());
    let listen = format!("admin.listen={admin}");
    let settings = ["listen=127.0.0.1:0", &listen, &url, "upstream.idle_timeout=1s"];
    let flags = settings.iter().chain(&TIMES).flat_map(|setting| ["--set", setting]);
    let gate = Gate::run(flags.collect());
    let clients = Toxics::before(gate.address(), client_side);
    storm(gate.address(), 2, patience);
    let at_rest = || {
        figure(admin, "modelgate_requests_in_flight") == 0.0
            && figure(admin, "modelgate_connections ") == 0.0
            && figure(admin, "modelgate_upstream_connections{state=\"active\"}") == 0.0
            && figure(admin, "modelgate_upstream_connections{state=\"idle\"}") == 0.0
    };
    eventually("it comes to rest before", at_rest);
    let before = (gate.settled_sockets(), gate.memory("VmRSS:"));

    let start = Instant::now();
    let (told, slowest) = storm(clients.address(), rounds(), patience);
    let took = start.elapsed();

    eventually("it comes to rest", at_rest);
    let after = (gate.settled_sockets(), gate.memory("VmRSS:"));
    println!(
        "{what}: {} requests in {took:.0?}, {} bad connections, told {told:?}, slowest \
         {slowest:.1?}; sockets {} before, {} after; memory {} KiB before, {} after",
        told.values().sum::<usize>(),
        clients.injected() + upstream.injected(),
        before.0,
        after.0,
        before.1,
        after.1,
    );
    assert!(told.get("200").is_some_and(|count| *count > 0), "{told:?}");
    assert!(slowest < BUDGET, "{slowest:?}");
    assert!(after.0 <= before.0, "{before:?} {after:?}");
    assert!(after.1 < before.1 + 16 * 1024, "{before:?} {after:?}");
}

#[test]
fn the_clusters_network_may_be_bad_in_every_way() {
    let bad = |at| TOXICS[at * 7 % 16];
    weathers("bad network before the cluster", |_| Toxic::Healthy, bad, 2 * BUDGET);
}

#[test]
fn the_clients_network_may_be_bad_in_every_way() {
    weathers(
        "bad network before modelgate",
        |at| match TOXICS[at * 7 % 16] {
            // The client would wait for itself.
            Toxic::HalfOpen => Toxic::HoleAfter(0),
            toxic => toxic,
        },
        |_| Toxic::Healthy,
        // Nobody but the client can end what is dead on its own side.
        Duration::from_secs(4),
    );
}
