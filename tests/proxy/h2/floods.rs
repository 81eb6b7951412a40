//! Clients that misuse HTTP/2: they are closed, in bounded memory, and others are served.

use std::time::{Duration, Instant};

use rustls::version::TLS13;

use crate::support::{Cluster, Gate, Http2, Pair, Secure, json_answer, secure_config};

/// The longest flood: what ends it has come long before.
const MOST_BYTES: usize = 64 << 20;

/// What modelgate may grow by meanwhile, in KiB.
const GROWTH: u64 = 16 << 10;

const GOAWAY: u8 = 7;
const ENHANCE_YOUR_CALM: u8 = 11;

struct Flooded {
    cluster: Cluster,
    gate: Gate,
    pair: Pair,
}

impl Flooded {
    fn new() -> Self {
        let cluster = Cluster::start(|asked| match asked.start() {
            "GET /good HTTP/1.1" => json_answer("200 OK", &serde_json::json!({})),
            // And nothing behind that.
            _ => b"HTTP/1.1 102 Processing\r\n\r\n".to_vec(),
        });
        let pair = Pair::new();
        let [certificate, key] = pair.settings();
        let gate = cluster.gate(&[&certificate, &key, "identity.source=none", "runtime.threads=1"]);
        Self { cluster, gate, pair }
    }

    fn client(&self) -> Secure {
        let config = secure_config(&[self.pair.shown()], &["h2"], &[&TLS13]);
        let mut client = Secure::connect(self.gate.address(), "localhost", config).unwrap();
        client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        client.send(frame(4, 0, 0, &[]));
        client
    }

    /// Sends the frames that a function makes of a count, until the connection ends; gives how
    /// many went out, be they read or not, and the code of the GOAWAY, where one was read.
    #[track_caller]
    fn flood(&self, frames: impl Fn(u32) -> Vec<u8>) -> (u32, Option<u8>) {
        let mut client = self.client();
        let before = self.gate.memory("VmHWM");
        let start = Instant::now();
        let (mut sent, mut count) = (0, 0);
        while sent < MOST_BYTES {
            let some: Vec<u8> = (0..100).flat_map(|n| frames(count + n)).collect();
            sent += some.len();
            count += 100;
            if client.try_send(some).is_err() {
                break;
            }
        }
        assert!(sent < MOST_BYTES, "{count} frames were not enough");
        assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
        let grown = self.gate.memory("VmHWM") - before;
        assert!(grown < GROWTH, "{grown} KiB");
        self.serves();
        (count, goaway(&client.rest().0))
    }

    fn serves(&self) {
        let mut client = Http2::connect(&self.gate, &self.pair);
        let response = client.get("/good");
        assert_eq!(client.answer(response).status, 200);
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, high, middle, low] = (payload.len() as u32).to_be_bytes();
    [&[high, middle, low, kind, flags][..], &stream.to_be_bytes(), payload].concat()
}

/// A request for `/`, of static fields only.
fn request(stream: u32, flags: u8) -> Vec<u8> {
    frame(1, flags, stream, &[0x82, 0x87, 0x84, 0x41, 0x01, b'a'])
}

fn next_frame(client: &mut Secure) -> (u8, Vec<u8>) {
    let head = client.take(9);
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    (head[3], client.take(length as usize))
}

/// The code of the first GOAWAY.
fn goaway(mut frames: &[u8]) -> Option<u8> {
    while frames.len() >= 9 {
        let length = u32::from_be_bytes([0, frames[0], frames[1], frames[2]]) as usize;
        if frames[3] == GOAWAY {
            return frames.get(9 + 7).copied();
        }
        frames = frames.get(9 + length..)?;
    }
    None
}

#[test]
fn floods_of_frames_that_ask_for_nothing_end() {
    let flooded = Flooded::new();
    let pings = |_| frame(6, 0, 0, &[0; 8]);
    let settings = |_| frame(4, 0, 0, &[0, 3, 0, 0, 0, 100]);
    let priorities = |n: u32| frame(2, 0, 2 * n + 1, &[0, 0, 0, 0, 9]);
    let unknown = |_| frame(99, 0, 0, &[]);
    let windows = |_| frame(8, 0, 0, &[0, 0, 0, 1]);

    let ends = [
        ("PING", flooded.flood(pings)),
        ("SETTINGS", flooded.flood(settings)),
        ("PRIORITY", flooded.flood(priorities)),
        ("unknown", flooded.flood(unknown)),
        ("WINDOW_UPDATE", flooded.flood(windows)),
    ];

    for (name, (frames, code)) in ends {
        println!("{name}: {frames} frames, GOAWAY {code:?}");
        assert!(frames >= 10_000, "{name}: {frames}");
        assert!(code.is_none_or(|code| code == ENHANCE_YOUR_CALM), "{name}: {code:?}");
    }
    assert!(flooded.gate.log().contains("a flood of HTTP/2 frames"));
}

#[test]
fn a_client_that_listens_is_told_why() {
    let flooded = Flooded::new();
    let mut client = flooded.client();
    let pings: Vec<u8> = (0..100).flat_map(|_| frame(6, 0, 0, &[0; 8])).collect();
    let told = (0..1_000).find_map(|_| {
        client.send(&pings);
        let mut answers = (0..100).map(|_| next_frame(&mut client));
        answers.find(|(kind, _)| *kind == GOAWAY)
    });

    let (_, why) = told.expect("no GOAWAY");
    assert_eq!(why[7], ENHANCE_YOUR_CALM);
}

#[test]
fn rapid_resets_end_before_they_reach_the_cluster_by_thousands() {
    let flooded = Flooded::new();
    let reset = |n: u32| [request(2 * n + 1, 5), frame(3, 0, 2 * n + 1, &[0, 0, 0, 8])].concat();

    let (frames, code) = flooded.flood(reset);

    println!("{frames} resets, GOAWAY {code:?}, {} requests", flooded.cluster.lines().len());
    assert!(flooded.cluster.lines().len() <= 1_500);
}

#[test]
fn resets_that_are_spaced_out_end_too() {
    let flooded = Flooded::new();
    let mut client = flooded.client();
    let mut streams = (1..).step_by(2).take(MOST_BYTES / 28);
    let ends = streams.any(|stream| {
        let mut sent = [request(stream, 5), frame(3, 0, stream, &[0, 0, 0, 8])].into_iter();
        sent.any(|frame| client.try_send(frame).is_err())
    });

    assert!(ends);
    flooded.gate.line("a flood of HTTP/2 frames");
    flooded.serves();
}

#[test]
fn a_head_that_never_ends_ends() {
    let flooded = Flooded::new();
    let empty = |n: u32| if n == 0 { request(1, 1) } else { frame(9, 0, 1, &[]) };
    let full = |n: u32| {
        let field = [&[0, 1, b'x', 100][..], &[b'y'; 100]].concat();
        if n == 0 { request(1, 1) } else { frame(9, 0, 1, &field) }
    };

    for continued in [&empty as &dyn Fn(u32) -> Vec<u8>, &full] {
        let (frames, code) = flooded.flood(continued);

        println!("{frames} CONTINUATION, GOAWAY {code:?}");
    }
    flooded.gate.line("a flood of HTTP/2 frames");
}

#[test]
fn data_without_data_ends() {
    let flooded = Flooded::new();
    let empty = |n: u32| if n == 0 { request(1, 4) } else { frame(0, 0, 1, &[]) };

    let (frames, code) = flooded.flood(empty);

    println!("{frames} empty DATA, GOAWAY {code:?}");
    flooded.gate.line("a flood of HTTP/2 frames");
}

#[test]
fn headers_of_more_bytes_than_they_look_end() {
    let flooded = Flooded::new();
    // A long field is put into the table, and then told by its number, thousands of times.
    let field = [&[0x40, 1, b'x', 0x7f, 0xa1, 0x1e][..], &[b'y'; 4000]].concat();
    let bomb = [&[0x82, 0x87, 0x84][..], &field, &[0xbe; 4000]].concat();
    let mut client = flooded.client();
    let before = flooded.gate.memory("VmHWM");

    client.send(frame(1, 5, 1, &bomb));

    assert_eq!(goaway(&client.rest().0), Some(ENHANCE_YOUR_CALM));
    flooded.serves();
    let grown = flooded.gate.memory("VmHWM") - before;
    assert!(grown < GROWTH, "{grown} KiB");
    assert_eq!(flooded.cluster.heard("GET / ").len(), 0);
}

#[test]
fn no_more_streams_are_open_at_once_than_are_allowed() {
    let flooded = Flooded::new();
    let mut client = flooded.client();

    for n in 0..150 {
        client.send(request(2 * n + 1, 5));
    }

    flooded.serves();
    let refused = std::iter::repeat_with(|| next_frame(&mut client)).find(|(kind, _)| *kind == 3);
    assert_eq!(refused.unwrap().1, [0, 0, 0, 7]);
}
