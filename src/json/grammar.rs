//! What may follow what: the parser's moves from one token to the next.

use super::error::{JsonError, Location};
use super::names::Names;
use super::scope::{Scope, Shape};
use super::token::Token;
use super::{MAX_DEPTH, Parser, Seen};

impl Parser<'_> {
    /// Moves to the next token: to the value that was recognised with its name, or on in the input.
    pub(super) fn advance(&mut self) -> Result<(), JsonError> {
        match self.value.take() {
            Some(value) => self.enter(value),
            None => self.read_next(),
        }
    }

    fn read_next(&mut self) -> Result<(), JsonError> {
        match self.reader.skip_space()? {
            None => self.finish(),
            Some(b']') => self.close(Shape::Array, Token::EndArray),
            Some(b'}') => self.close(Shape::Object, Token::EndObject),
            Some(byte) => self.read_entry(byte),
        }
    }

    fn read_entry(&mut self, byte: u8) -> Result<(), JsonError> {
        let byte = self.skip_comma(byte)?;
        if self.shape() == Shape::Object {
            return self.read_field(byte);
        }
        let value = self.read_value(byte)?;
        self.enter(value)
    }

    fn skip_comma(&mut self, byte: u8) -> Result<u8, JsonError> {
        let Some(scope) = self.open.last_mut() else { return Ok(byte) };
        if !std::mem::replace(&mut scope.has_entries, true) {
            return Ok(byte);
        }
        let entries = scope.shape.name();
        if byte != b',' {
            let wanted = format!("was expecting comma to separate {entries} entries");
            return Err(self.reader.unexpected(byte.into(), &wanted));
        }
        self.reader.skip_space()?.ok_or_else(|| {
            let unfinished = format!("Unexpected end-of-input within/between {entries} entries");
            self.reader.malformed(&unfinished)
        })
    }

    fn read_field(&mut self, byte: u8) -> Result<(), JsonError> {
        let (start, location) = (self.reader.at - 1, self.reader.before());
        self.name = self.reader.name(byte)?;
        self.refuse_duplicate()?;
        self.set_current(Seen {
            token: Some(Token::FieldName),
            span: start..self.reader.at,
            location,
        });
        let byte = self.skip_colon()?;
        self.value = Some(self.read_value(byte)?);
        Ok(())
    }

    fn refuse_duplicate(&mut self) -> Result<(), JsonError> {
        let Some(scope) = self.open.last_mut() else { return Ok(()) };
        if scope.names.insert(&mut self.names, self.name.clone()) {
            return Ok(());
        }
        Err(self.reader.malformed(&format!("Duplicate field '{}'", self.name())))
    }

    fn skip_colon(&mut self) -> Result<u8, JsonError> {
        match self.skip_space_in_entry()? {
            b':' => self.skip_space_in_entry(),
            other => {
                let wanted = "was expecting a colon to separate field name and value";
                Err(self.reader.unexpected(other.into(), wanted))
            }
        }
    }

    fn skip_space_in_entry(&mut self) -> Result<u8, JsonError> {
        self.reader.skip_space()?.ok_or_else(|| {
            self.reader.ended(&format!(" within/between {} entries", self.shape().name()))
        })
    }

    fn read_value(&mut self, byte: u8) -> Result<Seen, JsonError> {
        let (start, location) = (self.reader.at - 1, self.reader.before());
        let token = self.reader.value(byte, self.shape())?;
        let span = start..self.reader.token_end;
        Ok(Seen { token: Some(token), span, location })
    }

    /// Makes a value the current token: only now an array or object is open, and a string is read to its end.
    fn enter(&mut self, value: Seen) -> Result<(), JsonError> {
        match value.token {
            Some(Token::StartArray) => self.push(Shape::Array, value.location)?,
            Some(Token::StartObject) => self.push(Shape::Object, value.location)?,
            _ => {}
        }
        self.set_current(value);
        if self.current.token == Some(Token::ValueString) {
            self.read_string();
        }
        Ok(())
    }

    /// A fault inside a string is told when its text is asked for, or with the next token.
    fn read_string(&mut self) {
        match self.reader.string() {
            Ok(unescaped) => self.unescaped = unescaped,
            Err(error) => self.failure = Some(error),
        }
        self.current.span.end = self.reader.at;
    }

    fn push(&mut self, shape: Shape, opened: Location) -> Result<(), JsonError> {
        let names = Names::of_innermost(&self.names);
        self.open.push(Scope::new(shape, opened, names));
        if self.open.len() > MAX_DEPTH {
            return Err(JsonError::too_deep(self.open.len()));
        }
        Ok(())
    }

    fn close(&mut self, shape: Shape, token: Token) -> Result<(), JsonError> {
        let span = self.reader.at - 1..self.reader.at;
        let location = self.reader.before();
        if self.shape() != shape {
            return Err(self.mismatched(shape));
        }
        if let Some(scope) = self.open.pop() {
            scope.names.forget(&mut self.names);
        }
        self.set_current(Seen { token: Some(token), span, location });
        Ok(())
    }

    fn mismatched(&self, closed: Shape) -> JsonError {
        let (found, wanted) = if closed == Shape::Array { (']', '}') } else { ('}', ']') };
        let name = self.shape().name();
        let opened = self.opened().in_source();
        let reason = format!(
            "Unexpected close marker '{found}': expected '{wanted}' (for {name} starting at {opened})"
        );
        JsonError::malformed(&reason, self.reader.before())
    }

    fn finish(&mut self) -> Result<(), JsonError> {
        if self.shape() != Shape::Root {
            let (name, opened) = (self.shape().name(), self.opened().in_source());
            let missing = format!(": expected close marker for {name} (start marker at {opened})");
            return Err(self.reader.ended(&missing));
        }
        let (end, location) = (self.reader.at, self.current.location);
        self.set_current(Seen { token: None, span: end..end, location });
        Ok(())
    }

    fn set_current(&mut self, seen: Seen) {
        self.reader.current = seen.token;
        self.current = seen;
    }

    fn shape(&self) -> Shape {
        self.open.last().map_or(Shape::Root, |scope| scope.shape)
    }

    fn opened(&self) -> Location {
        self.open.last().map_or(Location { line: 1, column: 0 }, |scope| scope.opened)
    }
}
