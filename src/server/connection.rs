//! One client connection: its requests, one after the other.

use std::{
    io,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
    time::{timeout, timeout_at},
};

use crate::{
    answer::Shape,
    error::Error,
    headers::Afterwards,
    proxy::Proxy,
    route::{Ours, Routed, sort},
    telemetry::AccessLine,
    upstream::{Client, Cut, Interrupted},
    wire::{
        Framing, Malformed, ReadHalf, RequestHead, Stream, Unread, Version, WriteHalf, read_whole,
    },
};

/// How long, and how much, a connection is read on after a last answer, so that the answer is not
/// lost to a reset.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 1024 * 1024;

/// The largest body that is read to its end only to keep the connection.
const WORTH_DRAINING: u64 = 256 * 1024;

/// A connection of a client.
#[derive(Debug)]
pub struct Connection {
    proxy: Arc<Proxy>,
    peer: SocketAddr,
    stop: watch::Receiver<bool>,
}

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Next {
    Close,
    /// Close, but see to it that the last answer arrives.
    Linger,
    Stay,
}

/// What stands at the front of the buffer.
enum Read {
    Request { routed: Result<Routed, Error>, len: usize, line: (String, String) },
    Refused(Error),
    Ended,
}

impl Connection {
    /// A connection that was accepted.
    pub fn new(proxy: Arc<Proxy>, peer: SocketAddr, stop: watch::Receiver<bool>) -> Self {
        Self { proxy, peer, stop }
    }

    /// Serves it to its end.
    pub async fn serve(mut self, tcp: TcpStream) {
        let mut stream = Stream::Tcp(tcp);
        let mut buffer = BytesMut::new();
        let mut patience = self.proxy.limits().header_timeout;
        let mut half_closed = false;
        while self.awaits(&stream, &mut buffer, *patience).await {
            let next = self.request(&mut stream, &mut buffer, &mut half_closed).await;
            match next {
                Next::Stay if !half_closed || !buffer.is_empty() => {
                    patience = self.proxy.limits().keep_alive;
                }
                Next::Stay | Next::Close => return,
                Next::Linger => return linger(stream).await,
            }
        }
    }

    /// Waits for a request's first byte; an idle connection holds no buffer.
    async fn awaits(&mut self, stream: &Stream, buffer: &mut BytesMut, patience: Duration) -> bool {
        if !buffer.is_empty() {
            return true;
        }
        *buffer = BytesMut::new();
        tokio::select! {
            biased;
            ready = timeout(patience, stream.readable()) => matches!(ready, Ok(Ok(()))),
            _ = self.stop.wait_for(|stop| *stop) => false,
        }
    }

    async fn request(
        &mut self,
        stream: &mut Stream,
        buffer: &mut BytesMut,
        half_closed: &mut bool,
    ) -> Next {
        let (mut from, mut to) = stream.split();
        let read = self.head(&mut from, buffer).await;
        let started = Instant::now();
        let (routed, len, line) = match read {
            Read::Ended => return Next::Close,
            Read::Refused(error) => return self.refuse(&mut to, &error, None, started).await,
            Read::Request { routed, len, line } => (routed, len, line),
        };
        buffer.advance(len);
        let may_stay = !*self.stop.borrow();
        match routed {
            Err(error) => self.refuse(&mut to, &error, Some(&line), started).await,
            Ok(Routed::Untouched(request)) => {
                let mut client =
                    Client { from, to, buffer, half_closed: *half_closed, may_stay };
                let passed = self.proxy.pass(&request, &mut client).await;
                *half_closed = client.half_closed;
                let mut to = client.to;
                match passed {
                    Ok(passed) => {
                        self.log(&line, "passthrough", passed.status, None, None, started, passed.sent, passed.received);
                        if passed.client_stays { Next::Stay } else { Next::Linger }
                    }
                    Err(interrupted) => {
                        self.interrupted(interrupted, &mut to, &line, started).await
                    }
                }
            }
            Ok(Routed::Ours(ours)) => {
                self.ours(*ours, &mut from, &mut to, buffer, may_stay, started).await
            }
        }
    }

    /// Reads a head, which may not take longer than the limit from its first byte.
    async fn head(&self, from: &mut ReadHalf<'_>, buffer: &mut BytesMut) -> Read {
        let limits = self.proxy.limits();
        let deadline = tokio::time::Instant::now() + *limits.header_timeout;
        loop {
            match RequestHead::parse(buffer, *limits.header_count) {
                Ok(Some(head)) if head.len > *limits.headers => {
                    return Read::Refused(Error::HeadersTooLarge);
                }
                Ok(Some(head)) => return self.sorted(&head),
                Ok(None) if buffer.len() > *limits.headers => {
                    return Read::Refused(Error::HeadersTooLarge);
                }
                Ok(None) => {}
                Err(Malformed::TooManyFields) => return Read::Refused(Error::HeadersTooLarge),
                Err(malformed) => return Read::Refused(Error::Malformed(malformed)),
            }
            buffer.reserve(4 * 1024);
            match timeout_at(deadline, from.read_buf(buffer)).await {
                Ok(Ok(0)) | Ok(Err(_)) => return Read::Ended,
                Ok(Ok(_)) => {}
                Err(_) if buffer.is_empty() => return Read::Ended,
                Err(_) => return Read::Refused(Error::SlowHeaders),
            }
        }
    }

    fn sorted(&self, head: &RequestHead<'_>) -> Read {
        let path = head.target.split('?').next().unwrap_or_default();
        Read::Request {
            routed: sort(head, self.proxy.authority()).map_err(Error::from),
            len: head.len,
            line: (head.method.to_owned(), path.to_owned()),
        }
    }

    async fn ours<'s>(
        &self,
        mut ours: Ours,
        from: &mut ReadHalf<'s>,
        to: &mut WriteHalf<'s>,
        buffer: &mut BytesMut,
        may_stay: bool,
        started: Instant,
    ) -> Next {
        let mut body = Incoming { from, to, buffer, read: None, limit: *self.proxy.limits().body };
        let answered = self.proxy.answer(&mut ours, &mut body, self.proxy.patience()).await;
        let Incoming { to, read, .. } = body;
        let whole = match read {
            Some(Ok(())) => true,
            Some(Err(())) => false,
            None => ours.framing().is_none(),
        };
        let stays = may_stay && whole && ours.persists();
        let afterwards = match (stays, ours.version()) {
            (false, _) => Afterwards::Close,
            (true, Version::Http10) => Afterwards::StayHttp10,
            (true, Version::Http11) => Afterwards::Stay,
        };
        let (status, fault, who) =
            (answered.answer.status, answered.fault, answered.who.as_deref());
        let bytes = answered.answer.written(&answered.shape, ours.is_head(), afterwards);
        let sent = bytes.len() as u64;
        let written = write(to, &bytes, self.proxy.patience()).await;
        let line = (ours.method.clone(), ours.path().to_owned());
        self.log(&line, ours.route.template(), status, who, fault, started, 0, sent);
        match (written, stays) {
            (Ok(()), true) => Next::Stay,
            (Ok(()), false) => Next::Linger,
            (Err(_), _) => Next::Close,
        }
    }

    async fn interrupted(
        &self,
        interrupted: Interrupted,
        to: &mut WriteHalf<'_>,
        line: &(String, String),
        started: Instant,
    ) -> Next {
        let Interrupted { cut, answering } = interrupted;
        let error = match cut {
            Cut::ClientGone => None,
            Cut::ClientMalformed(malformed) => Some(Error::Malformed(malformed)),
            Cut::ClientSilent => Some(Error::SlowBody),
            Cut::Upstream(unanswered) => Some(Error::Unanswered(unanswered)),
        };
        match error {
            Some(error) if !answering => self.refuse(to, &error, Some(line), started).await,
            error => {
                let fault = error.map_or("client", |error| error.fault());
                self.log(line, "passthrough", 0, None, Some(fault), started, 0, 0);
                Next::Close
            }
        }
    }

    /// Answers a request that goes no further; the connection ends with it.
    async fn refuse(
        &self,
        to: &mut WriteHalf<'_>,
        error: &Error,
        line: Option<&(String, String)>,
        started: Instant,
    ) -> Next {
        let answer = error.answer();
        let unread = ("-".to_owned(), "-".to_owned());
        let fault = Some(error.fault());
        let line = line.unwrap_or(&unread);
        self.log(line, "passthrough", answer.status, None, fault, started, 0, 0);
        let is_head = line.0 == "HEAD";
        let bytes = answer.written(&Shape::default(), is_head, Afterwards::Close);
        match write(to, &bytes, self.proxy.patience()).await {
            Ok(()) => Next::Linger,
            Err(_) => Next::Close,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one value for each field of the line")]
    fn log(
        &self,
        line: &(String, String),
        route: &'static str,
        status: u16,
        who: Option<&str>,
        fault: Option<&'static str>,
        started: Instant,
        request_bytes: u64,
        response_bytes: u64,
    ) {
        AccessLine {
            client: self.peer,
            method: &line.0,
            path: &line.1,
            route,
            status,
            who,
            millis: started.elapsed().as_millis() as u64,
            request_bytes,
            response_bytes,
            fault,
        }
        .log();
    }
}

/// The body of a request of ours, read when it is wanted.
#[derive(Debug)]
pub struct Incoming<'i, 's> {
    from: &'i mut ReadHalf<'s>,
    to: &'i mut WriteHalf<'s>,
    buffer: &'i mut BytesMut,
    /// Whether it was read, and to its end.
    read: Option<Result<(), ()>>,
    limit: usize,
}

impl Incoming<'_, '_> {
    /// Reads the body whole, asking for it first where the client waits to be asked.
    ///
    /// # Errors
    /// A body over the limit, malformed, slow or cut.
    pub async fn whole(&mut self, ours: &Ours, patience: Duration) -> Result<Vec<u8>, Error> {
        let framing = ours.framing();
        if matches!(framing, Framing::Length(length) if length > self.limit as u64) {
            self.read = Some(Err(()));
            return Err(Error::BodyTooLarge(self.limit));
        }
        if ours.expects_continue() && self.buffer.is_empty() {
            let asked = write(self.to, b"HTTP/1.1 100 Continue\r\n\r\n", patience).await;
            asked.map_err(|_| Error::ClientGone)?;
        }
        let read = read_whole(framing, self.limit as u64, patience, self.buffer, self.from).await;
        self.read = Some(read.as_ref().map(drop).map_err(drop));
        read.map_err(|unread| match unread {
            Unread::Malformed(malformed) => Error::Malformed(malformed),
            Unread::TooLarge => Error::BodyTooLarge(self.limit),
            Unread::Cut(_) => Error::ClientGone,
            Unread::Silent => Error::SlowBody,
        })
    }

    /// Reads a body that nobody wants, where that is cheaper than a new connection.
    pub async fn skip(&mut self, ours: &Ours, patience: Duration) {
        let small = match ours.framing() {
            Framing::Length(length) => length <= WORTH_DRAINING,
            Framing::Chunked => true,
            Framing::UntilClose => false,
        };
        if self.read.is_none() && small && !ours.expects_continue() {
            let most = WORTH_DRAINING;
            let read = read_whole(ours.framing(), most, patience, self.buffer, self.from).await;
            self.read = Some(read.map(drop).map_err(drop));
        }
    }
}

async fn write(to: &mut WriteHalf<'_>, bytes: &[u8], patience: Duration) -> io::Result<()> {
    let written = async {
        to.write_all(bytes).await?;
        to.flush().await
    };
    timeout(patience, written).await.map_err(io::Error::from)?
}

/// Closes the sending side, then reads a little on: a close with unread bytes would reset the
/// connection, and the client might lose the answer.
async fn linger(mut stream: Stream) {
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
