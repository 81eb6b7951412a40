//! SMILE as Jackson's generator writes it: with back references to names, without end marker.

use std::collections::HashMap;

use serde_json::{Number, Value};

/// `:)`, a line feed, and what is in use: shared names and raw bytes.
const HEADER: [u8; 4] = *b":)\n\x05";
const END_OF_STRING: u8 = 0xfc;
const LONG_ASCII: u8 = 0xe0;
const LONG_UNICODE: u8 = 0xe4;
const LONG_NAME: u8 = 0x34;
const MAX_SHORT: usize = 64;
const MAX_SHORT_UNICODE_NAME: usize = 56;
const MAX_SHARED_NAMES: usize = 1_024;

/// A string of more UTF-16 units does not fit the generator's buffer, which then cannot know that it is ASCII.
const MAX_BUFFERED: usize = 2_666;

/// The document as bytes.
pub(super) fn write(document: &Value) -> Vec<u8> {
    let mut writer = Writer { out: HEADER.to_vec(), names: HashMap::new(), seen: 0 };
    writer.value(document);
    writer.out
}

struct Writer<'a> {
    out: Vec<u8>,
    names: HashMap<&'a str, usize>,
    seen: usize,
}

impl<'a> Writer<'a> {
    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Null => self.out.push(0x21),
            Value::Bool(false) => self.out.push(0x22),
            Value::Bool(true) => self.out.push(0x23),
            Value::Number(number) => self.number(number),
            Value::String(text) => self.string(text),
            Value::Array(items) => {
                self.out.push(0xf8);
                items.iter().for_each(|item| self.value(item));
                self.out.push(0xf9);
            }
            Value::Object(fields) => {
                self.out.push(0xfa);
                for (name, field) in fields {
                    self.name(name);
                    self.value(field);
                }
                self.out.push(0xfb);
            }
        }
    }

    fn name(&mut self, name: &'a str) {
        if name.is_empty() {
            return self.out.push(0x20);
        }
        if let Some(&reference) = self.names.get(name) {
            return self.reference(reference);
        }
        match name.len() {
            length @ 1..=MAX_SHORT if name.is_ascii() => self.short(0x80 - 1, length, name),
            length @ 2..=MAX_SHORT_UNICODE_NAME if !name.is_ascii() => {
                self.short(0xc0 - 2, length, name);
            }
            _ => self.long(LONG_NAME, name),
        }
        self.remember(name);
    }

    /// References whose low byte is 0xfe or 0xff are never given out.
    fn remember(&mut self, name: &'a str) {
        if self.seen == MAX_SHARED_NAMES {
            self.names.clear();
            self.seen = 0;
        }
        if self.seen & 0xff < 0xfe {
            self.names.insert(name, self.seen);
        }
        self.seen += 1;
    }

    fn reference(&mut self, reference: usize) {
        let [.., high, low] = reference.to_be_bytes();
        match reference {
            0..64 => self.out.push(0x40 | low),
            _ => self.out.extend([0x30 | high, low]),
        }
    }

    fn string(&mut self, text: &str) {
        let units = text.encode_utf16().count();
        match text.len() {
            0 => self.out.push(0x20),
            length @ 1..=MAX_SHORT if text.is_ascii() => self.short(0x40 - 1, length, text),
            length @ 1..=MAX_SHORT => self.short(0x80 - 2, length, text),
            _ if text.is_ascii() && units <= MAX_BUFFERED => self.long(LONG_ASCII, text),
            _ => self.long(LONG_UNICODE, text),
        }
    }

    fn short(&mut self, prefix: u8, length: usize, text: &str) {
        self.out.push(prefix + length as u8);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn long(&mut self, token: u8, text: &str) {
        self.out.push(token);
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(END_OF_STRING);
    }

    fn number(&mut self, number: &Number) {
        if let Some(integer) = number.as_i64() {
            self.integer(integer);
        } else if let Some(big) = number.as_u64() {
            self.big_integer(big);
        } else if let Some(double) = number.as_f64() {
            self.out.push(0x29);
            self.sevens(double.to_bits().into(), 10);
        }
    }

    fn integer(&mut self, integer: i64) {
        let zigzag = (integer << 1 ^ integer >> 63).cast_unsigned();
        match i32::try_from(integer) {
            Ok(-16..16) => self.out.push(0xc0 | zigzag as u8),
            Ok(_) => self.variable(0x24, zigzag),
            Err(_) => self.variable(0x25, zigzag),
        }
    }

    /// A number in groups of seven bits, but for the last, which has six and a mark.
    fn variable(&mut self, token: u8, number: u64) {
        self.out.push(token);
        let groups = (64 - (number >> 6).leading_zeros()).div_ceil(7);
        self.sevens((number >> 6).into(), groups);
        self.out.push(0x80 | (number & 0x3f) as u8);
    }

    /// Java's big integers have a sign: nine bytes, which are 72 bits, which are ten groups and one of two bits.
    fn big_integer(&mut self, big: u64) {
        self.out.extend([0x26, 0x80 | 9]);
        let bits = u128::from(big);
        self.sevens(bits >> 2, 10);
        self.out.push((bits & 0b11) as u8);
    }

    fn sevens(&mut self, bits: u128, groups: u32) {
        let group = |nth: u32| (bits >> (7 * nth) & 0x7f) as u8;
        self.out.extend((0..groups).rev().map(group));
    }
}
