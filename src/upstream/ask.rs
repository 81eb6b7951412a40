//! Requests of modelgate's own: small, and answered whole.

use std::{fmt::Write, io};

use bytes::BytesMut;

use super::{
    Patience, Unanswered, Upstream,
    attempts::{Attempt, Side},
    pool::{Conn, Pool},
};
use crate::wire::{
    Framing, ReadHalf, ResponseHead, Unread, Version, read_more, read_whole, within, write_within,
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
    let request = written(ask, authority, authorization);
    let (mut from, mut to) = conn.stream.split();
    let silent = |_| Unanswered::Silent;
    let sent = write_within(patience.body, &mut to, &request).await.map_err(silent)?;
    sent.map_err(Unanswered::Broken)?;
    let head = final_head(&mut conn.buffer, &mut from, ask.method == "HEAD");
    let (mut reply, framing, mut persists) =
        within(patience.response, head).await.map_err(silent)??;
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

fn written(ask: &Ask<'_>, authority: &str, authorization: Option<&str>) -> Vec<u8> {
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
    for (name, value) in ask
        .fields
        .iter()
        .copied()
        .chain(authorization.map(|value| ("Authorization", value.as_bytes())))
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
