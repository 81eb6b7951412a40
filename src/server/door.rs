//! Accepting connections, and ceasing to.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::OwnedSemaphorePermit,
    time::{Instant, timeout},
};

use super::{
    Hall,
    listener::Listener,
    seats::{Place, Seats},
};

/// A handshake that has begun is over by then, or is not worth waiting for.
const QUIET: Duration = Duration::from_millis(100);

/// How long a listener is emptied at most.
const EMPTYING: Duration = Duration::from_secs(1);

/// A listener of one worker thread.
#[derive(Debug)]
pub(super) struct Door {
    listener: Listener,
    seats: Arc<Seats>,
    hall: Arc<Hall>,
    /// Accepted, without a seat yet.
    waiting: Option<Waiting>,
}

/// A connection without a seat.
#[derive(Debug)]
struct Waiting {
    stream: TcpStream,
    peer: SocketAddr,
    place: Place,
}

/// A connection with a seat.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) stream: TcpStream,
    pub(super) peer: SocketAddr,
    pub(super) seat: (Option<OwnedSemaphorePermit>, Place),
}

impl Door {
    pub(super) fn new(
        listener: std::net::TcpListener,
        seats: Arc<Seats>,
        hall: Arc<Hall>,
    ) -> io::Result<Self> {
        let listener = Listener::new(listener, "clients")?;
        Ok(Self { listener, seats, hall, waiting: None })
    }

    /// The next connection that may be served. Nothing is lost where this is not waited for to its
    /// end.
    pub(super) async fn accept(&mut self) -> Accepted {
        loop {
            if self.waiting.is_some() {
                let seat = self.seats.seat(&self.hall).await;
                if let Some(waiting) = self.waiting.take() {
                    return waiting.seated(seat);
                }
            }
            self.waiting = self.next().await;
        }
    }

    /// Accepts the connections that have begun, with a seat or without, and closes the listener.
    pub(super) async fn shut(mut self, open: impl Fn(Accepted)) {
        if let Err(error) = refuse_handshakes(self.listener.inner()) {
            tracing::debug!(%error, "handshakes may begin while the listener is closed");
        }
        let end = Instant::now() + EMPTYING;
        let mut next = self.waiting.take();
        loop {
            if let Some(waiting) = next {
                open(waiting.seated(None));
            }
            if Instant::now() >= end {
                return;
            }
            next = match timeout(QUIET, self.next()).await {
                Ok(next) => next,
                Err(_) => return,
            };
        }
    }

    /// Accepts a connection, unless its address has too many.
    async fn next(&mut self) -> Option<Waiting> {
        // An idle connection's descriptor is as good as any.
        let (stream, peer) = self.listener.accept(|| self.hall.make_room()).await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(client = %peer, %error, "a connection that went at once");
            return None;
        }
        let place = self.seats.place(peer.ip())?;
        Some(Waiting { stream, peer, place })
    }
}

impl Waiting {
    fn seated(self, seat: Option<OwnedSemaphorePermit>) -> Accepted {
        let Self { stream, peer, place } = self;
        Accepted { stream, peer, seat: (seat, place) }
    }
}

/// Has the kernel drop each `SYN`, so that no handshake begins: the client tries again after a
/// second, when another listener is there or none. Handshakes that have begun go on.
#[cfg(target_os = "linux")]
fn refuse_handshakes(listener: &TcpListener) -> io::Result<()> {
    use socket2::{SockFilter, SockRef};
    /// Where the flags stand in a segment's header, and two of them.
    const FLAGS: u32 = 13;
    const SYN: u32 = 0x02;
    const ACK: u32 = 0x10;
    SockRef::from(listener).attach_filter(&[
        SockFilter::new(0x30, 0, 0, FLAGS),     // a = flags
        SockFilter::new(0x54, 0, 0, SYN | ACK), // a &= SYN | ACK
        SockFilter::new(0x15, 0, 1, SYN),       // if a == SYN
        SockFilter::new(0x06, 0, 0, 0),         // drop
        SockFilter::new(0x06, 0, 0, u32::MAX),  // else pass all of it
    ])
}

#[cfg(not(target_os = "linux"))]
fn refuse_handshakes(_: &TcpListener) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
