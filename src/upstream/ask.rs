//! Requests of modelgate's own: small, and answered whole.

use std::{fmt::Write, io, time::Duration};

use bytes::BytesMut;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{Patience, Unanswered, Upstream, pool::Conn, pool::Pool};
use crate::{
    metrics::{self, Counter},
    wire::{Framing, ReadHalf, ResponseHead, Unread, Version, read_whole},
};

/// Longest answer that is read whole, in bytes.
const LONGEST: u64 = 512 * 1024 * 1024;

/// Longest head of an answer, in bytes.
pub(super) const LONGEST_HEAD: usize = 64 * 1024;

/// A request that modelgate makes.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The method.
    pub method: &'static str,
    /// Path and query, already encoded.
    pub target: &'a str,
    /// Further fields.
    pub fields: &'a [(&'a str, &'a [u8])],
    /// A body, with the content type that `fields` give or JSON.
    pub body: Option<&'a [u8]>,
    /// Whether doing it twice is the same as doing it once.
    pub repeatable: bool,
}

/// What the cluster answered.
#[derive(Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The fields, as they came.
    pub fields: Vec<(String, Vec<u8>)>,
    /// The body, without its transfer coding.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        let found = self.fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }
}

impl Upstream {
    /// Asks as modelgate itself.
    ///
    /// # Errors
    /// Where there was no whole answer. A request that is not repeatable may have taken effect
    /// all the same, unless [`Unanswered::nothing_was_sent`].
    pub async fn ask(&self, ask: Ask<'_>) -> Result<Reply, Unanswered> {
        let authorization = self.authorization.as_deref().map(str::as_bytes);
        let request = written(&ask, self.own.authority(), authorization);
        let reply = self.own.ask(&request, &ask, self.patience).await?;
        self.note_product(&reply);
        Ok(reply)
    }

    /// Asks as the caller whose credentials are among the fields.
    ///
    /// # Errors
    /// As [`Upstream::ask`].
    pub async fn ask_for_caller(&self, ask: Ask<'_>) -> Result<Reply, Unanswered> {
        let request = written(&ask, self.callers.authority(), None);
        let reply = self.callers.ask(&request, &ask, self.patience).await?;
        self.note_product(&reply);
        Ok(reply)
    }
}

impl Pool {
    async fn ask(
        &self,
        request: &[u8],
        ask: &Ask<'_>,
        patience: Patience,
    ) -> Result<Reply, Unanswered> {
        let conn = self.take().await?;
        let reused = conn.reused;
        match self.once(conn, request, ask, patience).await {
            Err(Unanswered::Broken(_)) if reused && ask.repeatable => {
                metrics::count(Counter::UpstreamRetry);
                let conn = self.fresh().await?;
                self.once(conn, request, ask, patience).await
            }
            answered => answered,
        }
    }

    async fn once(
        &self,
        mut conn: Conn,
        request: &[u8],
        ask: &Ask<'_>,
        patience: Patience,
    ) -> Result<Reply, Unanswered> {
        let (reply, persists) =
            exchange(&mut conn, request, ask.method == "HEAD", patience).await?;
        if persists {
            self.put(conn);
        }
        Ok(reply)
    }
}

async fn exchange(
    conn: &mut Conn,
    request: &[u8],
    method_is_head: bool,
    patience: Patience,
) -> Result<(Reply, bool), Unanswered> {
    let (mut from, mut to) = conn.stream.split();
    let sending = async {
        to.write_all(request).await?;
        to.flush().await
    };
    within(patience.body, sending).await?;
    let head = final_head(&mut conn.buffer, &mut from, method_is_head);
    let (mut reply, framing, mut persists) =
        timeout(patience.response, head).await.map_err(|_| Unanswered::Silent)??;
    persists &= framing != Framing::UntilClose;
    reply.body = read_whole(framing, LONGEST, patience.body, &mut conn.buffer, &mut from)
        .await
        .map_err(|unread| match unread {
            Unread::Malformed(_) => Unanswered::Garbled,
            Unread::TooLarge => Unanswered::TooLong,
            Unread::Cut(error) => Unanswered::Broken(error),
            Unread::Silent => Unanswered::Silent,
        })?;
    Ok((reply, persists))
}

async fn final_head(
    buffer: &mut BytesMut,
    from: &mut ReadHalf<'_>,
    method_is_head: bool,
) -> Result<(Reply, Framing, bool), Unanswered> {
    loop {
        if let Some(head) = parsed(buffer, method_is_head)? {
            return Ok(head);
        }
        buffer.reserve(8 * 1024);
        match from.read_buf(buffer).await.map_err(Unanswered::Broken)? {
            0 => return Err(Unanswered::Broken(io::ErrorKind::UnexpectedEof.into())),
            _ if buffer.len() > LONGEST_HEAD => return Err(Unanswered::Garbled),
            _ => {}
        }
    }
}

/// Takes a final response's head off the buffer; interim ones are skipped.
fn parsed(
    buffer: &mut BytesMut,
    method_is_head: bool,
) -> Result<Option<(Reply, Framing, bool)>, Unanswered> {
    loop {
        let parsed = ResponseHead::parse(buffer).map_err(|_| Unanswered::Garbled)?;
        let Some(head) = parsed else { return Ok(None) };
        let interim = matches!(head.status, 100..=199);
        let owned = |field: &crate::wire::Field<'_>| (field.name.to_owned(), field.value.to_vec());
        let fields = head.fields.iter().map(owned).collect();
        let reply = Reply { status: head.status, fields, body: Vec::new() };
        let framing =
            Framing::of_response(&head, method_is_head).map_err(|_| Unanswered::Garbled)?;
        let connection = crate::headers::Connection::of(&head.fields);
        let persists = head.version == Version::Http11
            && connection.is_ok_and(|connection| connection.persists(Version::Http11));
        let _ = buffer.split_to(head.len);
        if !interim {
            return Ok(Some((reply, framing, persists)));
        }
    }
}

async fn within<T>(
    time: Duration,
    io: impl Future<Output = io::Result<T>>,
) -> Result<T, Unanswered> {
    match timeout(time, io).await {
        Ok(done) => done.map_err(Unanswered::Broken),
        Err(_) => Err(Unanswered::Silent),
    }
}

fn written(ask: &Ask<'_>, authority: &str, authorization: Option<&[u8]>) -> Vec<u8> {
    let mut head = String::with_capacity(256);
    // Writing to a String cannot fail.
    let _ = write!(head, "{} {} HTTP/1.1\r\nHost: {authority}\r\n", ask.method, ask.target);
    if let Some(body) = ask.body {
        let _ = write!(head, "Content-Length: {}\r\n", body.len());
        if !ask.fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            head.push_str("Content-Type: application/json\r\n");
        }
    }
    let mut bytes = head.into_bytes();
    for (name, value) in
        ask.fields.iter().copied().chain(authorization.map(|value| ("Authorization", value)))
    {
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(ask.body.unwrap_or_default());
    bytes
}
