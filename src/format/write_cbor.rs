//! CBOR as Jackson's generator writes it: arrays and objects of indefinite length, numbers as short as they go.

use serde_json::{Number, Value};

const UNSIGNED: u8 = 0x00;
const NEGATIVE: u8 = 0x20;
const BYTES: u8 = 0x40;
const TEXT: u8 = 0x60;
const ARRAY_OPEN: u8 = 0x9f;
const OBJECT_OPEN: u8 = 0xbf;
const TEXT_OPEN: u8 = 0x7f;
const BREAK: u8 = 0xff;
const BIG_NUMBER: u8 = 0xc2;

/// A string of more UTF-16 units is written in chunks of that many.
const MAX_CHUNK: usize = 3_996;

/// The document as bytes.
pub(super) fn write(document: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    value(document, &mut out);
    out
}

fn value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.push(0xf6),
        Value::Bool(true) => out.push(0xf5),
        Value::Bool(false) => out.push(0xf4),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Array(items) => {
            out.push(ARRAY_OPEN);
            items.iter().for_each(|item| self::value(item, out));
            out.push(BREAK);
        }
        Value::Object(fields) => {
            out.push(OBJECT_OPEN);
            for (name, field) in fields {
                write_text(name, out);
                self::value(field, out);
            }
            out.push(BREAK);
        }
    }
}

fn write_number(number: &Number, out: &mut Vec<u8>) {
    if let Some(integer) = number.as_i64() {
        let (kind, size) = if integer < 0 { (NEGATIVE, !integer) } else { (UNSIGNED, integer) };
        write_head(kind, size.cast_unsigned(), out);
    } else if let Some(big) = number.as_u64() {
        // Java's big integers have a sign: one byte more.
        out.extend([BIG_NUMBER, BYTES + 9, 0]);
        out.extend(big.to_be_bytes());
    } else if let Some(double) = number.as_f64() {
        out.push(0xfb);
        out.extend(double.to_be_bytes());
    }
}

fn write_head(kind: u8, size: u64, out: &mut Vec<u8>) {
    let bytes = size.to_be_bytes();
    match size {
        0..24 => out.push(kind | bytes[7]),
        24..0x100 => out.extend([kind | 24, bytes[7]]),
        0x100..0x1_0000 => out.extend([kind | 25, bytes[6], bytes[7]]),
        0x1_0000..0x1_0000_0000 => {
            out.push(kind | 26);
            out.extend_from_slice(&bytes[4..]);
        }
        _ => {
            out.push(kind | 27);
            out.extend(bytes);
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    let (mut chunk, mut rest) = split(text);
    if rest.is_empty() {
        return write_chunk(chunk, out);
    }
    out.push(TEXT_OPEN);
    while !chunk.is_empty() {
        write_chunk(chunk, out);
        (chunk, rest) = split(rest);
    }
    out.push(BREAK);
}

fn write_chunk(text: &str, out: &mut Vec<u8>) {
    write_head(TEXT, text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// The text as far as one chunk goes, and the rest.
fn split(text: &str) -> (&str, &str) {
    if text.len() <= MAX_CHUNK {
        return (text, "");
    }
    let mut units = 0;
    let end = text.char_indices().find_map(|(at, char)| {
        units += char.len_utf16();
        (units > MAX_CHUNK).then_some(at)
    });
    end.map_or((text, ""), |at| text.split_at(at))
}
