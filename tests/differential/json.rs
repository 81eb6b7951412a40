//! JSON as the recorder reads and writes it.

use std::fmt;
use std::io;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serialize;
use serde_json::{Map, Value};

/// A repeated key is itself worth seeing: it is kept as `key (again)`.
pub(crate) fn with_repeated_keys(text: &str) -> Option<Value> {
    serde_json::from_str::<Repeated>(text).ok().map(|Repeated(value)| value)
}

/// `{"a": 1, "b": [2, 3]}`, with Python's blanks.
pub(crate) fn as_python_writes(value: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Python);
    value.serialize(&mut serializer).expect("a JSON value can be written");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

struct Repeated(Value);

struct Keeping;

impl<'de> Deserialize<'de> for Repeated {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Keeping).map(Repeated)
    }
}

impl<'de> Visitor<'de> for Keeping {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Repeated(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(values.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some((key, Repeated(value))) = map.next_entry::<String, _>()? {
            let key = if values.contains_key(&key) { format!("{key} (again)") } else { key };
            values.insert(key, value);
        }
        Ok(values.into())
    }
}

struct Python;

impl serde_json::ser::Formatter for Python {
    fn begin_array_value<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: io::Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_repeated_key_is_kept_beside_the_first() {
        let read =
            with_repeated_keys(r#"{"a": 1, "a": {"b": [2, -2, 2.5], "b": null}, "c": true}"#);

        let kept = json!({"a": 1, "a (again)": {"b": [2, -2, 2.5], "b (again)": null}, "c": true});
        assert_eq!(read, Some(kept));
    }

    #[test]
    fn text_that_is_not_json_is_none() {
        for text in ["", "Unauthorized", "{} {}", "---\nname: x\n"] {
            assert_eq!(with_repeated_keys(text), None, "{text}");
        }
    }

    #[test]
    fn json_is_written_with_pythons_blanks_and_escapes() {
        let value = json!({"a": [1, 2.5, {}], "ü": "\u{1}\"\n\u{7f}", "c": []});

        assert_eq!(
            as_python_writes(&value),
            "{\"a\": [1, 2.5, {}], \"ü\": \"\\u0001\\\"\\n\u{7f}\", \"c\": []}"
        );
    }
}
