//! JSON text in the making: what the readers of the other formats write into.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{number, write_json};
use crate::json::{JsonError, JsonErrorKind, MAX_DEPTH};

/// One JSON value, written from its first token to its last.
#[derive(Default)]
pub(super) struct Draft {
    out: Vec<u8>,
    open: Vec<Level>,
}

enum Level {
    Array,
    Object { names: HashSet<String>, is_named: bool },
}

impl Draft {
    pub(super) fn open_array(&mut self) -> Result<(), JsonError> {
        self.open(b'[', Level::Array)
    }

    pub(super) fn open_object(&mut self) -> Result<(), JsonError> {
        self.open(b'{', Level::Object { names: HashSet::new(), is_named: false })
    }

    /// Ends the array or object that is open.
    pub(super) fn close(&mut self) {
        match self.open.pop() {
            Some(Level::Array) => self.out.push(b']'),
            Some(Level::Object { .. }) => self.out.push(b'}'),
            None => {}
        }
    }

    /// A field name, which the object must not have had.
    pub(super) fn name(&mut self, name: &str) -> Result<(), JsonError> {
        self.separate();
        if let Some(Level::Object { names, is_named }) = self.open.last_mut() {
            *is_named = true;
            if !names.insert(name.to_owned()) {
                return Err(malformed(format!("Duplicate field '{name}'")));
            }
        }
        write_json::write_string(name, &mut self.out);
        self.out.push(b':');
        Ok(())
    }

    pub(super) fn string(&mut self, text: &str) {
        self.begin_value();
        write_json::write_string(text, &mut self.out);
    }

    /// A number or a word, written as it is in JSON.
    pub(super) fn word(&mut self, word: &str) {
        self.begin_value();
        self.out.extend_from_slice(word.as_bytes());
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.string(&STANDARD.encode(bytes));
    }

    pub(super) fn double(&mut self, value: f64) {
        let text = number::double(value);
        if value.is_finite() { self.word(&text) } else { self.string(&text) }
    }

    pub(super) fn float(&mut self, value: f32) {
        let text = number::float(value);
        if value.is_finite() { self.word(&text) } else { self.string(&text) }
    }

    /// An object is open, and the next thing in it is a name or its end.
    pub(super) fn awaits_name(&self) -> bool {
        matches!(self.open.last(), Some(Level::Object { is_named: false, .. }))
    }

    /// An array or object is open, and the next thing in it is an entry or its end.
    pub(super) fn is_between_entries(&self) -> bool {
        self.is_in_array() || self.awaits_name()
    }

    pub(super) fn is_in_array(&self) -> bool {
        matches!(self.open.last(), Some(Level::Array))
    }

    pub(super) fn is_at_root(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn is_complete(&self) -> bool {
        self.open.is_empty() && !self.out.is_empty()
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn open(&mut self, bracket: u8, level: Level) -> Result<(), JsonError> {
        self.begin_value();
        self.out.push(bracket);
        self.open.push(level);
        if self.open.len() > MAX_DEPTH {
            return Err(JsonError::too_deep(self.open.len()));
        }
        Ok(())
    }

    fn begin_value(&mut self) {
        self.separate();
        if let Some(Level::Object { is_named, .. }) = self.open.last_mut() {
            *is_named = false;
        }
    }

    fn separate(&mut self) {
        if !matches!(self.out.last(), None | Some(b'[' | b'{' | b':')) {
            self.out.push(b',');
        }
    }
}

/// An error about a body that is malformed.
pub(super) fn malformed(reason: impl Into<String>) -> JsonError {
    JsonError { kind: JsonErrorKind::Parse, reason: reason.into() }
}

/// An error about a body that ends too soon.
pub(super) fn ended(within: &str) -> JsonError {
    JsonError {
        kind: JsonErrorKind::EndOfInput,
        reason: format!("Unexpected end-of-input in {within}"),
    }
}
