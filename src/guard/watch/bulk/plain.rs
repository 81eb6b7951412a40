//! Action lines as clients write them: one object in another, of ASCII, without escapes and blanks.
//!
//! These are read here, ten times as fast as the parser reads them. What is written otherwise, or
//! wrong, is left to the parser.

use std::ops::Range;

use crate::json::plain;

/// Keys that a line has, at most, and bytes that each of them and each number has.
const MOST_KEYS: usize = 8;
const LONGEST_KEY: usize = 32;
const LONGEST_NUMBER: usize = 19;

/// What a line says that matters.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Plain<'l> {
    pub(super) action: &'l [u8],
    pub(super) index: Option<&'l str>,
    /// Where the text of the id stands.
    pub(super) id: Option<Range<usize>>,
}

/// Reads a line, if it is plain.
pub(super) fn read(whole: &[u8]) -> Option<Plain<'_>> {
    let line = whole.strip_suffix(b"\r").unwrap_or(whole);
    let (action, rest) = text(line.strip_prefix(b"{")?)?;
    let mut rest = rest.strip_prefix(b":{")?;
    let (mut index, mut id) = (None, None);
    if rest != b"}}" {
        let mut keys: [&[u8]; MOST_KEYS] = [b""; MOST_KEYS];
        for nth in 0.. {
            let (key, behind) = text(rest)?;
            let value = behind.strip_prefix(b":")?;
            let behind = match text(value) {
                Some((name, behind)) if key == b"_index" => {
                    index = Some(std::str::from_utf8(name).ok()?);
                    behind
                }
                Some((text, behind)) if key == b"_id" => {
                    let start = line.len() - value.len() + 1;
                    id = Some(start..start + text.len());
                    behind
                }
                Some((_, behind)) => behind,
                None => number(value)?,
            };
            if key.len() > LONGEST_KEY || key == b"index" || keys[..nth].contains(&key) {
                return None;
            }
            *keys.get_mut(nth)? = key;
            match behind {
                b"}}" => break,
                _ => rest = behind.strip_prefix(b",")?,
            }
        }
    }
    Some(Plain { action, index, id })
}

/// A text in quotes, and what follows it.
fn text(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let inside = line.strip_prefix(b"\"")?;
    let (text, rest) = inside.split_at(plain(inside));
    Some((text, rest.strip_prefix(b"\"")?))
}

/// What follows a whole number.
fn number(line: &[u8]) -> Option<&[u8]> {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_plain = (1..=LONGEST_NUMBER).contains(&digits) && (line[0] != b'0' || digits == 1);
    is_plain.then(|| &line[digits..])
}
