//! YAML as Jackson's generator writes it: SnakeYAML's emitter in block style, strings in double quotes.

use serde_json::{Map, Value};

use super::number;
use scalar::{Analysis, Style};

mod quoted;
mod scalar;

const INDENT: usize = 2;
const WIDTH: usize = 80;
const MAX_SIMPLE_KEY: usize = 128;

/// The document as UTF-8 text.
pub(super) fn write(document: &Value) -> Vec<u8> {
    let mut emitter = Emitter::default();
    emitter.indicator("---", true, false, false);
    emitter.node(document, false);
    emitter.line();
    emitter.out.into_bytes()
}

/// What was written, and what SnakeYAML remembers of its last character.
struct Emitter {
    out: String,
    /// In UTF-16 units.
    column: usize,
    /// It is white space.
    whitespace: bool,
    /// It belongs to the indentation of its line: a space, or an indicator that opens a block.
    indention: bool,
    indent: Option<usize>,
}

impl Default for Emitter {
    fn default() -> Self {
        Self { out: String::new(), column: 0, whitespace: true, indention: true, indent: None }
    }
}

impl Emitter {
    fn node(&mut self, value: &Value, in_mapping: bool) {
        match value {
            Value::Null => self.plain_word("null"),
            Value::Bool(value) => self.plain_word(if *value { "true" } else { "false" }),
            Value::Number(number) => self.plain_word(&number::text(number)),
            Value::String(text) => self.indented(true, |emitter| emitter.double_quoted(text, true)),
            Value::Array(items) if items.is_empty() => self.empty("[", "]"),
            Value::Object(fields) if fields.is_empty() => self.empty("{", "}"),
            Value::Array(items) => self.sequence(items, in_mapping),
            Value::Object(fields) => self.indented(false, |emitter| emitter.mapping(fields)),
        }
    }

    fn plain_word(&mut self, word: &str) {
        self.indented(true, |emitter| emitter.plain(word, true));
    }

    fn empty(&mut self, open: &str, close: &str) {
        self.indicator(open, true, true, false);
        self.indicator(close, false, false, false);
    }

    /// A sequence in a mapping stands no deeper than its key.
    fn sequence(&mut self, items: &[Value], in_mapping: bool) {
        let outer = self.indent;
        if !in_mapping || self.indention || outer.is_none() {
            self.indent = Some(outer.map_or(0, |indent| indent + INDENT));
        }
        for item in items {
            self.line();
            self.indicator("-", true, false, true);
            self.node(item, false);
        }
        self.indent = outer;
    }

    fn mapping(&mut self, fields: &Map<String, Value>) {
        for (name, value) in fields {
            self.line();
            self.key(name);
            self.node(value, true);
        }
    }

    fn key(&mut self, name: &str) {
        let analysis = Analysis::of(name);
        let length = name.encode_utf16().count();
        if length < MAX_SIMPLE_KEY && length > 0 && !analysis.is_multiline {
            self.indented(true, |emitter| emitter.name(name, &analysis, true));
            return self.indicator(":", false, false, false);
        }
        self.indicator("?", true, false, true);
        self.indented(true, |emitter| emitter.name(name, &analysis, false));
        self.line();
        self.indicator(":", true, false, true);
    }

    fn name(&mut self, name: &str, analysis: &Analysis, is_simple: bool) {
        match analysis.style(name, is_simple) {
            Style::Plain => self.plain(name, !is_simple),
            Style::SingleQuoted => self.single_quoted(name, !is_simple),
            Style::DoubleQuoted => self.double_quoted(name, !is_simple),
        }
    }

    fn indented(&mut self, is_flow: bool, write: impl FnOnce(&mut Self)) {
        let outer = self.indent;
        let first = if is_flow { INDENT } else { 0 };
        self.indent = Some(outer.map_or(first, |indent| indent + INDENT));
        write(self);
        self.indent = outer;
    }

    fn indicator(&mut self, indicator: &str, spaced: bool, whitespace: bool, indention: bool) {
        if spaced {
            self.space();
        }
        self.whitespace = whitespace;
        self.indention &= indention;
        self.text(indicator);
    }

    /// A space, unless there is one.
    fn space(&mut self) {
        if !self.whitespace {
            self.text(" ");
        }
    }

    /// Moves to the indentation, in the next line where this one is further.
    fn line(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let is_behind = self.column > indent || (self.column == indent && !self.whitespace);
        if !self.indention || is_behind {
            self.line_break('\n');
        }
        if self.column < indent {
            self.whitespace = true;
            self.text(&" ".repeat(indent - self.column));
        }
    }

    fn line_break(&mut self, char: char) {
        self.whitespace = true;
        self.indention = true;
        self.column = 0;
        self.out.push(char);
    }

    fn text(&mut self, text: &str) {
        self.column += text.encode_utf16().count();
        self.out.push_str(text);
    }

    fn text_follows(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }
}
