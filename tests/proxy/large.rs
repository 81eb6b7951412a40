//! A gibibyte each way: what streams is never held.
//!
//! `MODELGATE_TEST_STREAM_MIB` makes it less or more.

use std::{io::Write, thread};

use crate::support::{Peer, World, noise};

const BLOCK: usize = 64 * 1024;
const BLOCKS_OF_A_MIB: u64 = 16;

/// Growth beyond this is a message that was held, in KiB.
const MOST: u64 = 16 * 1024;

/// How a body is framed.
#[derive(Clone, Copy, Debug)]
enum Framing {
    Chunked,
    Length,
}

/// A body without end in sight, each block of it another one.
struct Blocks {
    framing: Framing,
    block: Vec<u8>,
    number: u64,
    count: u64,
}

impl Blocks {
    fn new(framing: Framing) -> Self {
        let mib = std::env::var("MODELGATE_TEST_STREAM_MIB");
        let mib: u64 = mib.map_or(1024, |mib| mib.parse().unwrap());
        Self { framing, block: noise(BLOCK), number: 0, count: mib * BLOCKS_OF_A_MIB }
    }

    /// The header line that frames it.
    fn field(&self) -> String {
        match self.framing {
            Framing::Chunked => "Transfer-Encoding: chunked".to_owned(),
            Framing::Length => format!("Content-Length: {}", self.count * BLOCK as u64),
        }
    }

    /// The next bytes on the wire.
    fn next(&mut self) -> Option<Vec<u8>> {
        self.number += 1;
        if self.number > self.count {
            let ends = matches!(self.framing, Framing::Chunked) && self.number == self.count + 1;
            return ends.then(|| b"0\r\nX-Blocks: all\r\n\r\n".to_vec());
        }
        self.block[..8].copy_from_slice(&self.number.to_le_bytes());
        Some(match self.framing {
            Framing::Chunked => {
                [format!("{BLOCK:x}\r\n").as_bytes(), &self.block, b"\r\n"].concat()
            }
            Framing::Length => self.block.clone(),
        })
    }

    fn send(mut self, mut to: Peer) -> Peer {
        while let Some(bytes) = self.next() {
            to.send(bytes);
        }
        to
    }

    #[track_caller]
    fn expect(mut self, from: &mut Peer) {
        let mut space = vec![0; BLOCK + 100];
        while let Some(wanted) = self.next() {
            let space = &mut space[..wanted.len()];
            let mut filled = 0;
            while filled < space.len() {
                let read = from.read(&mut space[filled..]);
                assert!(read > 0, "it ended at block {} of {}", self.number, self.count);
                filled += read;
            }
            assert!(space == wanted, "block {} of {} is another", self.number, self.count);
        }
    }
}

/// Runs a transfer, and tells how much modelgate has grown by it.
#[track_caller]
fn grows_little(what: &str, world: &World, transfer: impl FnOnce()) {
    world.serves_and_sent_nothing_else();
    let (peak, now) = (world.gate.memory("VmHWM"), world.gate.memory("VmRSS"));

    transfer();

    let peak = world.gate.memory("VmHWM").saturating_sub(peak);
    let now = world.gate.memory("VmRSS").saturating_sub(now);
    // Past the capture of the test harness: the figure is wanted of a test that passes.
    let _ = writeln!(std::io::stderr(), "{what}: peak +{peak} KiB, afterwards +{now} KiB");
    assert!(peak < MOST, "{what}: {peak} KiB");
}

#[track_caller]
fn uploads(framing: Framing) {
    let world = World::start();
    grows_little(&format!("upload, {framing:?}"), &world, || {
        let field = Blocks::new(framing).field();
        let head = format!("POST /i/_doc HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n");
        let mut client = world.client();
        client.send(&head);
        let mut upstream = world.accept();
        upstream.expect(&head);

        let sending = thread::spawn(move || Blocks::new(framing).send(client));
        Blocks::new(framing).expect(&mut upstream);

        upstream.send("HTTP/1.1 204 No\r\n\r\n");
        sending.join().unwrap().expect("HTTP/1.1 204 No\r\n\r\n");
    });
}

#[track_caller]
fn downloads(framing: Framing) {
    let world = World::start();
    grows_little(&format!("download, {framing:?}"), &world, || {
        let field = Blocks::new(framing).field();
        let head = format!("HTTP/1.1 200 OK\r\n{field}\r\n\r\n");
        let mut client = world.client();
        client.send("GET /i HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut upstream = world.accept();
        upstream.expect("GET /i HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.send(&head);
        client.expect(&head);

        let sending = thread::spawn(move || Blocks::new(framing).send(upstream));
        Blocks::new(framing).expect(&mut client);

        sending.join().unwrap();
    });
}

#[test]
fn an_upload_of_a_length_is_not_held() {
    uploads(Framing::Length);
}

#[test]
fn a_chunked_upload_is_not_held() {
    uploads(Framing::Chunked);
}

#[test]
fn a_download_of_a_length_is_not_held() {
    downloads(Framing::Length);
}

#[test]
fn a_chunked_download_is_not_held() {
    downloads(Framing::Chunked);
}
