//! Whether a line may say anything that matters, at a glance: one that cannot is not parsed.

use memchr::{memchr3, memchr3_iter};

/// Whether a line of `_msearch` may say a protected name, in whatever coat, or an index expression.
///
/// In ASCII without backslashes, keys and strings stand as they are. All that [`super::check`]
/// looks for in such a line is then of these: a date's `<`; `model`, which all protected names
/// have; `wrapper`; and `index` and `indices`, between whose letters underscores may stand. With a
/// zero byte the line may be UTF-16.
pub(super) fn may_matter(line: &[u8]) -> bool {
    !line.is_ascii()
        || memchr3(b'<', b'\\', 0, line).is_some()
        || memchr3_iter(b'd', b'D', b'w', line).any(|at| match line[at] {
            b'w' => line[at..].starts_with(b"wrapper"),
            _ => is_behind(b"mo", &line[..at]) || is_behind(b"in", &line[..at]),
        })
}

/// Whether a text ends so, in whatever case, underscores left out.
fn is_behind(end: &[u8; 2], text: &[u8]) -> bool {
    let letters = text.iter().rev().filter(|byte| **byte != b'_').map(u8::to_ascii_lowercase);
    letters.take(end.len()).eq(end.iter().rev().copied())
}
