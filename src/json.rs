//! JSON as OpenSearch 3.4 reads it: what it accepts, what it refuses, and with which words.
//!
//! A body that the sidecar would read otherwise than the cluster is a bypass, so this is no other JSON than Jackson's:
//! comments are space, a repeated name is an error, overlong UTF-8 and lone surrogates are text, and anything after the
//! value is left unread until it is asked for.
//!
//! Two things are refused that Jackson reads, and that no client sends. Bodies in UTF-16 and UTF-32, which it guesses from
//! zero bytes and byte order marks. And names with the byte 0xff: its table of known names fills them up with that byte, so
//! that a cluster that has seen `_index` before takes `_ind\xffex` for it.

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use brackets::Brackets;
pub use canonical::{Trailing, canonical};
pub(crate) use error::MAX_DEPTH;
pub use error::{JsonError, JsonErrorKind, Location};
pub(crate) use number::MAX_DIGITS;
pub(crate) use plain::plain;
pub use text::Text;
pub use token::Token;

use reader::Reader;
use scope::Scope;

mod boolean;
mod brackets;
mod canonical;
mod error;
mod grammar;
mod names;
mod number;
mod plain;
mod reader;
mod scope;
mod string;
mod text;
mod token;
mod value;
mod whitespace;

/// Reads JSON one token at a time, without recursion.
///
/// After an error every further call gives the same error.
#[derive(Debug)]
pub struct Parser<'a> {
    reader: Reader<'a>,
    open: Vec<Scope<'a>>,
    names: names::Open<'a>,
    name: Cow<'a, [u8]>,
    current: Seen,
    value: Option<Seen>,
    unescaped: Option<Vec<u8>>,
    failure: Option<JsonError>,
}

/// A token, where it stands in the input, and the line and column that OpenSearch says of it.
#[derive(Debug, Clone)]
struct Seen {
    token: Option<Token>,
    span: Range<usize>,
    location: Location,
}

impl<'a> Parser<'a> {
    /// A parser before its first token. A body that is not UTF-8 is refused by the first call.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        let (reader, failure) = match Reader::new(input) {
            Ok(reader) => (reader, None),
            Err(error) => (Reader::empty(), Some(error)),
        };
        Self {
            reader,
            open: Vec::new(),
            names: Vec::new(),
            name: Cow::Borrowed(&[]),
            current: Seen { token: None, span: 0..0, location: Location { line: 1, column: 0 } },
            value: None,
            unescaped: None,
            failure,
        }
    }

    /// The next token, or `None` at the end of the input, where the current token is `None` too.
    ///
    /// # Errors
    /// What Jackson says of malformed input, at the token where Jackson says it.
    pub fn next_token(&mut self) -> Result<Option<Token>, JsonError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        self.advance().inspect_err(|error| self.failure = Some(error.clone()))?;
        Ok(self.current.token)
    }

    /// The token that `next_token` gave last.
    #[must_use]
    pub fn current(&self) -> Option<Token> {
        self.current.token
    }

    /// The field name before the current value, or the current one; empty where there is none.
    #[must_use]
    pub fn name(&self) -> Text<'_> {
        Text::new(&self.name)
    }

    /// The same as a text of its own, with U+FFFD for every lone surrogate.
    #[must_use]
    pub fn key(&self) -> Cow<'a, str> {
        match &self.name {
            Cow::Borrowed(name) => Text::new(name).to_lossy(),
            Cow::Owned(name) => Cow::Owned(Text::new(name).to_lossy().into_owned()),
        }
    }

    /// The current name, string, number as it is written, or boolean.
    ///
    /// # Errors
    /// What is wrong inside the string, and OpenSearch's refusal to see text in a null, an array or an object.
    pub fn text(&self) -> Result<Text<'_>, JsonError> {
        match self.current.token {
            Some(Token::FieldName) => Ok(self.name()),
            Some(Token::ValueString) => self.string(),
            Some(token) if token.is_scalar() => Ok(Text::new(&self.reader.input[self.span()])),
            token => Err(self.no_text(token)),
        }
    }

    /// Moves to the end of the current array or object, and stays on anything else.
    ///
    /// # Errors
    /// As `next_token`: what is skipped is checked all the same.
    pub fn skip_children(&mut self) -> Result<(), JsonError> {
        if !self.current.token.is_some_and(Token::opens) {
            return Ok(());
        }
        let outside = self.open.len();
        while self.open.len() >= outside && self.next_token()?.is_some() {}
        Ok(())
    }

    /// Line and column, from 1 and in bytes, of the current token, as OpenSearch's errors count them.
    #[must_use]
    pub fn token_location(&self) -> Location {
        self.current.location
    }

    /// Where the current token stands in the input, quotes included.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.current.span.clone()
    }

    fn string(&self) -> Result<Text<'_>, JsonError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let text = match &self.unescaped {
            Some(unescaped) => Text::new(unescaped),
            None => Text::new(
                &self.reader.input[self.current.span.start + 1..self.current.span.end - 1],
            ),
        };
        text.within_limit()
    }

    fn no_text(&self, token: Option<Token>) -> JsonError {
        let name = token.map_or("null", Token::name);
        let Location { line, column } = self.current.location;
        JsonError {
            kind: JsonErrorKind::IllegalState,
            reason: format!("Can't get text on a {name} at {line}:{column}"),
        }
    }
}

#[cfg(test)]
mod tests;
