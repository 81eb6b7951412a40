//! The action lines of `_bulk` (`BulkRequestParser` of OpenSearch 3.4).

use super::super::{
    expression::{Reach, reach},
    refusal::Refusal,
};
use crate::json::{Parser, Token};

/// Longest action line, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// Where a bulk body is.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    /// The action line so far; empty at its start.
    line: Vec<u8>,
    in_a_document: bool,
    /// Lines that have ended.
    lines: u64,
}

impl Bulk {
    /// Gives whether all until here may go on: not in the middle of an action line.
    pub(super) fn feed(&mut self, data: &[u8]) -> Result<bool, Refusal> {
        let mut rest = data;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = (&rest[..end], &rest[end + 1..]);
            if self.in_a_document {
                self.in_a_document = false;
            } else if self.line.is_empty() {
                self.action(line)?;
            } else {
                self.hold(line)?;
                let line = std::mem::take(&mut self.line);
                self.action(&line)?;
            }
            self.lines += 1;
            rest = behind;
        }
        if !self.in_a_document {
            self.hold(rest)?;
        }
        Ok(self.line.is_empty())
    }

    /// A last line without its end is an error to OpenSearch, if it is one at all.
    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        let line = std::mem::take(&mut self.line);
        self.action(&line)
    }

    fn hold(&mut self, part: &[u8]) -> Result<(), Refusal> {
        if self.line.len() + part.len() > LONGEST {
            return Err(Refusal::TooLarge(LONGEST));
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// A document follows every action but `delete`; a blank line is no action.
    fn action(&mut self, line: &[u8]) -> Result<(), Refusal> {
        if line.len() > LONGEST {
            return Err(Refusal::TooLarge(LONGEST));
        }
        let mut parser = Parser::new(line);
        let malformed = Refusal::Action(self.lines + 1);
        match parser.next_token()? {
            None => return Ok(()),
            Some(Token::StartObject) => {}
            Some(_) => return Err(malformed),
        }
        if parser.next_token()? != Some(Token::FieldName) {
            return Err(malformed);
        }
        self.in_a_document = match parser.name().as_str() {
            Some("create" | "index" | "update") => true,
            Some("delete") => false,
            Some(_) | None => return Err(malformed),
        };
        while let Some(token) = parser.next_token()? {
            if token.is_scalar() && matches!(parser.name().as_str(), Some("_index" | "index")) {
                check(&parser.text()?.to_lossy())?;
            }
        }
        Ok(())
    }
}

fn check(index: &str) -> Result<(), Refusal> {
    match reach(index) {
        Reach::Nothing => Ok(()),
        Reach::Named => Err(Refusal::named(index)),
        Reach::Included | Reach::Mixed => Err(Refusal::included(index)),
    }
}
