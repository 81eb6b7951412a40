//! Reads a body into spans, without recursion.

use std::borrow::Cow;
use std::mem;
use std::ops::Range;

use super::fault::Fault;
use super::{At, Kind, Node, Tree, names};
use crate::json::{MAX_DEPTH, MAX_DIGITS, plain};

type Read<T> = Result<T, Fault>;

/// The place of no value: what the outermost stands in.
const NONE: At = At(u32::MAX);

pub(super) fn read(body: &[u8]) -> Result<Tree<'_>, String> {
    if u32::try_from(body.len()).is_err() {
        return Err("longer than 4 GiB".into());
    }
    let text = std::str::from_utf8(body).map_err(|error| format!("not UTF-8: {error}"))?;
    let tree = Tree { body: Cow::Borrowed(text), nodes: Vec::with_capacity(body.len() / 6 + 2) };
    Reader { body, tree, open: NONE, within: None, depth: 0, comments: Vec::new() }
        .read()
        .map_err(|fault| fault.to_string())
}

/// Each step is given the byte where it begins, and gives the one behind what it has read.
struct Reader<'a> {
    body: &'a [u8],
    tree: Tree<'a>,
    /// The innermost array or object that has not ended, and what it is.
    open: At,
    within: Option<Kind>,
    /// How many have not ended.
    depth: usize,
    comments: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Read<Tree<'a>> {
        let mut at = 0;
        loop {
            at = self.value(at)?;
            match self.goes_on(at)? {
                Some(next) => at = next,
                None => return Ok(self.finished()),
            }
        }
    }

    fn finished(mut self) -> Tree<'a> {
        for span in &self.comments {
            let blank = |byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
            let blank: String = self.tree.body[span.clone()].bytes().map(blank).collect();
            self.tree.body.to_mut().replace_range(span.clone(), &blank);
        }
        self.tree
    }

    /// Reads a value: of arrays and objects up to the first in them that has ended, of empty ones up to their end.
    fn value(&mut self, mut at: usize) -> Read<usize> {
        loop {
            if self.within == Some(Kind::Object) {
                at = self.name(at)?;
            }
            let (kind, end) = loop {
                match self.body.get(at) {
                    Some(b'"') => return self.string(at),
                    Some(b'{') => break (Kind::Object, b'}'),
                    Some(b'[') => break (Kind::Array, b']'),
                    Some(b'-' | b'0'..=b'9') => return self.number(at),
                    Some(b't') => return self.word(at, "true", Kind::Bool),
                    Some(b'f') => return self.word(at, "false", Kind::Bool),
                    Some(b'n') => return self.word(at, "null", Kind::Null),
                    _ => at = self.skipped(at)?,
                }
            };
            self.open(at, kind)?;
            at += 1;
            if let Some(..=b' ' | b'/') = self.body.get(at) {
                at = self.skip_space(at)?;
            }
            if self.body.get(at) == Some(&end) {
                return Ok(at);
            }
        }
    }

    /// Reads on behind a value, to where the next one starts, if there is one.
    fn goes_on(&mut self, mut at: usize) -> Read<Option<usize>> {
        while let Some(kind) = self.within {
            match (self.body.get(at), kind) {
                (Some(b','), _) => return Ok(Some(at + 1)),
                (Some(b'}'), Kind::Object) | (Some(b']'), Kind::Array) => at = self.close(at)?,
                _ => at = self.skipped(at)?,
            }
        }
        match self.skip_space(at)? {
            end if end == self.body.len() => Ok(None),
            more => Err(self.unexpected(more)),
        }
    }

    fn open(&mut self, at: usize, kind: Kind) -> Read<()> {
        if self.depth == MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        let opened = At(self.tree.nodes.len() as u32);
        let At(after) = mem::replace(&mut self.open, opened);
        self.tree.nodes.push(Node { kind, escaped: false, start: at as u32, end: 0, after });
        (self.within, self.depth) = (Some(kind), self.depth + 1);
        Ok(())
    }

    fn close(&mut self, last: usize) -> Read<usize> {
        let (end, after) = (last + 1, self.tree.nodes.len() as u32);
        let closed = self.open;
        let node = &mut self.tree.nodes[closed.0 as usize];
        let names = mem::replace(&mut node.end, end as u32);
        self.open = At(mem::replace(&mut node.after, after));
        let around = self.tree.nodes.get(self.open.0 as usize);
        (self.within, self.depth) = (around.map(|node| node.kind), self.depth - 1);
        if names > 1 && names::repeat(&self.tree, closed) {
            return Err(Fault::Repeated(end as u32));
        }
        Ok(end)
    }

    /// Reads a name and its colon.
    fn name(&mut self, at: usize) -> Read<usize> {
        let start = self.expected(at, b'"')?;
        self.tree.nodes[self.open.0 as usize].end += 1;
        let end = self.string(start)?;
        Ok(self.expected(end, b':')? + 1)
    }

    /// Held whole by both steps that call it: a body is short strings for the most part.
    #[inline(always)]
    fn string(&mut self, start: usize) -> Read<usize> {
        let inside = start + 1;
        let end = inside + plain(&self.body[inside..]);
        if self.body.get(end) != Some(&b'"') {
            return self.long_string(start, end);
        }
        self.push(Kind::String, start..end + 1, false);
        Ok(end + 1)
    }

    /// Reads on in a string that is not plain ASCII.
    fn long_string(&mut self, start: usize, mut at: usize) -> Read<usize> {
        let mut escaped = false;
        loop {
            match self.body.get(at) {
                Some(b'"') => break,
                Some(b'\\') => (at, escaped) = (at + self.escape(at)?, true),
                Some(0x80..) => at += 1,
                _ => return Err(Fault::String(at as u32)),
            }
            at += plain(&self.body[at..]);
        }
        self.push(Kind::String, start..at + 1, escaped);
        Ok(at + 1)
    }

    /// The length of the escape that starts here.
    fn escape(&self, at: usize) -> Read<usize> {
        let hex = |digits: &[u8]| digits.iter().all(u8::is_ascii_hexdigit);
        match self.body.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
            Some(b'u') if self.body.get(at + 2..at + 6).is_some_and(hex) => Ok(6),
            _ => Err(Fault::Escape(at as u32)),
        }
    }

    fn word(&mut self, start: usize, word: &str, kind: Kind) -> Read<usize> {
        if !self.body[start..].starts_with(word.as_bytes()) {
            return Err(self.unexpected(start));
        }
        self.leaf(kind, start..start + word.len())
    }

    fn number(&mut self, start: usize) -> Read<usize> {
        let whole = start + usize::from(self.body[start] == b'-');
        let mut end = self.digits(whole)?;
        let mut digits = end - whole;
        if self.body[whole] == b'0' && end > whole + 1 {
            return Err(Fault::LeadingZero(whole as u32));
        }
        if self.body.get(end) == Some(&b'.') {
            let from = end + 1;
            end = self.digits(from)?;
            digits += end - from;
        }
        if let Some(b'e' | b'E') = self.body.get(end) {
            let sign = matches!(self.body.get(end + 1), Some(b'+' | b'-'));
            let from = end + 1 + usize::from(sign);
            end = self.digits(from)?;
            digits += end - from;
        }
        if digits > MAX_DIGITS {
            return Err(Fault::LongNumber(whole as u32));
        }
        self.leaf(Kind::Number, start..end)
    }

    /// Where the digits end that must be here.
    fn digits(&self, from: usize) -> Read<usize> {
        let rest = self.body.get(from..).unwrap_or_default();
        match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => Err(Fault::NoDigit(from as u32)),
            count => Ok(from + count),
        }
    }

    /// A value that must be followed by an end: Jackson refuses `truefalse` and `1x`.
    fn leaf(&mut self, kind: Kind, span: Range<usize>) -> Read<usize> {
        let end = span.end;
        self.push(kind, span, false);
        match self.body.get(end) {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b'/') => Ok(end),
            Some(_) => Err(self.unexpected(end)),
        }
    }

    fn push(&mut self, kind: Kind, span: Range<usize>, escaped: bool) {
        let after = self.tree.nodes.len() as u32 + 1;
        let (start, end) = (span.start as u32, span.end as u32);
        self.tree.nodes.push(Node { kind, escaped, start, end, after });
    }

    /// Where a sign stands that must be there, behind white space and comments.
    #[inline]
    fn expected(&mut self, mut at: usize, sign: u8) -> Read<usize> {
        while self.body.get(at) != Some(&sign) {
            at = self.skipped(at)?;
        }
        Ok(at)
    }

    /// Skips one white space or comment, which must be there.
    fn skipped(&mut self, at: usize) -> Read<usize> {
        match self.body.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => Ok(at + 1),
            Some(b'/') => self.comment(at),
            _ => Err(self.unexpected(at)),
        }
    }

    /// Skips white space and comments, behind which the body may end.
    #[cold]
    fn skip_space(&mut self, mut at: usize) -> Read<usize> {
        loop {
            match self.body.get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
                Some(b'/') => at = self.comment(at)?,
                _ => return Ok(at),
            }
        }
    }

    fn comment(&mut self, start: usize) -> Read<usize> {
        let inside = self.body.get(start + 2..).unwrap_or_default();
        let length = match self.body.get(start + 1) {
            Some(b'*') => memchr::memmem::find(inside, b"*/").map(|end| end + 4),
            Some(b'/') => Some(memchr::memchr2(b'\n', b'\r', inside).unwrap_or(inside.len()) + 2),
            _ => None,
        };
        let end = start + length.ok_or_else(|| self.unexpected(start))?;
        let is_control = |byte: &&u8| **byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
        if let Some(control) = self.body[start..end].iter().find(is_control) {
            return Err(Fault::Unexpected((*control).into(), start as u32));
        }
        self.comments.push(start..end);
        Ok(end)
    }

    fn unexpected(&self, at: usize) -> Fault {
        let fault = |byte: &u8| Fault::Unexpected((*byte).into(), at as u32);
        self.body.get(at).map_or(Fault::End, fault)
    }
}
