//! SMILE, as far as Jackson reads it: the first value of a body as JSON text.

use std::ops::RangeInclusive;

use super::bytes::Bytes;
use super::draft::{Draft, malformed};
use crate::json::JsonError;

const END_OF_STRING: u8 = 0xfc;
const END_OF_CONTENT: u8 = 0xff;
const ASCII: u8 = 0x7f;
const UNICODE: u8 = 0xff;
const MAX_SHARED: usize = 1_024;
const SHARED_NAMES: u8 = 0x01;
const SHARED_STRINGS: u8 = 0x02;
const VERSION: u8 = 0xf0;

/// The first value as JSON text, or nothing where the body is empty.
pub(super) fn read(body: &[u8]) -> Result<Vec<u8>, JsonError> {
    let mut reader = Reader {
        bytes: Bytes::new(body),
        draft: Draft::default(),
        names: Some(Vec::new()),
        strings: None,
    };
    reader.header()?;
    if !reader.bytes.is_empty() {
        reader.root()?;
    }
    while !reader.draft.is_at_root() {
        if reader.draft.awaits_name() { reader.name()? } else { reader.value()? }
    }
    Ok(reader.draft.finish())
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    draft: Draft,
    names: Option<Vec<String>>,
    strings: Option<Vec<String>>,
}

impl Reader<'_> {
    /// OpenSearch does without the header.
    fn header(&mut self) -> Result<(), JsonError> {
        if self.bytes.skip(b":)\n") {
            let features = self.bytes.byte("a SMILE header")?;
            if features & VERSION != 0 {
                return Err(malformed("Unrecognized version of SMILE"));
            }
            self.names = (features & SHARED_NAMES != 0).then(Vec::new);
            self.strings = (features & SHARED_STRINGS != 0).then(Vec::new);
        }
        Ok(())
    }

    /// Jackson knows a string by its first byte and reads no more of it: at the root, where no string has a meaning, what it
    /// says is nobody's business.
    fn root(&mut self) -> Result<(), JsonError> {
        let first = self.bytes.byte("a SMILE value")?;
        match self.item(first) {
            _ if first == END_OF_CONTENT => Ok(()),
            Err(_) if matches!(first, 0x40..0xc0 | 0xe0 | 0xe4) => {
                self.draft.string("");
                Ok(())
            }
            read => read,
        }
    }

    fn value(&mut self) -> Result<(), JsonError> {
        let first = self.bytes.byte("a SMILE value")?;
        self.item(first)
    }

    fn item(&mut self, first: u8) -> Result<(), JsonError> {
        match first {
            0x01..0x20 => self.shared_string(usize::from(first) - 1)?,
            0x20 => self.draft.string(""),
            0x21 => self.draft.word("null"),
            0x22 => self.draft.word("false"),
            0x23 => self.draft.word("true"),
            0x24..=0x2a => self.number(first)?,
            0x40..0x80 => self.short_string(ASCII, u64::from(first - 0x40) + 1)?,
            0x80..0xc0 => self.short_string(UNICODE, u64::from(first - 0x80) + 2)?,
            0xc0..0xe0 => self.draft.word(&unzigzag((first & 0x1f).into()).to_string()),
            0xe0 | 0xe4 => {
                let text = self.text_to_end(if first == 0xe0 { ASCII } else { UNICODE })?;
                self.draft.string(&text);
            }
            0xe8 => self.seven_bit_bytes()?,
            0xec..=0xef => {
                let low = self.bytes.byte("a SMILE reference")?;
                self.shared_string(usize::from(first & 0x03) << 8 | usize::from(low))?;
            }
            0xf8 => self.draft.open_array()?,
            0xf9 if self.draft.is_in_array() => self.draft.close(),
            0xfa => self.draft.open_object()?,
            0xfd => self.raw_bytes()?,
            _ => return Err(unknown(first, "value token")),
        }
        Ok(())
    }

    fn name(&mut self) -> Result<(), JsonError> {
        let first = self.bytes.byte("a SMILE name")?;
        match first {
            0x20 => self.draft.name(""),
            0x30..0x34 => {
                let low = self.bytes.byte("a SMILE reference")?;
                self.shared_name(usize::from(first & 0x03) << 8 | usize::from(low))
            }
            0x34 => {
                let name = self.text_to_end(UNICODE)?;
                self.new_name(name)
            }
            0x40..0x80 => self.shared_name((first & 0x3f).into()),
            0x80..0xc0 => {
                let name = self.text(ASCII, u64::from(first & 0x3f) + 1)?;
                self.new_name(name)
            }
            0xc0..0xf8 => {
                let name = self.text(UNICODE, u64::from(first & 0x3f) + 2)?;
                self.new_name(name)
            }
            0xfb => {
                self.draft.close();
                Ok(())
            }
            _ => Err(unknown(first, "field name (or END_OBJECT marker)")),
        }
    }

    fn new_name(&mut self, name: String) -> Result<(), JsonError> {
        self.draft.name(&name)?;
        remember(&mut self.names, name);
        Ok(())
    }

    fn shared_name(&mut self, reference: usize) -> Result<(), JsonError> {
        let name = self.names.as_ref().and_then(|names| names.get(reference));
        self.draft.name(name.ok_or_else(|| dangling(reference))?)
    }

    fn short_string(&mut self, highest: u8, length: u64) -> Result<(), JsonError> {
        let text = self.text(highest, length)?;
        self.draft.string(&text);
        remember(&mut self.strings, text);
        Ok(())
    }

    fn shared_string(&mut self, reference: usize) -> Result<(), JsonError> {
        let text = self.strings.as_ref().and_then(|strings| strings.get(reference));
        self.draft.string(text.ok_or_else(|| dangling(reference))?);
        Ok(())
    }

    fn text(&mut self, highest: u8, length: u64) -> Result<String, JsonError> {
        utf8(highest, self.bytes.take(length, "a SMILE string")?)
    }

    fn text_to_end(&mut self, highest: u8) -> Result<String, JsonError> {
        utf8(highest, self.bytes.until(END_OF_STRING, "a SMILE string")?)
    }

    fn number(&mut self, token: u8) -> Result<(), JsonError> {
        let within = "a SMILE number";
        match token {
            0x24 => {
                let zigzag = u32::try_from(self.variable(1..=5)?).map_err(|_| too_big())?;
                self.draft.word(&unzigzag(zigzag.into()).to_string());
            }
            0x25 => {
                let zigzag = self.variable(5..=10)?;
                self.draft.word(&unzigzag(zigzag).to_string());
            }
            0x26 => {
                let bytes = self.seven_bit()?;
                self.draft.word(&big_integer(&bytes)?.to_string());
            }
            0x28 => {
                let groups: [u8; 5] = self.bytes.array(within)?;
                self.draft.float(f32::from_bits(joined(&groups)? as u32));
            }
            0x29 => {
                let groups: [u8; 10] = self.bytes.array(within)?;
                self.draft.double(f64::from_bits(joined(&groups)? as u64));
            }
            0x2a => return Err(malformed("Big decimals of SMILE are not supported")),
            _ => return Err(unknown(token, "value token")),
        }
        Ok(())
    }

    /// A number in so many groups of seven bits, but for the last, which has six and a mark.
    fn variable(&mut self, groups: RangeInclusive<u32>) -> Result<u64, JsonError> {
        let mut number = 0_u128;
        for nth in 1..=*groups.end() {
            let byte = self.bytes.byte("a SMILE number")?;
            match byte {
                0..0x80 => number = number << 7 | u128::from(byte),
                _ if groups.contains(&nth) => {
                    number = number << 6 | u128::from(byte & 0x3f);
                    return u64::try_from(number).map_err(|_| too_big());
                }
                _ => break,
            }
        }
        Err(malformed("Corrupt number of SMILE"))
    }

    fn raw_bytes(&mut self) -> Result<(), JsonError> {
        let length = self.variable(1..=5)?;
        let bytes = self.bytes.take(length, "a SMILE binary")?;
        self.draft.bytes(bytes);
        Ok(())
    }

    fn seven_bit_bytes(&mut self) -> Result<(), JsonError> {
        let bytes = self.seven_bit()?;
        self.draft.bytes(&bytes);
        Ok(())
    }

    /// Bytes in groups of seven bits, but for the last, which has what is left.
    fn seven_bit(&mut self) -> Result<Vec<u8>, JsonError> {
        let length = self.variable(1..=5)?;
        let groups = length.checked_mul(8).ok_or_else(too_big)?.div_ceil(7);
        let groups = self.bytes.take(groups, "a SMILE binary")?;
        let mut bytes = Vec::with_capacity(groups.len());
        let (mut bits, mut held) = (0_u32, 0);
        for (nth, group) in groups.iter().enumerate() {
            let is_last = nth + 1 == groups.len();
            let new = if is_last { (8 - held) % 8 } else { 7 };
            if u32::from(*group) >> new != 0 {
                return Err(malformed("Invalid byte in a SMILE binary"));
            }
            bits = bits << new | u32::from(*group);
            held += new;
            if held >= 8 {
                held -= 8;
                bytes.push((bits >> held) as u8);
            }
        }
        Ok(bytes)
    }
}

/// Both tables start over when they are full.
fn remember(seen: &mut Option<Vec<String>>, text: String) {
    if let Some(seen) = seen {
        if seen.len() == MAX_SHARED {
            seen.clear();
        }
        seen.push(text);
    }
}

fn joined(groups: &[u8]) -> Result<u128, JsonError> {
    if !groups.is_ascii() {
        return Err(malformed("Invalid byte in a SMILE number"));
    }
    Ok(groups.iter().fold(0, |bits, group| bits << 7 | u128::from(*group)))
}

fn big_integer(bytes: &[u8]) -> Result<i128, JsonError> {
    if bytes.len() > 15 {
        return Err(too_big());
    }
    let sign = if bytes.first().is_some_and(|first| *first > 0x7f) { -1 } else { 0 };
    Ok(bytes.iter().fold(sign, |number, byte| number << 8 | i128::from(*byte)))
}

fn unzigzag(zigzag: u64) -> i64 {
    (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed()
}

/// Text of bytes that are no higher than their token says.
fn utf8(highest: u8, bytes: &[u8]) -> Result<String, JsonError> {
    let text =
        std::str::from_utf8(bytes).ok().filter(|text| text.bytes().all(|byte| byte <= highest));
    text.map(str::to_owned).ok_or_else(|| malformed("Invalid UTF-8 in a SMILE string"))
}

fn too_big() -> JsonError {
    malformed("A number of SMILE is too big")
}

fn dangling(reference: usize) -> JsonError {
    malformed(format!("Invalid shared reference {reference}"))
}

fn unknown(byte: u8, expected: &str) -> JsonError {
    malformed(format!("Invalid type marker byte 0x{byte:x} for expected {expected}"))
}
