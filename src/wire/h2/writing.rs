//! The bytes of an HTTP/1.1 answer as an answer of HTTP/2.

use std::{
    io,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use h2::{Reason, SendStream, server::SendResponse};
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::failed;
use crate::wire::{Chunks, Framing, MAX_FIELDS, ResponseHead};

/// Fields that HTTP/2 does not have (RFC 9113, 8.2.2).
const NOT_OF_HTTP_2: [&str; 5] =
    ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"];

/// An answer on its way out.
#[derive(Debug)]
pub(super) struct Writing {
    respond: SendResponse<Bytes>,
    /// Whether the answer has no body whatever it declares.
    is_head: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// What came so far of a head.
    Head(Vec<u8>),
    Body(SendStream<Bytes>, Rest),
    Ended,
}

/// What is still to come of a body.
#[derive(Debug)]
enum Rest {
    Chunked { chunks: Chunks, trailers: Vec<u8> },
    Length(u64),
    UntilClose,
}

impl Writing {
    pub(super) fn new(respond: SendResponse<Bytes>, is_head: bool) -> Self {
        Self { respond, is_head, state: State::Head(Vec::new()) }
    }

    /// Waits until the client gives the request up; there is nothing to wait for behind an answer.
    pub(super) fn poll_given_up(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let given_up = match &mut self.state {
            State::Head(_) => self.respond.poll_reset(context),
            State::Body(send, _) => send.poll_reset(context),
            State::Ended => return Poll::Ready(Ok(())),
        };
        given_up.map(|reason| Err(reason.map_or_else(failed, |reason| failed(reason.into()))))
    }

    pub(super) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.state {
            State::Head(held) => {
                let held = std::mem::take(held);
                Poll::Ready(self.head(held, bytes))
            }
            State::Body(send, rest) => {
                let taken = ready!(rest.poll_send(send, context, bytes))?;
                if rest.is_sent() {
                    self.state = State::Ended;
                }
                Poll::Ready(Ok(taken))
            }
            State::Ended => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
        }
    }

    /// Ends a body that ends with its connection; any other that has not ended is cut.
    pub(super) fn end(&mut self) -> io::Result<()> {
        if let State::Body(send, Rest::UntilClose) = &mut self.state {
            send.send_data(Bytes::new(), true).map_err(failed)?;
            self.state = State::Ended;
        }
        Ok(())
    }

    /// Takes the bytes of a head; gives how many of them are its own.
    fn head(&mut self, mut held: Vec<u8>, bytes: &[u8]) -> io::Result<usize> {
        let before = held.len();
        let all = if before == 0 {
            bytes
        } else {
            held.extend_from_slice(bytes);
            &held
        };
        let Some(head) = ResponseHead::parse(all).map_err(invalid)? else {
            self.state = State::Head(if before == 0 { bytes.to_vec() } else { held });
            return Ok(bytes.len());
        };
        let taken = head.len - before;
        self.state = self.begin(&head)?;
        Ok(taken)
    }

    fn begin(&mut self, head: &ResponseHead<'_>) -> io::Result<State> {
        let mut answer = Response::new(());
        *answer.status_mut() = head.status.try_into().map_err(invalid)?;
        let fields = head.fields.iter().map(|field| (field.name, field.value));
        *answer.headers_mut() = mapped(fields)?;
        if answer.status().is_informational() {
            self.respond.send_informational(answer).map_err(failed)?;
            return Ok(State::Head(Vec::new()));
        }
        let framing = Framing::of_response(head, self.is_head).map_err(invalid)?;
        let send = self.respond.send_response(answer, framing.is_none()).map_err(failed)?;
        Ok(match framing {
            Framing::NONE => State::Ended,
            Framing::Length(left) => State::Body(send, Rest::Length(left)),
            Framing::UntilClose => State::Body(send, Rest::UntilClose),
            Framing::Chunked => {
                let (chunks, trailers) = (Chunks::default(), Vec::new());
                State::Body(send, Rest::Chunked { chunks, trailers })
            }
        })
    }
}

impl Drop for Writing {
    /// An answer that was cut must not look whole.
    fn drop(&mut self) {
        match &mut self.state {
            State::Head(_) => self.respond.send_reset(Reason::INTERNAL_ERROR),
            State::Body(send, _) => send.send_reset(Reason::INTERNAL_ERROR),
            State::Ended => {}
        }
    }
}

impl Rest {
    fn is_sent(&self) -> bool {
        match self {
            Self::Chunked { chunks, .. } => chunks.ended(),
            Self::Length(left) => *left == 0,
            Self::UntilClose => false,
        }
    }

    /// Sends as much as the client has room for; gives how many bytes were taken.
    fn poll_send(
        &mut self,
        send: &mut SendStream<Bytes>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Chunked { chunks, trailers } => decoded(chunks, trailers, send, context, bytes),
            Self::Length(left) => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
                let room = ready!(poll_room(send, context, most))?;
                *left -= room as u64;
                let data = Bytes::copy_from_slice(&bytes[..room]);
                Poll::Ready(send.send_data(data, *left == 0).map(|()| room).map_err(failed))
            }
            Self::UntilClose => {
                let room = ready!(poll_room(send, context, bytes.len()))?;
                let data = Bytes::copy_from_slice(&bytes[..room]);
                Poll::Ready(send.send_data(data, false).map(|()| room).map_err(failed))
            }
        }
    }
}

/// Sends the data of a chunked body, and its trailers as such.
fn decoded(
    chunks: &mut Chunks,
    trailers: &mut Vec<u8>,
    send: &mut SendStream<Bytes>,
    context: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    let mut taken = 0;
    while taken < bytes.len() && !chunks.ended() {
        let mut next = &bytes[taken..];
        if chunks.is_in_data() {
            match poll_room(send, context, next.len()) {
                Poll::Ready(room) => next = &next[..room?],
                Poll::Pending if taken > 0 => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        let is_trailer = chunks.is_in_trailers();
        let step = chunks.step(next).map_err(invalid)?;
        if !step.data.is_empty() {
            send.send_data(Bytes::copy_from_slice(step.data), false).map_err(failed)?;
        }
        if is_trailer {
            trailers.extend_from_slice(&next[..step.taken]);
        }
        taken += step.taken;
    }
    if chunks.ended() {
        end_with(trailers, send)?;
    }
    Poll::Ready(Ok(taken))
}

fn end_with(trailers: &[u8], send: &mut SendStream<Bytes>) -> io::Result<()> {
    let mut space = [httparse::EMPTY_HEADER; MAX_FIELDS];
    let fields = match httparse::parse_headers(trailers, &mut space).map_err(invalid)? {
        httparse::Status::Complete((_, fields)) => fields,
        httparse::Status::Partial => &[],
    };
    let fields = mapped(fields.iter().map(|field| (field.name, field.value)))?;
    if fields.is_empty() {
        return send.send_data(Bytes::new(), true).map_err(failed);
    }
    send.send_trailers(fields).map_err(failed)
}

/// Waits until the client has room for some of that many bytes.
fn poll_room(
    send: &mut SendStream<Bytes>,
    context: &mut Context<'_>,
    most: usize,
) -> Poll<io::Result<usize>> {
    send.reserve_capacity(most);
    loop {
        let room = send.capacity().min(most);
        if room > 0 || most == 0 {
            return Poll::Ready(Ok(room));
        }
        match ready!(send.poll_capacity(context)) {
            Some(more) => more.map_err(failed)?,
            None => return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        };
    }
}

fn mapped<'f>(fields: impl Iterator<Item = (&'f str, &'f [u8])>) -> io::Result<HeaderMap> {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        if NOT_OF_HTTP_2.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(invalid)?;
        map.append(name, HeaderValue::from_bytes(value).map_err(invalid)?);
    }
    Ok(map)
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
