//! Strings and field names: where they end, and what they say.

use std::borrow::Cow;

use memchr::memchr2;

use super::error::JsonError;
use super::plain::plain;
use super::reader::{Reader, described};
use super::text::{push_code, push_unit};

const MAX_NAME_LENGTH: usize = 50_000;

/// Jackson's buffer for names doubles up to this many bytes, and it is the doubling that is refused.
const NAME_BUFFER: usize = 65_536;

/// A name is in the buffer but for its last four bytes.
const NAME_IN_BUFFER: usize = NAME_BUFFER + 4;

impl<'a> Reader<'a> {
    /// Reads a string behind its opening quote; its text as WTF-8, unless that is what stands between the quotes.
    pub(super) fn string(&mut self) -> Result<Option<Vec<u8>>, JsonError> {
        if let Some(length) = self.unescaped() {
            self.at += length + 1;
            return Ok(None);
        }
        let mut text = Vec::new();
        loop {
            text.extend_from_slice(self.ascii());
            match self.require()? {
                b'"' => return Ok(Some(text)),
                b'\\' => push_unit(&mut text, self.escaped()?),
                byte @ 0..b' ' => return Err(self.unquoted(byte, "string value")),
                byte => self.multibyte(byte, &mut text)?,
            }
        }
    }

    /// Reads a field name whose first byte, the quote, is read already.
    pub(super) fn name(&mut self, quote: u8) -> Result<Cow<'a, [u8]>, JsonError> {
        if quote != b'"' {
            let char = self.whole_char(quote)?;
            return Err(
                self.unexpected(char.into(), "was expecting double-quote to start field name")
            );
        }
        if let Some(length) = self.unescaped().filter(|length| *length <= MAX_NAME_LENGTH) {
            let name = &self.rest()[..length];
            self.at += length + 1;
            return Ok(Cow::Borrowed(name));
        }
        let bytes = self.name_bytes()?;
        self.name_text(&bytes).map(Cow::Owned)
    }

    /// How long the text is up to the closing quote, where it is UTF-8 without escapes and control characters.
    fn unescaped(&self) -> Option<usize> {
        let rest = self.rest();
        let ascii = plain(rest);
        match rest.get(ascii)? {
            b'"' => return Some(ascii),
            0x80.. => {}
            _ => return None,
        }
        let length = memchr2(b'"', b'\\', rest).filter(|end| rest[*end] == b'"')?;
        let text = &rest[..length];
        let controls = text.iter().any(|byte| *byte < b' ');
        (!controls && std::str::from_utf8(text).is_ok()).then_some(length)
    }

    /// The ASCII characters up to the next one that needs a look.
    fn ascii(&mut self) -> &'a [u8] {
        let rest = self.rest();
        let length = plain(rest);
        self.at += length;
        &rest[..length]
    }

    /// The UTF-16 unit that an escape stands for.
    fn escaped(&mut self) -> Result<u16, JsonError> {
        Ok(match self.in_escape()? {
            b'b' => 0x08,
            b't' => 0x09,
            b'n' => 0x0a,
            b'f' => 0x0c,
            b'r' => 0x0d,
            byte @ (b'"' | b'/' | b'\\') => byte.into(),
            b'u' => return self.hex_escape(),
            byte => return Err(self.unknown_escape(byte)),
        })
    }

    fn hex_escape(&mut self) -> Result<u16, JsonError> {
        let mut unit = 0;
        for _ in 0..4 {
            let byte = self.in_escape()?;
            let digit = char::from(byte).to_digit(16).ok_or_else(|| {
                let wanted = "expected a hex-digit for character escape sequence";
                self.unexpected(byte.into(), wanted)
            })?;
            unit = unit << 4 | digit as u16;
        }
        Ok(unit)
    }

    fn in_escape(&mut self) -> Result<u8, JsonError> {
        self.bump().ok_or_else(|| self.ended(" in character escape sequence"))
    }

    fn unknown_escape(&mut self, byte: u8) -> JsonError {
        match self.whole_char(byte) {
            Ok(char) => self.malformed_before(&format!(
                "Unrecognized character escape {}",
                described(char.into())
            )),
            Err(error) => error,
        }
    }

    fn unquoted(&self, byte: u8, place: &str) -> JsonError {
        self.malformed_before(&format!(
            "Illegal unquoted character ({}): has to be escaped using backslash to be included in {place}",
            described(byte.into())
        ))
    }

    /// One character of two to four bytes, overlong ones and surrogates included.
    fn multibyte(&mut self, first: u8, text: &mut Vec<u8>) -> Result<(), JsonError> {
        if !matches!(first, 0xf0..0xf8) {
            push_unit(text, self.whole_char(first)?);
            return Ok(());
        }
        let mut code = i32::from(first & 0x07);
        for _ in 0..3 {
            code = code << 6 | i32::from(self.continuation()?);
        }
        code -= 0x1_0000;
        push_unit(text, 0xd800 | (code >> 10) as u16);
        push_unit(text, 0xdc00 | (code & 0x3ff) as u16);
        Ok(())
    }

    /// The bytes of a name with its escapes resolved. Its UTF-8 is looked at only when all of them are there.
    fn name_bytes(&mut self) -> Result<Vec<u8>, JsonError> {
        let unclosed = self.ended(": was expecting closing '\"' for name");
        let mut byte = self.bump().ok_or(unclosed)?;
        let mut name = Vec::new();
        loop {
            match byte {
                b'"' => break,
                b'\\' => push_code(&mut name, self.escaped()?),
                0..b' ' => return Err(self.unquoted(byte, "name")),
                _ => name.push(byte),
            }
            if name.len() > NAME_IN_BUFFER {
                break;
            }
            byte = self.bump().ok_or_else(|| self.ended(" in field name"))?;
        }
        within_name_limit(name)
    }

    fn name_text(&self, bytes: &[u8]) -> Result<Vec<u8>, JsonError> {
        let mut text = Vec::with_capacity(bytes.len());
        let mut at = 0;
        while let Some(&first) = bytes.get(at) {
            let (bits, more) = match first {
                0..0x80 => (first, 0),
                0xc0..0xe0 => (first & 0x1f, 1),
                0xe0..0xf0 => (first & 0x0f, 2),
                0xf0..0xf8 => (first & 0x07, 3),
                _ => return Err(self.invalid_start(first)),
            };
            at += 1;
            if at + more > bytes.len() {
                return Err(self.ended(" in field name"));
            }
            let mut code = i32::from(bits);
            for place in at..at + more {
                code = code << 6 | self.name_continuation(bytes, place, more, place - at)?;
            }
            at += more;
            push_name_code(&mut text, code, more);
        }
        Ok(text)
    }

    /// Jackson keeps names in words of four bytes, and its error shows the whole word up to the byte.
    fn name_continuation(
        &self,
        bytes: &[u8],
        place: usize,
        more: usize,
        nth: usize,
    ) -> Result<i32, JsonError> {
        let byte = bytes[place];
        if byte & 0xc0 == 0x80 {
            return Ok(i32::from(byte & 0x3f));
        }
        let shown = if more == 3 && nth == 2 { byte.into() } else { word_up_to(bytes, place) };
        Err(self.malformed(&format!("Invalid UTF-8 middle byte 0x{shown:x}")))
    }
}

fn push_name_code(text: &mut Vec<u8>, code: i32, more: usize) {
    if more < 3 {
        return push_unit(text, code as u16);
    }
    let code = code - 0x1_0000;
    push_unit(text, (0xd800 + (code >> 10)) as u16);
    push_unit(text, 0xdc00 | (code & 0x3ff) as u16);
}

fn word_up_to(bytes: &[u8], place: usize) -> u32 {
    let start = place / 4 * 4;
    let sign = if bytes[start] < 0x80 { 0 } else { u32::MAX };
    bytes[start..=place].iter().fold(sign, |word, byte| word << 8 | u32::from(*byte))
}

fn within_name_limit(name: Vec<u8>) -> Result<Vec<u8>, JsonError> {
    if name.len() <= MAX_NAME_LENGTH {
        return Ok(name);
    }
    let seen = name.len().min(NAME_BUFFER);
    Err(JsonError::exceeded("Name length", seen, MAX_NAME_LENGTH, "getMaxNameLength"))
}
