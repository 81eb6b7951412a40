//! The input, how far it is read, and what is said of a byte that does not belong there.

use super::error::{JsonError, JsonErrorKind, Location};
use super::token::Token;

/// The input and the place in it.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) input: &'a [u8],
    pub(super) at: usize,
    /// Where the last value ends; behind a number at the root the reader is one byte further.
    pub(super) token_end: usize,
    /// The token read last, which an error about the end of the input names.
    pub(super) current: Option<Token>,
    line: usize,
    line_start: usize,
}

impl<'a> Reader<'a> {
    /// Jackson looks for a byte order mark only where at least four bytes are.
    pub(super) fn new(input: &'a [u8]) -> Result<Self, JsonError> {
        refuse_wide(input)?;
        let at = if input.len() > 3 && input.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Ok(Self { at, input, ..Self::empty() })
    }

    pub(super) fn empty() -> Self {
        Self { input: &[], at: 0, token_end: 0, current: None, line: 1, line_start: 0 }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.input[self.at..]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    pub(super) fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// A byte without which the current token cannot end.
    pub(super) fn require(&mut self) -> Result<u8, JsonError> {
        self.bump()
            .ok_or_else(|| self.ended(&format!(" in {}", self.current.map_or("null", Token::name))))
    }

    /// A byte inside a multi-byte character.
    pub(super) fn continuation(&mut self) -> Result<u8, JsonError> {
        match self.require()? {
            byte @ 0x80..0xc0 => Ok(byte & 0x3f),
            other => Err(self.malformed(&format!("Invalid UTF-8 middle byte 0x{other:x}"))),
        }
    }

    pub(super) fn new_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }

    /// Behind the last byte.
    pub(super) fn here(&self) -> Location {
        Location { line: self.line, column: self.at - self.line_start + 1 }
    }

    /// At the last byte.
    pub(super) fn before(&self) -> Location {
        Location { line: self.line, column: self.at - self.line_start }
    }

    pub(super) fn malformed(&self, message: &str) -> JsonError {
        JsonError::malformed(message, self.here())
    }

    pub(super) fn malformed_before(&self, message: &str) -> JsonError {
        JsonError::malformed(message, self.before())
    }

    pub(super) fn ended(&self, within: &str) -> JsonError {
        JsonError::ended(within, self.here())
    }

    pub(super) fn unexpected(&self, char: i32, wanted: &str) -> JsonError {
        self.malformed_before(&format!("Unexpected character ({}): {wanted}", described(char)))
    }

    pub(super) fn unexpected_in_number(&self, char: i32, wanted: &str) -> JsonError {
        let char = described(char);
        self.malformed_before(&format!("Unexpected character ({char}) in numeric value: {wanted}"))
    }

    pub(super) fn invalid_start(&self, byte: u8) -> JsonError {
        self.malformed(&format!("Invalid UTF-8 start byte 0x{byte:x}"))
    }

    /// The character that a byte starts, read on for an error's sake; Jackson keeps its low 16 bits.
    pub(super) fn whole_char(&mut self, first: u8) -> Result<u16, JsonError> {
        let (bits, more) = match first {
            0..0x80 => return Ok(first.into()),
            0xc0..0xe0 => (first & 0x1f, 1),
            0xe0..0xf0 => (first & 0x0f, 2),
            0xf0..0xf8 => (first & 0x07, 3),
            _ => return Err(self.invalid_start(first)),
        };
        let mut char = u16::from(bits);
        for _ in 0..more {
            char = char << 6 | u16::from(self.continuation()?);
        }
        Ok(char)
    }
}

/// Jackson's description of a character, which at times is a byte, and once a byte with its sign.
pub(super) fn described(char: i32) -> String {
    let unit = (char & 0xffff) as u16;
    let shown = char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER);
    match char {
        _ if shown.is_control() => format!("(CTRL-CHAR, code {char})"),
        256.. => format!("'{shown}' (code {char} / 0x{char:x})"),
        _ => format!("'{shown}' (code {char})"),
    }
}

/// Refuses what Jackson would take for UTF-16 or UTF-32.
fn refuse_wide(input: &[u8]) -> Result<(), JsonError> {
    let wide = match input {
        [0xfe, 0xff, _, _, ..] | [0xff, 0xfe, _, _, ..] => true,
        [first, second, ..] => *first == 0 || *second == 0,
        _ => false,
    };
    if !wide {
        return Ok(());
    }
    let reason = "Invalid JSON: only UTF-8 is supported, the content looks like UTF-16 or UTF-32";
    Err(JsonError { kind: JsonErrorKind::Parse, reason: reason.to_owned() })
}
