//! The action lines of `_bulk` (`BulkRequestParser` of OpenSearch 3.4).

mod known;
mod plain;

use std::ops::Range;

use super::super::{
    expression::{Reach, reach},
    plugins,
    refusal::Refusal,
};
use crate::json::{Parser, Token};
use known::Known;
use plain::Plain;

/// Longest action line, in bytes.
pub(super) const LONGEST: usize = 64 * 1024;

/// Where a bulk body is.
#[derive(Debug, Default)]
pub(super) struct Bulk {
    /// The action line so far; empty at its start.
    line: Vec<u8>,
    in_a_document: bool,
    /// The last action line that a document followed.
    last: Known,
    /// Lines that have ended.
    lines: u64,
    /// Whether nobody else keeps plugins' own indices.
    keeps_plugins: bool,
}

impl Bulk {
    pub(super) fn new(keeps_plugins: bool) -> Self {
        Self { keeps_plugins, ..Self::default() }
    }

    /// Gives how much of an action line has no end yet, and may not go on.
    pub(super) fn feed(&mut self, data: &[u8]) -> Result<usize, Refusal> {
        let mut rest = data;
        loop {
            rest = self.skip_known(rest);
            let Some(end) = memchr::memchr(b'\n', rest) else { break };
            let (line, behind) = (&rest[..end], &rest[end + 1..]);
            if self.in_a_document {
                self.in_a_document = false;
            } else if self.line.is_empty() {
                let id = self.action(line)?;
                if self.in_a_document {
                    self.last.keep(&rest[..=end], id);
                }
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
        Ok(self.line.len())
    }

    /// A last line without its end is an error to OpenSearch, if it is one at all.
    pub(super) fn end(&mut self) -> Result<(), Refusal> {
        let line = std::mem::take(&mut self.line);
        self.action(&line).map(drop)
    }

    /// Gives what follows the last action line and a document, as often as these are there again.
    fn skip_known<'d>(&mut self, data: &'d [u8]) -> &'d [u8] {
        if self.in_a_document || !self.line.is_empty() {
            return data;
        }
        let mut rest = data;
        while let Some(document) = self.last.behind(rest) {
            let Some(end) = memchr::memchr(b'\n', document) else {
                self.in_a_document = true;
                self.lines += 1;
                return &[];
            };
            self.lines += 2;
            rest = &document[end + 1..];
        }
        rest
    }

    fn hold(&mut self, part: &[u8]) -> Result<(), Refusal> {
        if self.line.len() + part.len() > LONGEST {
            return Err(Refusal::TooLarge(LONGEST));
        }
        self.line.extend_from_slice(part);
        Ok(())
    }

    /// A document follows every action but `delete`; a blank line is no action. Gives where the
    /// document's id stands, if the line is a plain one.
    fn action(&mut self, line: &[u8]) -> Result<Option<Range<usize>>, Refusal> {
        if line.len() > LONGEST {
            return Err(Refusal::TooLarge(LONGEST));
        }
        let Some(Plain { action, index, id }) = plain::read(line) else {
            return self.parse(line).map(|()| None);
        };
        self.in_a_document = has_document(action).ok_or(Refusal::Action(self.lines + 1))?;
        index.map_or(Ok(()), |index| self.check(index))?;
        Ok(id)
    }

    fn parse(&mut self, line: &[u8]) -> Result<(), Refusal> {
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
        self.in_a_document = has_document(parser.name().as_bytes()).ok_or(malformed)?;
        while let Some(token) = parser.next_token()? {
            if token.is_scalar() && matches!(parser.name().as_bytes(), b"_index" | b"index") {
                self.check(&parser.text()?.to_lossy())?;
            }
        }
        Ok(())
    }

    fn check(&self, index: &str) -> Result<(), Refusal> {
        match reach(index) {
            Reach::Nothing if self.keeps_plugins => plugins::check_expression(index),
            Reach::Nothing => Ok(()),
            Reach::Named => Err(Refusal::named(index)),
            Reach::Included | Reach::Mixed => Err(Refusal::included(index)),
        }
    }
}

/// Whether a document follows an action, if it is one.
fn has_document(action: &[u8]) -> Option<bool> {
    match action {
        b"create" | b"index" | b"update" => Some(true),
        b"delete" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn judged(
        line: &str,
        judge: fn(&mut Bulk, &[u8]) -> Result<(), Refusal>,
    ) -> Result<bool, String> {
        let mut bulk = Bulk::default();
        let judged = judge(&mut bulk, line.as_bytes());
        judged.map(|()| bulk.in_a_document).map_err(|refusal| refusal.to_string())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn a_plain_line_says_what_the_parser_reads(
            action in "(index|delete)|(INDEX|\\\\u0069ndex|é)",
            members in prop::collection::vec(
                "\"(_?index|[a-e]|a{30,35})\":(\"[*.,a]{0,2}\"|\"(\\\\|\u{7f}|é)\"\
                 |\"\\.plugins-ml-model-group\"|-?[01]{1,3}|[0-9]{18,21}|true|null| 1)",
                0..10,
            ),
            comma in ",(,| )?",
            end in "\\}\\}(\r|\\}| )?|\\},\\}",
        ) {
            let line = format!("{{\"{action}\":{{{}{end}", members.join(&comma));

            let action = |bulk: &mut Bulk, line: &[u8]| bulk.action(line).map(drop);
            prop_assert_eq!(judged(&line, action), judged(&line, Bulk::parse));
        }
    }

    #[test]
    fn what_clients_write_is_plain() {
        for (line, index, id) in [
            ("{\"index\":{}}", None, None),
            ("{\"create\":{\"_index\":\"logs\",\"routing\":\"r\"}}\r", Some("logs"), None),
            ("{\"index\":{\"_id\":\"b c\",\"routing\":\"r\"}}\r", None, Some("b c")),
            ("{\"delete\":{\"version\":20,\"_index\":\"a*\",\"_id\":\"\"}}", Some("a*"), Some("")),
        ] {
            let read = plain::read(line.as_bytes()).expect(line);
            assert_eq!((read.index, read.id.map(|id| &line[id])), (index, id), "{line}");
        }
    }

    #[test]
    fn what_is_written_otherwise_is_left_to_the_parser() {
        let many = (0..9).map(|nth| format!("\"{nth}\":1")).collect::<Vec<_>>().join(",");
        for inside in [
            r#""_id":"1","_id":"2""#,
            r#""index":"a""#,
            r#""version":01"#,
            r#""_id": "1""#,
            r#""_id":"1","#,
            r#""_id":"\u0061""#,
            r#""_id":"é""#,
            r#""_id":null"#,
            many.as_str(),
        ] {
            let line = format!("{{\"index\":{{{inside}}}}}");
            assert_eq!(plain::read(line.as_bytes()), None, "{line}");
        }
    }
}
