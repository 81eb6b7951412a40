//! What hits show of a last order is taken out of an answer's bytes, which is less work than to read and write them.
//!
//! The bytes are JSON as OpenSearch writes it: without spaces. Each step is given what is left of them, and gives what
//! is left behind it.

use super::Ties;
use crate::json::plain;

/// Takes it out of the hits of a search; nothing where the bytes are of another shape.
pub(super) fn without(mut answer: Vec<u8>, ties: Ties) -> Result<Vec<u8>, Vec<u8>> {
    let Some(spans) = spans(&answer, ties) else { return Err(answer) };
    let (mut kept, mut from) = (0, 0);
    for (start, end) in spans.into_iter().chain([(answer.len(), answer.len())]) {
        answer.copy_within(from..start, kept);
        kept += start - from;
        from = end;
    }
    answer.truncate(kept);
    Ok(answer)
}

/// From its first byte to behind its last.
type Span = (usize, usize);

/// What hits show too much.
fn spans(answer: &[u8], ties: Ties) -> Option<Vec<Span>> {
    let mut spans = Vec::with_capacity(16);
    let hits = inside(inside(answer, b"hits")?, b"hits")?;
    let mut rest = hits.strip_prefix(b"[")?;
    while *rest.first()? != b']' {
        let hit = too_much(rest, ties)?;
        spans.push((answer.len() - hit.from, answer.len() - hit.to));
        rest = hit.rest.strip_prefix(b",").unwrap_or(hit.rest);
    }
    Some(spans)
}

/// Goes into an object, to the value of that name.
fn inside<'b>(object: &'b [u8], wanted: &[u8]) -> Option<&'b [u8]> {
    let mut rest = object.strip_prefix(b"{")?;
    loop {
        let (name, value) = named(rest)?;
        if name == wanted {
            return Some(value);
        }
        rest = behind(value)?.strip_prefix(b",")?;
    }
}

/// A hit that was gone past: how many bytes are left where that begins which is too much of it, and where it ends.
struct Hit<'b> {
    from: usize,
    to: usize,
    rest: &'b [u8],
}

/// Of the sort values of a hit: all, with the comma before their name, or the last with its comma.
fn too_much(hit: &[u8], ties: Ties) -> Option<Hit<'_>> {
    let mut found = None;
    let first = hit.strip_prefix(b"{")?;
    let mut member = first;
    loop {
        let (name, value) = named(member)?;
        let rest = behind(value)?;
        if name == b"sort" {
            let values = &value[..value.len() - rest.len()];
            found = match ties {
                Ties::Untouched => return None,
                Ties::BehindScore if member.len() == first.len() => return None,
                Ties::BehindScore => Some((member.len() + 1, rest.len())),
                Ties::BehindOrders => {
                    Some((value.len() - memchr::memrchr(b',', values)?, rest.len() + 1))
                }
            };
        }
        match rest.split_first()? {
            (b',', rest) => member = rest,
            (b'}', rest) => return found.map(|(from, to)| Hit { from, to, rest }),
            _ => return None,
        }
    }
}

/// A name, and what is left behind its colon.
#[inline(always)]
fn named(member: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = member.strip_prefix(b"\"")?;
    let rest = behind_text(text)?;
    Some((&text[..text.len() - rest.len() - 1], rest.strip_prefix(b":")?))
}

/// What is left behind a value.
fn behind(value: &[u8]) -> Option<&[u8]> {
    match value.split_first()? {
        (b'"', text) => behind_text(text),
        (b'{' | b'[', members) => behind_members(members),
        _ => {
            let end = value.iter().position(|byte| b",\"{}[]".contains(byte))?;
            (end > 0).then_some(&value[end..])
        }
    }
}

/// The same, of an object or an array that is open.
fn behind_members(members: &[u8]) -> Option<&[u8]> {
    let (mut rest, mut around) = (members.iter(), 0_usize);
    loop {
        match rest.next()? {
            b'"' => rest = behind_text(rest.as_slice())?.iter(),
            b'{' | b'[' => around += 1,
            b'}' | b']' if around == 0 => return Some(rest.as_slice()),
            b'}' | b']' => around -= 1,
            _ => {}
        }
    }
}

/// The same, of a text that is open. Answers are short texts for the most part: a call would be half of the work.
#[inline(always)]
fn behind_text(text: &[u8]) -> Option<&[u8]> {
    let rest = &text[plain(text)..];
    match rest.split_first()? {
        (b'"', rest) => Some(rest),
        _ => behind_long_text(rest),
    }
}

/// The same, where it has escapes or more than ASCII.
#[inline(never)]
fn behind_long_text(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        let end = memchr::memchr2(b'"', b'\\', text)?;
        if text[end] == b'"' {
            return Some(&text[end + 1..]);
        }
        text = text.get(end + 2..)?;
    }
}
