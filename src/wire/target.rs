//! The parts of a request-target, not decoded.

use std::ops::Range;

/// A request-target's path, and its query where it has one.
pub(crate) fn path_and_query(target: &str) -> (&str, Option<&str>) {
    match memchr::memchr(b'?', target.as_bytes()) {
        Some(at) => (&target[..at], Some(&target[at + 1..])),
        None => (target, None),
    }
}

/// Where the segments of a path lie, as OpenSearch's `PathTrie` splits it: trailing slashes are dropped, inner ones make
/// empty segments.
pub(crate) fn segments(path: &str) -> impl Iterator<Item = Range<usize>> {
    let end = path.trim_end_matches('/').len();
    let mut from = usize::from(path.starts_with('/'));
    std::iter::from_fn(move || {
        let rest = path.as_bytes().get(from..end).filter(|rest| !rest.is_empty())?;
        let length = memchr::memchr(b'/', rest).unwrap_or(rest.len());
        let segment = from..from + length;
        from = segment.end + 1;
        Some(segment)
    })
}
