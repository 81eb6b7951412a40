//! Paths as OpenSearch reads them, and as something else might.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The prefix of the model-group API, folded.
const OURS: [&str; 3] = ["_plugins", "_ml", "model_groups"];

/// A cheap first look: whether a path could read as ours in any way at all.
pub(super) fn is_near(path: &str) -> bool {
    let path = path.as_bytes();
    memchr::memchr(b'%', path).is_some()
        || path.windows(12).any(|window| window.eq_ignore_ascii_case(b"model_groups"))
}

/// Whether every `%` begins an escape; OpenSearch closes the connection where one does not.
pub(super) fn is_well_escaped(segment: &str) -> bool {
    let mut rest = segment.as_bytes();
    while let Some(at) = memchr::memchr(b'%', rest) {
        match rest.get(at + 1..at + 3) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => rest = &rest[at + 3..],
            _ => return false,
        }
    }
    true
}

/// A segment's text. Bytes that are no UTF-8 become U+FFFD, as in OpenSearch; a `%` that starts
/// no escape stays.
pub(super) fn decoded(segment: &str) -> Cow<'_, str> {
    if segment.contains('%') {
        percent_decode_str(segment).decode_utf8_lossy()
    } else {
        taken_by_netty(segment)
    }
}

/// What OpenSearch sees where it has nothing to decode: Netty takes each byte for a character (ISO 8859-1).
pub(super) fn taken_by_netty(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { text.into() } else { text.bytes().map(char::from).collect() }
}

/// Whether some reader could take a path for ours that OpenSearch does not: escapes (even twice)
/// undone before or after all else, letters folded, backslashes turned, parameters cut, empty and dot
/// segments resolved, and the prefix found anywhere.
pub(super) fn reads_as_ours(path: &str) -> bool {
    let unescaped = |text: &String| Some(decoded(text).into_owned());
    let readings = std::iter::successors(Some(path.to_owned()), unescaped);
    readings.take(4).any(|reading| resolves_to_ours(&reading))
}

fn resolves_to_ours(path: &str) -> bool {
    let text = path.to_ascii_lowercase().replace('\\', "/");
    let mut folded: Vec<&str> = Vec::new();
    for segment in text.split('/') {
        match segment.split([';', '?', '#']).next().unwrap_or_default() {
            "" | "." => {}
            ".." => drop(folded.pop()),
            segment => folded.push(segment),
        }
    }
    folded.windows(OURS.len()).any(|window| window == OURS)
}
