//! A proxy of bytes that makes a connection bad: slow, cut, or dead without a word.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use socket2::SockRef;

/// What is wrong with a connection. Bytes are counted on the way back to who made it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Toxic {
    /// Nothing.
    Healthy,
    /// Everything comes later, by so many milliseconds.
    Latency(u64),
    /// The same, by another time for each piece, up to so many milliseconds.
    Jitter(u64),
    /// So many bytes a second.
    Bandwidth(u64),
    /// One byte at a time, each so many milliseconds after the last.
    Drip(u64),
    /// The connection is reset behind so many bytes.
    ResetAfter(usize),
    /// It ends behind so many bytes.
    EndAfter(usize),
    /// Behind so many bytes nothing comes any more, and nobody says so.
    HoleAfter(usize),
    /// What is sent is taken, and nobody is there.
    HalfOpen,
}

/// The proxy, which accepts until it is dropped.
pub(crate) struct Toxics {
    address: SocketAddr,
    ended: Arc<AtomicBool>,
    injected: Arc<AtomicUsize>,
}

impl Toxics {
    /// A proxy before that address; each connection is as bad as the function of its number says.
    pub(crate) fn before(
        target: SocketAddr,
        choose: impl Fn(usize) -> Toxic + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let toxics = Self { address, ended: Arc::default(), injected: Arc::default() };
        let (ended, injected) = (toxics.ended.clone(), toxics.injected.clone());
        thread::spawn(move || {
            for (number, near) in listener.incoming().map_while(Result::ok).enumerate() {
                if ended.load(SeqCst) {
                    return;
                }
                let toxic = choose(number);
                injected.fetch_add(usize::from(toxic != Toxic::Healthy), SeqCst);
                thread::spawn(move || join(near, target, toxic));
            }
        });
        toxics
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were bad.
    pub(crate) fn injected(&self) -> usize {
        self.injected.load(SeqCst)
    }
}

impl Drop for Toxics {
    fn drop(&mut self) {
        self.ended.store(true, SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

/// Carries bytes both ways until either side has ended; a failure of either is its own affair.
fn join(near: TcpStream, target: SocketAddr, toxic: Toxic) {
    let far = match toxic {
        Toxic::HalfOpen => None,
        _ => TcpStream::connect(target).ok(),
    };
    let Some(far) = far else { return swallow(&near) };
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
    }
    let (from, to) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let there = thread::spawn(move || {
        carry(&from, &to, Toxic::Healthy);
        let _ = to.shutdown(Shutdown::Write);
    });
    carry(&far, &near, toxic);
    match toxic {
        Toxic::ResetAfter(_) => {
            // Without its lingering the last close is a reset; a reader has to wake up first.
            let _ = SockRef::from(&near).set_linger(Some(Duration::ZERO));
            let _ = near.shutdown(Shutdown::Read);
        }
        Toxic::HoleAfter(_) => swallow(&near),
        _ => drop(near.shutdown(Shutdown::Both)),
    }
    let _ = far.shutdown(Shutdown::Both);
    let _ = there.join();
}

/// Takes what comes until the sender ends.
fn swallow(mut near: &TcpStream) {
    let mut bytes = [0; 4096];
    while near.read(&mut bytes).is_ok_and(|count| count > 0) {}
}

fn carry(mut from: &TcpStream, mut to: &TcpStream, toxic: Toxic) {
    let mut bytes = [0; 16 * 1024];
    let mut carried = 0;
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        let limit = match toxic {
            Toxic::ResetAfter(limit) | Toxic::EndAfter(limit) | Toxic::HoleAfter(limit) => limit,
            _ => usize::MAX,
        };
        let passed = &bytes[..count.min(limit - carried)];
        let piece = match toxic {
            Toxic::Drip(_) => 1,
            Toxic::Bandwidth(_) => 512,
            _ => passed.len().max(1),
        };
        for piece in passed.chunks(piece) {
            thread::sleep(pause(toxic, carried, piece.len()));
            if to.write_all(piece).is_err() {
                return;
            }
            carried += piece.len();
        }
        if carried == limit {
            return;
        }
    }
}

fn pause(toxic: Toxic, carried: usize, length: usize) -> Duration {
    let millis = match toxic {
        Toxic::Latency(millis) | Toxic::Drip(millis) => millis,
        Toxic::Jitter(most) => carried as u64 * 7919 % (most + 1),
        Toxic::Bandwidth(rate) => length as u64 * 1000 / rate,
        _ => 0,
    };
    Duration::from_millis(millis)
}
