//! CBOR, as far as Jackson reads it: the first value of a body as JSON text.

use std::borrow::Cow;

use super::bytes::Bytes;
use super::draft::{Draft, malformed};
use crate::json::JsonError;

const BYTES: u8 = 2;
const TEXT: u8 = 3;
const TAG: u8 = 6;
const BREAK: u8 = 0xff;

const POSITIVE: u64 = 2;
const NEGATIVE: u64 = 3;
const DECIMAL: u64 = 4;
const STRING_REFERENCE: u64 = 25;
const STRING_REFERENCES: u64 = 256;

/// The first value as JSON text, or nothing where the body is empty.
pub(super) fn read(body: &[u8]) -> Result<Vec<u8>, JsonError> {
    let mut reader = Reader { bytes: Bytes::new(body), draft: Draft::default(), open: Vec::new() };
    if !reader.bytes.is_empty() {
        reader.root()?;
    }
    while !reader.draft.is_at_root() {
        reader.entry()?;
    }
    Ok(reader.draft.finish())
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    draft: Draft,
    /// Of every open array and object: how many entries are to come, unless a break tells.
    open: Vec<Option<u64>>,
}

/// How an item begins.
#[derive(Clone, Copy)]
struct Head {
    major: u8,
    minor: u8,
    /// What follows the first byte, or is in it; `None` for an indefinite length.
    size: Option<u64>,
    /// The tag before it, of those that change what it means.
    tag: Option<u64>,
}

impl<'a> Reader<'a> {
    /// Jackson knows a string by its first byte and reads no more of it: at the root, where no string has a meaning, what it
    /// says is nobody's business.
    fn root(&mut self) -> Result<(), JsonError> {
        let head = self.head()?;
        match self.item(head) {
            Err(_) if head.major == TEXT => {
                self.draft.string("");
                Ok(())
            }
            read => read,
        }
    }

    /// One name or value of what is open, or its end.
    fn entry(&mut self) -> Result<(), JsonError> {
        if self.draft.is_between_entries() && self.is_at_end() {
            self.open.pop();
            self.draft.close();
            return Ok(());
        }
        let head = self.head()?;
        if self.draft.awaits_name() { self.name(head) } else { self.item(head) }
    }

    fn is_at_end(&mut self) -> bool {
        match self.open.last_mut() {
            Some(Some(0)) => true,
            Some(Some(left)) => {
                *left -= 1;
                false
            }
            Some(None) => self.bytes.skip(&[BREAK]),
            None => false,
        }
    }

    fn name(&mut self, head: Head) -> Result<(), JsonError> {
        match (head.major, head.size) {
            (0, Some(number)) => self.draft.name(&number.to_string()),
            (1, Some(number)) => self.draft.name(&negative(number)),
            (BYTES | TEXT, _) => {
                let name = self.text(head)?;
                self.draft.name(&name)
            }
            _ => {
                Err(malformed(format!("Unsupported major type ({}) for CBOR Objects", head.major)))
            }
        }
    }

    fn item(&mut self, head: Head) -> Result<(), JsonError> {
        match (head.major, head.size) {
            (0, Some(number)) => self.draft.word(&number.to_string()),
            (1, Some(number)) => self.draft.word(&negative(number)),
            (BYTES, _) => self.bytes(head)?,
            (TEXT, _) => {
                let text = self.text(head)?;
                self.draft.string(&text);
            }
            (4, size) => {
                self.draft.open_array()?;
                self.open.push(size);
            }
            (5, size) => {
                self.draft.open_object()?;
                self.open.push(size);
            }
            (_, Some(bits)) => self.simple(head.minor, bits)?,
            (_, None) => return Err(malformed("Unexpected Break (0xFF) token in definite length")),
        }
        Ok(())
    }

    fn simple(&mut self, minor: u8, bits: u64) -> Result<(), JsonError> {
        match minor {
            20 => self.draft.word("false"),
            21 => self.draft.word("true"),
            22 | 23 => self.draft.word("null"),
            24 if bits < 32 => return Err(malformed("Invalid second byte for simple value")),
            25 => self.draft.float(half(bits as u16)),
            26 => self.draft.float(f32::from_bits(bits as u32)),
            27 => self.draft.double(f64::from_bits(bits)),
            _ => self.draft.word(&bits.to_string()),
        }
        Ok(())
    }

    fn bytes(&mut self, head: Head) -> Result<(), JsonError> {
        let bytes = self.chunks(head)?;
        match head.tag {
            Some(POSITIVE) => self.draft.word(&big_number("", &bytes)?),
            Some(NEGATIVE) => self.draft.word(&big_number("-", &bytes)?),
            _ => self.draft.bytes(&bytes),
        }
        Ok(())
    }

    fn text(&mut self, head: Head) -> Result<String, JsonError> {
        let bytes = self.chunks(head)?.into_owned();
        String::from_utf8(bytes).map_err(|_| malformed("Invalid UTF-8 in a CBOR text"))
    }

    /// The bytes of a string, whole or in chunks of the same kind.
    fn chunks(&mut self, head: Head) -> Result<Cow<'a, [u8]>, JsonError> {
        if let Some(length) = head.size {
            return self.bytes.take(length, "a CBOR string").map(Cow::Borrowed);
        }
        let mut joined = Vec::new();
        while !self.bytes.skip(&[BREAK]) {
            let chunk = self.head()?;
            let length = chunk.size.filter(|_| chunk.major == head.major);
            let length =
                length.ok_or_else(|| malformed("Mismatched chunk in chunked CBOR content"))?;
            joined.extend_from_slice(self.bytes.take(length, "a CBOR string")?);
        }
        Ok(Cow::Owned(joined))
    }

    /// The next head behind its tags, which mean nothing unless Jackson knows them.
    fn head(&mut self) -> Result<Head, JsonError> {
        let mut tag = None;
        loop {
            let head = self.untagged_head()?;
            match head.size {
                Some(kind) if head.major == TAG => tag = known_tag(kind)?.or(tag),
                _ if head.major == 4 && tag == Some(DECIMAL) => {
                    return Err(malformed("Decimal fractions of CBOR are not supported"));
                }
                _ => return Ok(Head { tag, ..head }),
            }
        }
    }

    fn untagged_head(&mut self) -> Result<Head, JsonError> {
        let within = "a CBOR value";
        let first = self.bytes.byte(within)?;
        let (major, minor) = (first >> 5, first & 0x1f);
        let size = match minor {
            0..24 => Some(minor.into()),
            24 => Some(self.bytes.byte(within)?.into()),
            25 => Some(u16::from_be_bytes(self.bytes.array(within)?).into()),
            26 => Some(u32::from_be_bytes(self.bytes.array(within)?).into()),
            27 => Some(u64::from_be_bytes(self.bytes.array(within)?)),
            31 if !matches!(major, 0 | 1 | TAG) => None,
            _ => {
                return Err(malformed(format!(
                    "Invalid CBOR value token (first byte): 0x{first:x}"
                )));
            }
        };
        Ok(Head { major, minor, size, tag: None })
    }
}

/// The tag if it changes what it stands before. String references would: they are refused.
fn known_tag(tag: u64) -> Result<Option<u64>, JsonError> {
    match tag {
        POSITIVE | NEGATIVE | DECIMAL => Ok(Some(tag)),
        STRING_REFERENCE | STRING_REFERENCES => {
            Err(malformed("String references of CBOR are not supported"))
        }
        0..0x8000_0000 => Ok(None),
        _ => Err(malformed(format!("Illegal Tag value: {tag}"))),
    }
}

fn negative(number: u64) -> String {
    (-1 - i128::from(number)).to_string()
}

/// Jackson reads the bytes as a signed number and changes the sign of a negative one: where that is not the same, it is refused.
fn big_number(sign: &str, bytes: &[u8]) -> Result<String, JsonError> {
    if bytes.len() > 15 || bytes.first().is_some_and(|first| *first > 0x7f) {
        return Err(malformed("A big number of CBOR is too big"));
    }
    let number = bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    Ok(if number == 0 { "0".to_owned() } else { format!("{sign}{number}") })
}

fn half(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    sign * match exponent {
        0 => mantissa * 2_f32.powi(-24),
        31 if mantissa == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (mantissa + 1_024.0) * 2_f32.powi(exponent - 25),
    }
}
