//! Requests of modelgate's own: small, and answered whole.

use std::{io, pin::pin};

use bytes::BytesMut;

use super::{
    Patience, Unanswered, Upstream,
    attempts::{Attempt, Side},
    pool::{Conn, Pool},
};
use crate::route::Fields;
use crate::wire::{
    Framing, ReadHalf, ResponseHead, Unread, Version, read_more, read_whole, within, write_within,
};

/// Longest answer that is read whole, in bytes.
const LONGEST: u64 = 512 * 1024 * 1024;

/// Longest head of an answer, in bytes.
pub(super) const LONGEST_HEAD: usize = 64 * 1024;

/// What the fixed parts of a head of modelgate's own come to at most, in bytes.
const FIXED: usize = 128;

/// A request that modelgate makes.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The method.
    pub method: &'static str,
    /// Path and query, already encoded.
    pub target: &'a str,
    /// Further fields.
    pub fields: &'a [(&'a [u8], &'a [u8])],
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
    pub fields: Fields,
    /// The body, without its transfer coding.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.get(name)
    }
}

impl Upstream {
    /// Asks as modelgate itself.
    ///
    /// # Errors
    /// Where there was no whole answer. A request that is not repeatable may have taken effect
    /// all the same, unless [`Unanswered::nothing_was_sent`].
    pub async fn ask(&self, ask: Ask<'_>) -> Result<Reply, Unanswered> {
        self.ask_over(Side::Own, ask).await
    }

    /// Asks as the caller whose credentials are among the fields.
    ///
    /// # Errors
    /// As [`Upstream::ask`].
    pub async fn ask_for_caller(&self, ask: Ask<'_>) -> Result<Reply, Unanswered> {
        self.ask_over(Side::Callers, ask).await
    }

    async fn ask_over(&self, side: Side, ask: Ask<'_>) -> Result<Reply, Unanswered> {
        let authorization = match side {
            Side::Callers => None,
            Side::Own => self.authorization.as_deref(),
        };
        let asking = Asking { ask, authorization, patience: self.patience };
        let reply = self.attempts(side, ask.repeatable, asking).await?;
        self.note_product(&reply);
        Ok(reply)
    }
}

/// What is asked again over each connection.
struct Asking<'a> {
    ask: Ask<'a>,
    authorization: Option<&'a str>,
    patience: Patience,
}

impl Attempt for Asking<'_> {
    type Done = Reply;
    type Failure = Unanswered;

    async fn once(&mut self, pool: &Pool, mut conn: Conn) -> Result<Reply, Unanswered> {
        let Self { ask, authorization, patience } = self;
        let (reply, persists) =
            exchange(&mut conn, ask, pool.authority(), *authorization, *patience).await?;
        if persists {
            pool.put(conn);
        }
        Ok(reply)
    }
}

/// Asks over one connection; gives the answer, and whether the connection can serve on.
pub(super) async fn exchange(
    conn: &mut Conn,
    ask: &Ask<'_>,
    authority: &str,
    authorization: Option<&str>,
    patience: Patience,
) -> Result<(Reply, bool), Unanswered> {
    let head = head(ask, authority, authorization);
    let (mut from, mut to) = conn.stream.split();
    let silent = |_| Unanswered::Silent;
    let body = ask.body.unwrap_or_default();
    let sent = write_within(patience.body, &mut to, &head, body).await.map_err(silent)?;
    sent.map_err(Unanswered::Broken)?;
    let answered = final_head(&mut conn.buffer, &mut from, ask.method == "HEAD");
    let (mut reply, framing, mut persists) =
        within(patience.response, pin!(answered)).await.map_err(silent)??;
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
        match read_more(from, buffer, 8 * 1024).await.map_err(Unanswered::Broken)? {
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
        let fields = Fields::of(&head.fields);
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

fn head(ask: &Ask<'_>, authority: &str, authorization: Option<&str>) -> Vec<u8> {
    let own = authorization.map(|value| (b"Authorization".as_slice(), value.as_bytes()));
    let fields = || ask.fields.iter().copied().chain(own);
    let long: usize = fields().map(|(name, value)| name.len() + value.len() + 4).sum();
    let mut bytes = Vec::with_capacity(ask.target.len() + authority.len() + long + FIXED);
    let mut put = |parts: &[&[u8]]| parts.iter().for_each(|part| bytes.extend_from_slice(part));
    put(&[ask.method.as_bytes(), b" ", ask.target.as_bytes(), b" HTTP/1.1\r\n"]);
    put(&[b"Host: ", authority.as_bytes(), b"\r\n"]);
    if let Some(body) = ask.body {
        let mut length = itoa::Buffer::new();
        put(&[b"Content-Length: ", length.format(body.len()).as_bytes(), b"\r\n"]);
        if !ask.fields.iter().any(|(name, _)| name.eq_ignore_ascii_case(b"content-type")) {
            put(&[b"Content-Type: application/json\r\n"]);
        }
    }
    fields().for_each(|(name, value)| put(&[name, b": ", value, b"\r\n"]));
    put(&[b"\r\n"]);
    bytes
}
