//! Whether a body may say anything that matters, at a glance: one that cannot is not parsed.

use memchr::{memchr_iter, memchr3, memchr3_iter};

use super::{Reach, is_plain, reach};

/// Whether a body, or lines of `_msearch`, may say a protected name, in whatever coat, or an index
/// expression that reaches one.
///
/// In ASCII without backslashes, keys and strings stand as they are. All that [`super::check`]
/// looks for in such a text is then of these: a date's `<`; `model`, which all protected names
/// have; `wrapper`; and `index` and `indices`, between whose letters underscores may stand. With a
/// zero byte it may be UTF-16.
pub(super) fn may_matter(line: &[u8]) -> bool {
    !line.is_ascii()
        || memchr3(b'<', b'\\', 0, line).is_some()
        || memchr3_iter(b'd', b'D', b'w', line).any(|at| match line[at] {
            b'w' => line[at..].starts_with(b"wrapper"),
            _ => {
                is_behind(b"mo", &line[..at])
                    || is_behind(b"in", &line[..at]) && !is_harmless(&line[..at], &line[at..])
            }
        })
}

/// Whether the body may say that it searches a point in time, where the above finds nothing.
pub(super) fn may_be_of_a_point_in_time(body: &[u8]) -> bool {
    memchr_iter(b'p', body).any(|at| body[at..].starts_with(b"pit"))
}

/// Whether a text ends so, in whatever case, underscores left out.
fn is_behind(end: &[u8; 2], text: &[u8]) -> bool {
    let letters = text.iter().rev().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase);
    letters.take(end.len()).eq(end.iter().rev().copied())
}

/// Whether it is the key `index`, as clients write it, with one name or pattern, or a list of
/// them, that reaches nothing. Between its quotes it can be nothing else in JSON; in what is no
/// JSON, OpenSearch reads nothing behind it.
fn is_harmless(before: &[u8], line: &[u8]) -> bool {
    let Some(value) = line.strip_prefix(b"dex\":").filter(|_| before.ends_with(b"\"in")) else {
        return false;
    };
    let value = value.strip_prefix(b" ").unwrap_or(value);
    match value.strip_prefix(b"[") {
        None => expression(value).is_some(),
        Some(mut list) => loop {
            match expression(list) {
                Some([b',', rest @ ..]) => list = rest,
                Some([b']', ..]) => return true,
                Some(_) | None => return false,
            }
        },
    }
}

/// What follows one name or pattern that reaches nothing, by itself or in a list.
fn expression(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\"")?;
    let end = line.iter().position(|byte| !is_plain(*byte) && *byte != b'*')?;
    let text = std::str::from_utf8(&line[..end]).ok()?;
    line[end..].strip_prefix(b"\"").filter(|_| reach(text) == Reach::Nothing)
}
