//! A connection of HTTP/2: each of its streams is served as a connection of one request is.

mod flood;
mod gathered;

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
    time::Duration,
};

use bytes::Bytes;
use h2::{
    Reason,
    server::{self, Builder},
};
use tokio::{
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};
use tokio_rustls::server::TlsStream;

use super::connection::Connection;
use crate::{
    config::Limits,
    wire::{H2Stream, Stream},
};
use flood::{Alarm, Watched};
use gathered::Gathered;

/// Requests at once on a connection.
const STREAMS: u32 = 100;

/// How much a client may send ahead on a stream, and on all streams of a connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

/// How much of an answer may wait, on each stream, for a connection that takes no more.
const SEND_BUFFER: usize = 64 * 1024;

/// What HTTP/2 counts for each field beside its name and value (RFC 9113, 6.5.2).
const FIELD_OVERHEAD: usize = 32;

/// How long a connection may take to end once there is nothing left to do on it.
const LEAVE: Duration = Duration::from_secs(1);

type Out = Gathered<TlsStream<TcpStream>>;
type Requests = server::Connection<Watched<Out>, Bytes>;

/// What came next on a connection.
enum Came {
    Request(Stream),
    /// The end of a request.
    Answered,
    /// Nothing, for too long.
    Nothing,
    /// The word to go.
    Leave,
    Flood,
    End,
}

/// A connection of HTTP/2 whose TLS handshake is done.
pub(super) struct Multiplexed {
    /// As which each stream is served.
    each: Connection,
    /// When it began.
    since: Instant,
    streams: JoinSet<()>,
    /// How many there were.
    served: usize,
    /// When it ends, unless there are requests.
    deadline: Instant,
    /// Whether the client was told that it ends.
    leaving: bool,
}

impl Multiplexed {
    pub(super) fn new(each: Connection) -> Self {
        let since = Instant::now();
        let deadline = since + *each.proxy.limits().header_timeout;
        Self { each, since, streams: JoinSet::new(), served: 0, deadline, leaving: false }
    }

    /// Serves it to its end.
    pub(super) async fn serve(mut self, tls: TlsStream<TcpStream>) {
        let alarm = Alarm::default();
        let out = Gathered::new(tls);
        let watched = Watched::new(out.clone(), alarm.clone());
        let handshake = out.sending(settings(self.limits()).handshake(watched));
        let patience = *self.limits().header_timeout;
        let begun = tokio::select! {
            biased;
            begun = timeout(patience, handshake) => begun,
            () = self.each.hall.stopped(self.since) => return,
        };
        match begun {
            Ok(Ok(requests)) => self.requests(requests, &out, &alarm).await,
            Ok(Err(error)) => {
                tracing::debug!(client = %self.each.peer, %error, "no beginning of HTTP/2");
            }
            Err(_) => tracing::debug!(client = %self.each.peer, "HTTP/2 was not begun in time"),
        }
        // What the client has left is noticed there, as on a connection of its own.
        while self.streams.join_next().await.is_some() {}
    }

    async fn requests(&mut self, mut requests: Requests, out: &Out, alarm: &Alarm) {
        loop {
            let (is_idle, stays) = (self.streams.is_empty(), !self.leaving);
            let hall = &self.each.hall;
            let came = tokio::select! {
                biased;
                came = out.sending(next(&mut requests, alarm)) => came,
                Some(_) = self.streams.join_next() => Came::Answered,
                () = hall.left(self.since), if is_idle && stays => Came::Leave,
                () = hall.stopped(self.since), if !is_idle && stays => Came::Leave,
                () = sleep_until(self.deadline), if is_idle => Came::Nothing,
            };
            match came {
                Came::Request(stream) => self.begin(stream, &mut requests),
                Came::Answered => self.rest(),
                Came::Leave => self.leave(&mut requests),
                Came::Nothing if stays => self.leave(&mut requests),
                Came::Flood => return self.calm(requests, out).await,
                Came::Nothing | Came::End => return,
            }
        }
    }

    fn limits(&self) -> &Limits {
        self.each.proxy.limits()
    }

    fn begin(&mut self, stream: Stream, requests: &mut Requests) {
        // In a box: what is spawned is moved more than once, and this is large.
        self.streams.spawn(Box::pin(self.each.clone().serve(stream)));
        self.served += 1;
        if self.served == self.limits().requests_per_connection {
            self.leave(requests);
        }
    }

    /// A request has ended: the time to the next one begins with the last.
    fn rest(&mut self) {
        let keep = if self.leaving { LEAVE } else { *self.limits().keep_alive };
        self.deadline = Instant::now() + keep;
    }

    /// Tells the client to send no more requests here; those that are here are finished.
    fn leave(&mut self, requests: &mut Requests) {
        requests.graceful_shutdown();
        self.leaving = true;
        self.deadline = Instant::now() + LEAVE;
    }

    /// Ends a connection that is misused.
    async fn calm(&mut self, mut requests: Requests, out: &Out) {
        tracing::warn!(client = %self.each.peer, "a connection was closed: a flood of HTTP/2 frames");
        requests.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM);
        let _ = timeout(LEAVE, out.sending(poll_fn(|context| requests.poll_closed(context)))).await;
    }
}

fn settings(limits: &Limits) -> Builder {
    let headers = limits.headers.saturating_add(*limits.header_count * FIELD_OVERHEAD);
    let mut builder = Builder::new();
    builder
        .max_concurrent_streams(STREAMS)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buffer_size(SEND_BUFFER)
        .max_header_list_size(u32::try_from(headers).unwrap_or(u32::MAX));
    builder
}

/// The next request; the connection moves on meanwhile.
async fn next(requests: &mut Requests, alarm: &Alarm) -> Came {
    let mut accept = pin!(requests.accept());
    poll_fn(|context| {
        let polled = accept.as_mut().poll(context);
        match polled {
            _ if alarm.is_raised() => Poll::Ready(Came::Flood),
            Poll::Ready(Some(Ok((request, respond)))) => {
                Poll::Ready(Came::Request(Stream::h2(H2Stream::new(request, respond))))
            }
            Poll::Ready(Some(Err(error))) if is_of_a_flood(&error) => Poll::Ready(Came::Flood),
            Poll::Ready(Some(Err(_)) | None) => Poll::Ready(Came::End),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Whether `h2` itself found what its own limits do not allow.
fn is_of_a_flood(error: &h2::Error) -> bool {
    error.is_library() && error.reason() == Some(Reason::ENHANCE_YOUR_CALM)
}
