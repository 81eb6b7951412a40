//! JSON in the binary formats that OpenSearch reads, in their shortest forms.

use serde_json::Value;

/// CBOR, of texts and lists that are shorter than 256 and 24.
pub(super) fn cbor(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_cbor(&parsed(text), &mut bytes);
    bytes
}

/// SMILE, of texts that are shorter than 33.
pub(super) fn smile(text: &str) -> Vec<u8> {
    let mut bytes = b":)\n\0".to_vec();
    write_smile(&parsed(text), &mut bytes);
    bytes
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("plain JSON")
}

fn short(length: usize) -> u8 {
    u8::try_from(length).expect("a short value")
}

fn write_cbor(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            out.push(0xa0 + short(members.len()));
            for (key, value) in members {
                write_cbor(&Value::from(key.as_str()), out);
                write_cbor(value, out);
            }
        }
        Value::Array(items) => {
            out.push(0x80 + short(items.len()));
            items.iter().for_each(|item| write_cbor(item, out));
        }
        Value::String(text) => {
            out.extend([0x78, short(text.len())]);
            out.extend(text.as_bytes());
        }
        other => unreachable!("{other} is not said"),
    }
}

fn write_smile(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(members) => {
            out.push(0xfa);
            for (key, value) in members {
                out.push(0x7f + short(key.len()));
                out.extend(key.as_bytes());
                write_smile(value, out);
            }
            out.push(0xfb);
        }
        Value::Array(items) => {
            out.push(0xf8);
            items.iter().for_each(|item| write_smile(item, out));
            out.push(0xf9);
        }
        Value::String(text) => {
            out.push(0x3f + short(text.len()));
            out.extend(text.as_bytes());
        }
        other => unreachable!("{other} is not said"),
    }
}
