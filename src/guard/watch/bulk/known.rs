//! The action line that clients send again and again, with the same or another id.

use std::ops::Range;

use super::LONGEST;
use crate::json::plain;

/// A line that was let through, with its end.
#[derive(Debug, Default)]
pub(super) struct Known {
    line: Vec<u8>,
    /// Where the id stands, which nothing depends on; at the line's end where there is none.
    id: Range<usize>,
}

impl Known {
    pub(super) fn keep(&mut self, line: &[u8], id: Option<Range<usize>>) {
        self.line.clear();
        self.line.extend_from_slice(line);
        self.id = id.unwrap_or(line.len()..line.len());
    }

    /// What follows the line, if it is there again.
    #[inline]
    pub(super) fn behind<'d>(&self, data: &'d [u8]) -> Option<&'d [u8]> {
        let (head, tail) = (&self.line[..self.id.start], &self.line[self.id.end..]);
        let behind = data.strip_prefix(head).filter(|_| !head.is_empty())?;
        if tail.is_empty() {
            return Some(behind);
        }
        let id = plain(behind);
        let behind = behind[id..].strip_prefix(tail)?;
        (head.len() + id + tail.len() <= LONGEST).then_some(behind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &[u8] = b"{\"index\":{\"_id\":\"1\"}}\n";

    fn known(id: Option<Range<usize>>) -> Known {
        let mut known = Known::default();
        known.keep(LINE, id);
        known
    }

    #[test]
    fn nothing_is_known_at_first() {
        assert_eq!(Known::default().behind(LINE), None);
    }

    #[test]
    fn only_the_id_may_be_another() {
        let line = |id: &str| [&LINE[..17], id.as_bytes(), &LINE[18..], b"{}"].concat();

        for id in ["1", "", "another id", "{}"] {
            assert_eq!(known(Some(17..18)).behind(&line(id)), Some(&b"{}"[..]), "{id}");
        }
        for id in ["\\u0031", "é", "1\",\"_index\":\"a", "\n"] {
            assert_eq!(known(Some(17..18)).behind(&line(id)), None, "{id}");
        }
        assert_eq!(known(None).behind(&line("1")), Some(&b"{}"[..]));
        assert_eq!(known(None).behind(&line("2")), None);
        let longest = "1".repeat(LONGEST + 1 - LINE.len());
        assert!(known(Some(17..18)).behind(&line(&longest)).is_some());
        assert!(known(Some(17..18)).behind(&line(&(longest + "1"))).is_none());
    }
}
