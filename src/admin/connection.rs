//! One connection of an operator: small requests, one after the other.

use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    time::{Instant, timeout, timeout_at},
};

use super::Admin;
use crate::{
    answer::{Answer, Shape},
    error::Error,
    headers::{Afterwards, Connection},
    server::{linger, write},
    wire::{Framing, Malformed, ReadHalf, RequestHead, Stream, Version},
};

/// A request for a page.
struct Request {
    method: String,
    path: String,
    afterwards: Afterwards,
}

impl Admin {
    /// Serves it to its end.
    pub(super) async fn connection(&self, tcp: TcpStream) {
        let mut stream = Stream::Tcp(tcp);
        let mut buffer = BytesMut::new();
        let mut patience = self.limits.header_timeout;
        while begins(&mut stream, &buffer, *patience).await {
            let (mut from, mut to) = stream.split();
            let (answer, is_head, afterwards) = match self.head(&mut from, &mut buffer).await {
                Ok(None) => return,
                Ok(Some(request)) => {
                    let answer = self.page(&request.method, &request.path).await;
                    (answer, request.method == "HEAD", request.afterwards)
                }
                Err(error) => (error.answer(), false, Afterwards::Close),
            };
            let bytes = Answer::written(answer, &Shape::default(), is_head, afterwards);
            if write(&mut to, &bytes, *self.limits.header_timeout).await.is_err() {
                return;
            }
            if afterwards == Afterwards::Close {
                return linger(stream).await;
            }
            patience = self.limits.keep_alive;
        }
    }

    /// Reads a head off the wire; `None` where the connection ends instead.
    async fn head(
        &self,
        from: &mut ReadHalf<'_>,
        buffer: &mut BytesMut,
    ) -> Result<Option<Request>, Error> {
        let deadline = Instant::now() + *self.limits.header_timeout;
        loop {
            if let Some(request) = self.parsed(buffer)? {
                return Ok(Some(request));
            }
            buffer.reserve(1024);
            match timeout_at(deadline, from.read_buf(buffer)).await {
                Ok(Ok(0) | Err(_)) => return Ok(None),
                Ok(Ok(_)) => {}
                Err(_) if buffer.is_empty() => return Ok(None),
                Err(_) => return Err(Error::SlowHeaders),
            }
        }
    }

    /// The request that the buffer begins with, where it is whole: it is taken off.
    fn parsed(&self, buffer: &mut BytesMut) -> Result<Option<Request>, Error> {
        let most = *self.limits.headers;
        let head = match RequestHead::parse(buffer, *self.limits.header_count) {
            Ok(Some(head)) if head.len <= most => head,
            Ok(None) if buffer.len() <= most => return Ok(None),
            Ok(_) | Err(Malformed::TooManyFields) => return Err(Error::HeadersTooLarge),
            Err(malformed) => return Err(malformed.into()),
        };
        let request = Request::of(&head)?;
        let len = head.len;
        buffer.advance(len);
        Ok(Some(request))
    }
}

impl Request {
    fn of(head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let hosts = head.fields.iter().filter(|field| field.is("host")).count();
        if hosts > 1 || (hosts == 0 && head.version == Version::Http11) {
            return Err(Malformed::Host);
        }
        let path = Some(head.path()).filter(|path| path.starts_with('/'));
        let stays = Connection::of(&head.fields)?.persists(head.version);
        // Nobody reads a body here: it ends the connection.
        let bodiless = Framing::of_request(head)?.is_none();
        Ok(Self {
            method: head.method.to_owned(),
            path: path.ok_or(Malformed::Target)?.to_owned(),
            afterwards: match head.version {
                _ if !stays || !bodiless => Afterwards::Close,
                Version::Http10 => Afterwards::StayHttp10,
                Version::Http11 => Afterwards::Stay,
            },
        })
    }
}

/// Waits for a request's first byte.
async fn begins(stream: &mut Stream, buffer: &BytesMut, patience: Duration) -> bool {
    !buffer.is_empty() || matches!(timeout(patience, stream.readable()).await, Ok(Ok(())))
}
