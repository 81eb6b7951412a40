//! Reads a body into spans, without recursion.

use std::borrow::Cow;
use std::ops::Range;

use super::fault::Fault;
use super::{At, Kind, Node, Tree, names};
use crate::json::{MAX_DEPTH, MAX_DIGITS, plain};

type Read<T> = Result<T, Fault>;

pub(super) fn read(body: &[u8]) -> Result<Tree<'_>, String> {
    if u32::try_from(body.len()).is_err() {
        return Err("longer than 4 GiB".into());
    }
    let text = std::str::from_utf8(body).map_err(|error| format!("not UTF-8: {error}"))?;
    let tree = Tree { body: Cow::Borrowed(text), nodes: Vec::with_capacity(body.len() / 6 + 2) };
    Reader { body, at: 0, tree, open: Vec::with_capacity(16), comments: Vec::new() }
        .read()
        .map_err(|fault| fault.to_string())
}

struct Reader<'a> {
    body: &'a [u8],
    at: usize,
    tree: Tree<'a>,
    open: Vec<At>,
    comments: Vec<Range<usize>>,
}

impl<'a> Reader<'a> {
    fn read(mut self) -> Read<Tree<'a>> {
        loop {
            self.value()?;
            if !self.goes_on()? {
                return Ok(self.finished());
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

    /// Reads a value, of arrays and objects the first in them, up to one that has ended.
    fn value(&mut self) -> Read<()> {
        loop {
            match self.next()? {
                b'"' => return self.string(),
                b'{' => {
                    self.open(Kind::Object)?;
                    match self.next()? {
                        b'}' => return self.close(),
                        first => self.name(first)?,
                    }
                }
                b'[' => {
                    self.open(Kind::Array)?;
                    if self.next()? == b']' {
                        return self.close();
                    }
                }
                b'-' | b'0'..=b'9' => return self.number(),
                b't' => return self.word("true", Kind::Bool),
                b'f' => return self.word("false", Kind::Bool),
                b'n' => return self.word("null", Kind::Null),
                _ => return Err(self.unexpected(self.peek())),
            }
        }
    }

    /// Reads on behind a value, to where the next one starts; gives whether there is one.
    fn goes_on(&mut self) -> Read<bool> {
        while let Some(open) = self.open.last() {
            let kind = self.tree.kind(*open);
            match (self.next()?, kind) {
                (b',', Kind::Object) => {
                    self.at += 1;
                    let first = self.next()?;
                    self.name(first)?;
                    return Ok(true);
                }
                (b',', _) => {
                    self.at += 1;
                    return Ok(true);
                }
                (b'}', Kind::Object) | (b']', Kind::Array) => self.close()?,
                (other, _) => return Err(self.unexpected(Some(other))),
            }
        }
        match self.skip_space()? {
            None => Ok(false),
            other => Err(self.unexpected(other)),
        }
    }

    fn open(&mut self, kind: Kind) -> Read<()> {
        if self.open.len() == MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.open.push(At(self.tree.nodes.len() as u32));
        self.push(kind, self.at + 1, false);
        Ok(())
    }

    fn close(&mut self) -> Read<()> {
        self.at += 1;
        if let Some(container) = self.open.pop() {
            let after = self.tree.nodes.len() as u32;
            let node = &mut self.tree.nodes[container.0 as usize];
            (node.end, node.after) = (self.at as u32, after);
            if node.kind == Kind::Object && names::repeat(&self.tree, container) {
                return Err(Fault::Repeated(self.at as u32));
            }
        }
        Ok(())
    }

    fn name(&mut self, first: u8) -> Read<()> {
        if first != b'"' {
            return Err(self.unexpected(Some(first)));
        }
        self.string()?;
        match self.next()? {
            b':' => self.at += 1,
            other => return Err(self.unexpected(Some(other))),
        }
        Ok(())
    }

    fn string(&mut self) -> Read<()> {
        let (mut at, mut escaped) = (self.at + 1, false);
        loop {
            at += plain(&self.body[at..]);
            match self.body.get(at) {
                Some(b'"') => break,
                Some(b'\\') => (at, escaped) = (at + self.escape(at)?, true),
                Some(0x80..) => at += 1,
                _ => return Err(Fault::String(at as u32)),
            }
        }
        self.push(Kind::String, at + 1, escaped);
        Ok(())
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

    fn word(&mut self, word: &str, kind: Kind) -> Read<()> {
        if !self.body[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected(self.peek()));
        }
        self.leaf(kind, self.at + word.len())
    }

    fn number(&mut self) -> Read<()> {
        let whole = self.at + usize::from(self.body[self.at] == b'-');
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
        self.leaf(Kind::Number, end)
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
    fn leaf(&mut self, kind: Kind, end: usize) -> Read<()> {
        self.push(kind, end, false);
        match self.peek() {
            None | Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b']' | b'}' | b'/') => Ok(()),
            other => Err(self.unexpected(other)),
        }
    }

    fn push(&mut self, kind: Kind, end: usize, escaped: bool) {
        let after = self.tree.nodes.len() as u32 + 1;
        let (start, end32) = (self.at as u32, end as u32);
        self.tree.nodes.push(Node { kind, escaped, start, end: end32, after });
        self.at = end;
    }

    /// Gives the byte behind white space and comments, which must be there.
    #[inline]
    fn next(&mut self) -> Read<u8> {
        match self.peek() {
            Some(byte) if byte > b' ' && byte != b'/' => Ok(byte),
            _ => self.skip_space()?.ok_or(Fault::End),
        }
    }

    /// The same, where the body may end.
    #[cold]
    fn skip_space(&mut self) -> Read<Option<u8>> {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'/') => self.comment()?,
                other => return Ok(other),
            }
        }
    }

    fn comment(&mut self) -> Read<()> {
        let inside = self.body.get(self.at + 2..).unwrap_or_default();
        let length = match self.body.get(self.at + 1) {
            Some(b'*') => memchr::memmem::find(inside, b"*/").map(|end| end + 4),
            Some(b'/') => Some(memchr::memchr2(b'\n', b'\r', inside).unwrap_or(inside.len()) + 2),
            _ => None,
        };
        let end = self.at + length.ok_or_else(|| self.unexpected(Some(b'/')))?;
        let is_control = |byte: &&u8| **byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n');
        if let Some(control) = self.body[self.at..end].iter().find(is_control) {
            return Err(self.unexpected(Some(*control)));
        }
        self.comments.push(self.at..end);
        self.at = end;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.body.get(self.at).copied()
    }

    fn unexpected(&self, byte: Option<u8>) -> Fault {
        byte.map_or(Fault::End, |byte| Fault::Unexpected(byte.into(), self.at as u32))
    }
}
