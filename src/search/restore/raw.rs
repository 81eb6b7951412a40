//! What hits show of a last order is taken out of an answer's bytes, which is less work than to read and write them.
//!
//! The bytes are JSON as OpenSearch writes it: without spaces.

use super::Ties;

/// Takes it out of the hits of a search; nothing where the bytes are of another shape.
pub(super) fn without(mut answer: Vec<u8>, ties: Ties) -> Result<Vec<u8>, Vec<u8>> {
    let Some(spans) = (Scan { bytes: &answer, at: 0 }).spans(ties) else { return Err(answer) };
    let (mut kept, mut from) = (0, 0);
    for (start, end) in spans.into_iter().chain([(answer.len(), answer.len())]) {
        answer.copy_within(from..start, kept);
        kept += start - from;
        from = end;
    }
    answer.truncate(kept);
    Ok(answer)
}

/// A place in the bytes.
struct Scan<'b> {
    bytes: &'b [u8],
    at: usize,
}

/// From its first byte to behind its last.
type Span = (usize, usize);

impl Scan<'_> {
    /// What hits show too much.
    fn spans(&mut self, ties: Ties) -> Option<Vec<Span>> {
        self.enter(b"\"hits\"")?;
        self.enter(b"\"hits\"")?;
        let mut spans = Vec::with_capacity(16);
        self.take(b'[')?;
        while self.peek()? != b']' {
            spans.push(self.hit(ties)?);
            if self.peek()? == b',' {
                self.at += 1;
            }
        }
        Some(spans)
    }

    /// Goes into an object, to the value of that name.
    fn enter(&mut self, name: &[u8]) -> Option<()> {
        self.take(b'{')?;
        while self.name()? != name {
            self.skip()?;
            self.take(b',')?;
        }
        Some(())
    }

    /// Goes past a hit, and tells what of it is too much.
    fn hit(&mut self, ties: Ties) -> Option<Span> {
        let mut found = None;
        self.take(b'{')?;
        loop {
            let name = self.at;
            let is_sort = self.name()? == b"\"sort\"";
            let value = self.at;
            self.skip()?;
            if is_sort {
                found = Some(self.too_much(ties, name, value)?);
            }
            match self.next()? {
                b',' => {}
                b'}' => return found,
                _ => return None,
            }
        }
    }

    /// Of the sort values that end here: all, with the comma before their name, or the last with its comma.
    fn too_much(&self, ties: Ties, name: usize, value: usize) -> Option<Span> {
        let is_comma = |at: &usize| self.bytes[*at] == b',';
        match ties {
            Ties::Untouched => None,
            Ties::BehindScore => Some((name - 1, self.at)).filter(|(comma, _)| is_comma(comma)),
            Ties::BehindOrders => {
                let comma = value + memchr::memrchr(b',', &self.bytes[value..self.at])?;
                Some((comma, self.at - 1))
            }
        }
    }

    /// Goes past a name and its colon.
    fn name(&mut self) -> Option<&[u8]> {
        let start = self.at;
        self.string()?;
        let end = self.at;
        self.take(b':')?;
        Some(&self.bytes[start..end])
    }

    /// Goes past a value.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.peek()?, b',' | b'}' | b']') {
                return Some(());
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.at += memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..)?)? + 1;
            if self.bytes[self.at - 1] == b'"' {
                return Some(());
            }
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}
