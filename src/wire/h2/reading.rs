//! A request of HTTP/2 as the bytes of HTTP/1.1.

use std::{
    collections::VecDeque,
    io,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use h2::RecvStream;
use http::{HeaderMap, Method, Request, header, request::Parts};
use tokio::io::ReadBuf;

use super::failed;

/// A request on its way in.
#[derive(Debug)]
pub(super) struct Reading {
    /// What was translated and not read.
    ready: VecDeque<Bytes>,
    body: RecvStream,
    is_chunked: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    /// Nothing was read yet.
    New,
    Data,
    Trailers,
    Ended,
}

impl Reading {
    pub(super) fn new(request: Request<RecvStream>) -> Self {
        let (parts, body) = request.into_parts();
        let is_chunked =
            !body.is_end_stream() && !parts.headers.contains_key(header::CONTENT_LENGTH);
        let ready = VecDeque::from([Bytes::from(head(&parts, is_chunked))]);
        Self { ready, body, is_chunked, state: State::New }
    }

    pub(super) fn is_new(&self) -> bool {
        self.state == State::New
    }

    /// Reads on; gives whether there was anything but the end.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<bool>> {
        loop {
            if self.give(buffer) {
                return Poll::Ready(Ok(true));
            }
            match self.state {
                State::New => self.state = State::Data,
                State::Data => ready!(self.poll_data(context))?,
                State::Trailers => {
                    let trailers = ready!(self.body.poll_trailers(context)).map_err(failed)?;
                    self.ready.push_back(last_chunk(trailers.unwrap_or_default()));
                    self.state = State::Ended;
                }
                State::Ended => return Poll::Ready(Ok(false)),
            }
        }
    }

    /// Gives what waits, as far as there is room.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let before = buffer.filled().len();
        while let Some(next) = self.ready.front_mut() {
            let run = next.len().min(buffer.remaining());
            buffer.put_slice(&next[..run]);
            next.advance(run);
            if !next.is_empty() {
                break;
            }
            self.ready.pop_front();
        }
        buffer.filled().len() > before
    }

    /// Takes the next data, which makes room for as much. Trailers behind a body whose length was
    /// told have no place in HTTP/1.1: they are left out.
    fn poll_data(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(data) = ready!(self.body.poll_data(context)) else {
            self.state = if self.is_chunked { State::Trailers } else { State::Ended };
            return Poll::Ready(Ok(()));
        };
        let data = data.map_err(failed)?;
        self.body.flow_control().release_capacity(data.len()).map_err(failed)?;
        // A chunk of no length would end the body.
        if self.is_chunked && !data.is_empty() {
            let size = Bytes::from(format!("{:x}\r\n", data.len()));
            self.ready.extend([size, data, Bytes::from_static(b"\r\n")]);
        } else {
            self.ready.push_back(data);
        }
        Poll::Ready(Ok(()))
    }
}

/// The head. Names and values are of the types of `http`, so that none can hold a line's end;
/// what is left to refuse, the parser of HTTP/1.1 refuses.
fn head(parts: &Parts, is_chunked: bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    let uri = &parts.uri;
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let target = match uri.path_and_query() {
        Some(target) if parts.method != Method::CONNECT => target.as_str(),
        _ => authority,
    };
    for part in [parts.method.as_str(), " ", target, " HTTP/1.1\r\n"] {
        bytes.extend_from_slice(part.as_bytes());
    }
    if !authority.is_empty() {
        push_line(&mut bytes, "host", authority.as_bytes());
    }
    push_lines(&mut bytes, &parts.headers);
    if is_chunked {
        push_line(&mut bytes, "transfer-encoding", b"chunked");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The end of a chunked body.
fn last_chunk(trailers: HeaderMap) -> Bytes {
    let mut bytes = b"0\r\n".to_vec();
    push_lines(&mut bytes, &trailers);
    bytes.extend_from_slice(b"\r\n");
    bytes.into()
}

/// HTTP/2 may split cookies, HTTP/1.1 may not (RFC 9113, 8.2.3).
fn push_lines(bytes: &mut Vec<u8>, fields: &HeaderMap) {
    for name in fields.keys() {
        let values = fields.get_all(name).iter().map(|value| value.as_bytes());
        if name == header::COOKIE {
            push_line(bytes, name.as_str(), &values.collect::<Vec<_>>().join(&b"; "[..]));
        } else {
            values.for_each(|value| push_line(bytes, name.as_str(), value));
        }
    }
}

fn push_line(bytes: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        bytes.extend_from_slice(part);
    }
}
