//! JSON as Jackson's generator writes it, compact or as OpenSearch's `?pretty`.

use serde_json::{Map, Value};

use super::number;

/// The document as UTF-8 text.
pub(super) fn write(document: &Value, pretty: bool) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new(), pretty, depth: 0 };
    writer.value(document);
    if pretty {
        writer.out.push(b'\n');
    }
    writer.out
}

/// Writes one string as JSON; characters beyond the first 65,536 become two escapes, as the generator has it.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    while let Some(at) =
        rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ' | 0xf0..))
    {
        let (plain, special) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let mut chars = special.chars();
        chars.next().into_iter().for_each(|char| write_escaped(char, out));
        rest = chars.as_str();
    }
    out.extend_from_slice(rest.as_bytes());
    out.push(b'"');
}

struct Writer {
    out: Vec<u8>,
    pretty: bool,
    depth: usize,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.raw("null"),
            Value::Bool(true) => self.raw("true"),
            Value::Bool(false) => self.raw("false"),
            Value::Number(number) => self.raw(&number::text(number)),
            Value::String(text) => self.string(text),
            Value::Array(items) => self.array(items),
            Value::Object(fields) => self.object(fields),
        }
    }

    fn array(&mut self, items: &[Value]) {
        self.open(b'[');
        for (nth, item) in items.iter().enumerate() {
            self.separate(nth);
            self.value(item);
        }
        self.close(b']', items.is_empty());
    }

    fn object(&mut self, fields: &Map<String, Value>) {
        self.open(b'{');
        for (nth, (name, value)) in fields.iter().enumerate() {
            self.separate(nth);
            self.string(name);
            self.raw(if self.pretty { " : " } else { ":" });
            self.value(value);
        }
        self.close(b'}', fields.is_empty());
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn separate(&mut self, nth: usize) {
        if nth > 0 {
            self.out.push(b',');
        }
        self.new_line();
    }

    fn close(&mut self, bracket: u8, is_empty: bool) {
        self.depth -= 1;
        match (is_empty, self.pretty) {
            (true, true) => self.out.push(b' '),
            (true, false) => {}
            (false, _) => self.new_line(),
        }
        self.out.push(bracket);
    }

    fn new_line(&mut self) {
        if self.pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * self.depth, b' ');
        }
    }

    fn string(&mut self, text: &str) {
        write_string(text, &mut self.out);
    }

    fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

fn write_escaped(char: char, out: &mut Vec<u8>) {
    let letter = match char {
        '\u{8}' => b'b',
        '\t' => b't',
        '\n' => b'n',
        '\u{c}' => b'f',
        '\r' => b'r',
        '"' => b'"',
        '\\' => b'\\',
        _ => {
            let mut units = [0; 2];
            let escapes = char.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}"));
            return escapes.for_each(|escape| out.extend_from_slice(escape.as_bytes()));
        }
    };
    out.extend([b'\\', letter]);
}
