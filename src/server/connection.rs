//! One client connection: its requests, one after the other.

mod head;
mod incoming;
mod line;
mod shed;

use std::{io, mem, net::SocketAddr, sync::Arc, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_rustls::server::TlsStream;

use super::{
    Hall, Share,
    h2::Multiplexed,
    tls::{Tls, failed_as, is_h2},
};
use crate::{
    answer::{Message, Shape},
    error::Error,
    headers::Afterwards,
    metrics::{self, Gauge},
    proxy::Proxy,
    route::{Ours, Routed},
    upstream::{Client, Cut, Ends, Interrupted, Passed},
    wire::{ReadHalf, Stream, Timer, Version, WriteHalf, keep, write_within},
};
use head::Read;
pub use incoming::Incoming;
use line::{Ended, Line};

/// How long, and how much, a connection is read on after a last answer, so that the answer is not
/// lost to a reset.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// A connection of a client.
#[derive(Clone, Debug)]
pub struct Connection {
    pub(super) proxy: Arc<Proxy>,
    pub(super) peer: SocketAddr,
    pub(super) hall: Arc<Hall>,
    /// How many requests came.
    served: usize,
}

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    /// Nothing came yet.
    Await,
    Close,
    /// Close, but see to it that the last answer arrives.
    Linger,
    Stay,
}

impl Connection {
    /// A connection that was accepted.
    pub(super) fn new(proxy: Arc<Proxy>, peer: SocketAddr, hall: Arc<Hall>) -> Self {
        Self { proxy, peer, hall, served: 0 }
    }

    /// Shakes hands, then serves it to its end.
    pub(super) async fn serve_tls(mut self, tcp: TcpStream, tls: &Tls) {
        // In boxes: an idle connection keeps no room for a handshake, nor for HTTP/2 without need.
        let Some(stream) = Box::pin(self.shaken(tcp, tls)).await else { return };
        if is_h2(&stream) {
            Box::pin(Multiplexed::new(self).serve(*stream)).await;
        } else {
            self.serve(Stream::tls(*stream)).await;
        }
    }

    async fn shaken(&mut self, tcp: TcpStream, tls: &Tls) -> Option<Box<TlsStream<TcpStream>>> {
        let patience = *self.proxy.limits().header_timeout;
        let shaken = tokio::select! {
            biased;
            shaken = tls.accept(tcp, patience) => shaken,
            () = self.hall.stopped(Instant::now()) => return None,
        };
        match shaken {
            Ok(stream) => Some(Box::new(stream)),
            Err(error) => {
                metrics::count(failed_as(&error));
                tracing::debug!(client = %self.peer, %error, "no TLS handshake");
                None
            }
        }
    }

    /// Serves it to its end.
    pub async fn serve(mut self, mut stream: Stream) {
        let mut buffer = BytesMut::new();
        let mut idle = Idle::new(*self.proxy.limits().header_timeout);
        let mut half_closed = false;
        let timer = Timer::default();
        while self.awaits(&mut stream, &mut buffer, idle, &timer).await {
            match self.request(&mut stream, &mut buffer, &mut half_closed, &timer).await {
                Next::Await => {}
                Next::Stay if !half_closed || !buffer.is_empty() => {
                    idle = Idle::new(*self.proxy.limits().keep_alive);
                }
                Next::Stay => break,
                Next::Close => return,
                Next::Linger => return linger(stream).await,
            }
        }
        say_goodbye(stream).await;
    }

    /// Waits for a request's first byte; an idle connection holds no buffer.
    async fn awaits(
        &mut self,
        stream: &mut Stream,
        buffer: &mut BytesMut,
        Idle { since, deadline }: Idle,
        timer: &Timer,
    ) -> bool {
        if !buffer.is_empty() {
            return true;
        }
        keep(mem::take(buffer));
        tokio::select! {
            biased;
            ready = timer.until(deadline, stream.readable()) => matches!(ready, Ok(Ok(()))),
            () = self.hall.left(since) => false,
        }
    }

    fn ends(&self) -> Ends<'_> {
        let most = self.proxy.limits().requests_per_connection;
        Ends { is_last: most > 0 && self.served >= most, hall: &self.hall }
    }

    async fn request(
        &mut self,
        stream: &mut Stream,
        buffer: &mut BytesMut,
        half_closed: &mut bool,
        timer: &Timer,
    ) -> Next {
        let (mut from, mut to) = stream.split();
        let read = self.head(&mut from, buffer, timer).await;
        let _in_flight = metrics::raise(Gauge::InFlight);
        let (routed, len, line) = match read {
            Read::Nothing => return Next::Await,
            Read::Ended => return Next::Close,
            Read::Refused(error) => return self.refuse(&mut to, &error, &Line::unread()).await,
            Read::Request { routed, len, line } => (routed, len, line),
        };
        buffer.advance(len);
        self.served += 1;
        let routed = match routed {
            Err(error) => return self.refuse(&mut to, &error, &line).await,
            Ok(routed) => routed,
        };
        let share = match &routed {
            Routed::Ours(_) => Share::Groups,
            Routed::Untouched(_) => Share::Passing,
        };
        let Some(_admitted) = self.proxy.admission().admit(share) else {
            return self.shed(&routed, (&mut from, &mut to), buffer, &line).await;
        };
        match routed {
            Routed::Untouched(request) => {
                let deadline = *self.proxy.limits().body_deadline;
                let (before, ends) = (*half_closed, self.ends());
                let mut client =
                    Client { from, to, buffer, half_closed: before, deadline, ends, timer };
                let passed = self.proxy.pass(&request, &mut client).await;
                *half_closed = client.half_closed;
                self.passed(passed, &mut client.to, &line).await
            }
            Routed::Ours(ours) => self.ours(ours, (&mut from, &mut to), buffer, &line).await,
        }
    }

    /// What becomes of the connection after a request that was passed on, or was to be.
    async fn passed(
        &self,
        passed: Result<Passed, Interrupted>,
        to: &mut WriteHalf<'_>,
        line: &Line,
    ) -> Next {
        match passed {
            Ok(Passed { status, sent, received, client_stays }) => {
                self.log(line, Ended { status, bytes: (sent, received), ..Ended::PASSED });
                if client_stays { Next::Stay } else { Next::Linger }
            }
            Err(interrupted) => self.interrupted(interrupted, to, line).await,
        }
    }

    async fn ours<'s>(
        &self,
        mut ours: Box<Ours>,
        (from, to): (&mut ReadHalf<'s>, &mut WriteHalf<'s>),
        buffer: &mut BytesMut,
        line: &Line,
    ) -> Next {
        let patience = self.proxy.patience();
        let mut body = Incoming::new(from, to, buffer, *self.proxy.limits().body);
        let answered = self.proxy.answer(&mut ours, &mut body, patience).await;
        let stays = body.next_is_near(&ours) && ours.persists() && !self.ends().now();
        let afterwards = match (stays, ours.version()) {
            (false, _) => Afterwards::Close,
            (true, Version::Http10) => Afterwards::StayHttp10,
            (true, Version::Http11) => Afterwards::Stay,
        };
        let (status, fault) = (answered.answer.status, answered.fault);
        let who = answered.known.as_deref().map(|known| known.principal.name.as_str());
        let message = answered.answer.written(&answered.shape, ours.is_head(), afterwards);
        let sent = (message.head.len() + message.body.len()) as u64;
        let written = body.write(&message, patience).await;
        let route = ours.route.template();
        self.log(line, Ended { route, status, who, fault, bytes: (0, sent) });
        match written {
            Err(_) => Next::Close,
            Ok(()) if stays && body.skip(&ours, patience).await => Next::Stay,
            Ok(()) => Next::Linger,
        }
    }

    async fn interrupted(
        &self,
        interrupted: Interrupted,
        to: &mut WriteHalf<'_>,
        line: &Line,
    ) -> Next {
        let Interrupted { cut, answering } = interrupted;
        let error = match cut {
            Cut::ClientGone => None,
            Cut::ClientMalformed(malformed) => Some(Error::Malformed(malformed)),
            Cut::ClientSilent => Some(Error::SlowBody),
            Cut::Refused(refusal) => Some(Error::Guarded(refusal)),
            Cut::Upstream(unanswered) => Some(Error::Unanswered(unanswered)),
        };
        match error {
            Some(error) if !answering => self.refuse(to, &error, line).await,
            error => {
                let fault = error.map_or("client", |error| error.fault());
                self.log(line, Ended { fault: Some(fault), ..Ended::PASSED });
                Next::Close
            }
        }
    }

    /// Answers a request that goes no further; the connection ends with it.
    async fn refuse(&self, to: &mut WriteHalf<'_>, error: &Error, line: &Line) -> Next {
        metrics::denied(error);
        let answer = error.answer();
        let (status, fault) = (answer.status, Some(error.fault()));
        self.log(line, Ended { status, fault, ..Ended::PASSED });
        let message = answer.written(&Shape::default(), line.is_head(), Afterwards::Close);
        match write(to, &message, self.proxy.patience()).await {
            Ok(()) => Next::Linger,
            Err(_) => Next::Close,
        }
    }
}

/// Since when a connection waits for a request, and until when it may.
#[derive(Clone, Copy, Debug)]
struct Idle {
    since: Instant,
    deadline: Instant,
}

impl Idle {
    fn new(patience: Duration) -> Self {
        let since = Instant::now();
        Self { since, deadline: since + patience }
    }
}

pub(crate) async fn write(
    to: &mut WriteHalf<'_>,
    message: &Message,
    patience: Duration,
) -> io::Result<()> {
    write_within(patience, to, &message.head, &message.body).await.map_err(io::Error::from)?
}

/// Tells the other end that there is no more to come, where a mere close would not.
async fn say_goodbye(mut stream: Stream) {
    if let (_, mut to @ WriteHalf::Tls(_)) = stream.split() {
        let _ = timeout(LINGER, to.shutdown()).await;
    }
}

/// Closes the sending side, then reads a little on: a close with unread bytes would reset the
/// connection, and the client might lose the answer.
pub(crate) async fn linger(mut stream: Stream) {
    let (mut from, mut to) = stream.split();
    if to.shutdown().await.is_err() {
        return;
    }
    let read_on = async {
        let mut left = LINGER_BYTES;
        let mut rest = BytesMut::with_capacity(16 * 1024);
        while left > 0 {
            rest.clear();
            match from.read_buf(&mut rest).await {
                Ok(0) | Err(_) => return,
                Ok(read) => left = left.saturating_sub(read),
            }
        }
    };
    let _ = timeout(LINGER, read_on).await;
}
