//! What hits show of a last order is taken out of an answer's bytes, which is less work than to read and write them.
//!
//! The bytes are JSON as OpenSearch writes it: without spaces. Only brackets are looked at, and what is before them.

use super::Ties;
use crate::json::Brackets;

/// Takes it out of the hits of a search; nothing where the bytes are of another shape.
pub(super) fn without(mut answer: Vec<u8>, ties: Ties) -> Result<Vec<u8>, Vec<u8>> {
    let Some(spans) = spans(&answer, ties) else { return Err(answer) };
    let mut kept = spans.first().map_or(answer.len(), |(start, _)| *start);
    for (number, (_, end)) in spans.iter().enumerate() {
        let next = spans.get(number + 1).map_or(answer.len(), |(start, _)| *start);
        answer.copy_within(*end..next, kept);
        kept += next - end;
    }
    answer.truncate(kept);
    Ok(answer)
}

/// From its first byte to behind its last.
type Span = (usize, usize);

/// What hits show too much.
fn spans(answer: &[u8], ties: Ties) -> Option<Vec<Span>> {
    let mut spans = Vec::with_capacity(16);
    let (mut within, mut beside, mut values) = (Within::Nothing, 0_usize, 0);
    for at in Brackets::of(answer) {
        let (bracket, before) = answer[..=at].split_last()?;
        // This bit makes curly brackets of square ones.
        match bracket | (b'[' ^ b'{') {
            b'{' if beside > 0 => beside += 1,
            b'}' if beside > 0 => beside -= 1,
            b'{' => match within.next(before) {
                Some(next) => (within, values) = (next, at),
                None if within.is_wrong(before) => return None,
                None => beside = 1,
            },
            b'}' => {
                within = match within {
                    Within::Sort => {
                        spans.push(too_much(before, values, ties)?);
                        Within::Told
                    }
                    Within::Told => Within::List,
                    Within::List if ends_list(before) => return Some(spans),
                    _ => return None,
                }
            }
            _ => return None,
        }
    }
    None
}

/// What is open on the way to the sort values of a hit. Beside the way, brackets are only counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Answer,
    Hits,
    List,
    Hit,
    Sort,
    /// A hit, behind its sort values.
    Told,
}

impl Within {
    /// What the bracket behind these bytes opens, where that is on the way.
    #[inline(always)]
    fn next(self, before: &[u8]) -> Option<Self> {
        let (is_next, next) = match self {
            Self::Nothing => (before.is_empty(), Self::Answer),
            Self::Answer => (is_name(before, b"hits"), Self::Hits),
            Self::Hits => (is_name(before, b"hits"), Self::List),
            Self::List => (begins_hit(before), Self::Hit),
            Self::Hit => (is_name(before, b"sort"), Self::Sort),
            Self::Sort | Self::Told => return None,
        };
        is_next.then_some(next)
    }

    /// Whether it may not be there: what is no hit among hits, or sort values for the second time.
    fn is_wrong(self, before: &[u8]) -> bool {
        self == Self::List || self == Self::Told && is_name(before, b"sort")
    }
}

/// Whether the bracket behind these bytes is where a hit begins: behind the one before it, or where the list begins.
/// The bracket in these bytes is outside of strings as well, since no quote is between them.
fn begins_hit(before: &[u8]) -> bool {
    matches!(before, [.., b'['] | [.., b'}', b','])
}

/// The same where the list ends.
fn ends_list(before: &[u8]) -> bool {
    matches!(before, [.., b'[' | b'}'])
}

/// Whether the bracket behind these bytes begins the value of that name.
///
/// It is outside of strings, so that the quote before the colon ends one, which is a name. The quote before these
/// letters begins it: to be a part of it, it would be behind a backslash.
#[inline(always)]
fn is_name(before: &[u8], name: &[u8; 4]) -> bool {
    let end = before.last_chunk::<8>();
    matches!(end, Some([b',' | b'{', b'"', text @ .., b'"', b':']) if text == name)
}

/// Of the sort values from there to behind these bytes: all, with the comma before their name, or the last with its.
fn too_much(before: &[u8], values: usize, ties: Ties) -> Option<Span> {
    match ties {
        Ties::Untouched => None,
        Ties::BehindScore => {
            let start = values - br#","sort":"#.len();
            (before[start] == b',').then_some((start, before.len() + 1))
        }
        // The last is a `_seq_no`, which is no other number than one of digits.
        Ties::BehindOrders => {
            let comma = before.iter().rposition(|byte| !byte.is_ascii_digit())?;
            (before[comma] == b',').then_some((comma, before.len()))
        }
    }
}
