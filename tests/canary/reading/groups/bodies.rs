//! Bodies that are no plain JSON, or hardly.

use super::{
    Answer::{self, Parsed, Refused, Same},
    Oddity, Said, Sent,
};

pub(super) fn all() -> Vec<Oddity> {
    ends().into_iter().chain(members()).chain(values()).chain(encodings()).collect()
}

fn text(name: &'static str, group: Answer, search: Answer, body: fn(&Said) -> String) -> Oddity {
    bytes(name, group, search, move |said| body(said).into_bytes())
}

fn bytes(
    name: &'static str,
    group: Answer,
    search: Answer,
    body: impl Fn(&Said) -> Vec<u8> + 'static,
) -> Oddity {
    Oddity { name, group, search, sent: Box::new(move |said| Sent::json(body(said))) }
}

/// What stands before and behind the value.
fn ends() -> Vec<Oddity> {
    vec![
        text("plain JSON", Same, Same, Said::text),
        text("a second value behind", Parsed, Same, |said| format!("{0} {0}", said.text())),
        text("words behind", Parsed, Same, |said| said.text() + " and so on"),
        text("a zero byte behind", Parsed, Same, |said| said.text() + "\0"),
        text("a brace too much", Parsed, Same, |said| said.text() + "}"),
        text("a brace too few", Same, Same, |said| {
            let text = said.text();
            text[..text.len() - 1].to_owned()
        }),
        text("nothing but blanks", Same, Same, |_| " \n".to_owned()),
        text("blanks of other kinds", Same, Same, |said| format!("\u{a0}{}", said.text())),
        text("a comment of C", Parsed, Same, |said| format!("/* {{ */{}", said.text())),
        text("a comment of C++", Parsed, Same, |said| format!("// {{\n{}", said.text())),
        text("a comment of YAML", Same, Same, |said| format!("# {{\n{}", said.text())),
        text("a comment that is not closed", Parsed, Same, |said| said.text() + "/* "),
        text("an array of it", Same, Same, |said| format!("[{}]", said.text())),
        text("a text of it", Same, Same, |said| serde_json::json!(said.text()).to_string()),
    ]
}

/// What stands beside the member, and how its name is written.
fn members() -> Vec<Oddity> {
    vec![
        text("a key twice, the other first", Same, Same, |said| {
            said.with(&format!(r#""{}":{},"#, said.key, said.other))
        }),
        text("a key twice, the other last", Same, Same, |said| {
            format!(r#"{{"{0}":{1},"{0}":{2}}}"#, said.key, said.value, said.other)
        }),
        text("a key twice, once with escapes", Same, Same, |said| {
            said.with(&format!(r#""{}":{},"#, escaped(said.key), said.other))
        }),
        text("a key with escapes", Same, Same, |said| {
            said.text().replacen(said.key, &escaped(said.key), 1)
        }),
        text("a key in capitals", Same, Same, |said| {
            said.text().replacen(said.key, &said.key.to_uppercase(), 1)
        }),
        text("a key with a blank", Same, Same, |said| {
            said.text().replacen(said.key, &format!("{} ", said.key), 1)
        }),
        text("a key with a zero byte", Same, Same, |said| {
            said.text().replacen(said.key, &format!("{}\\u0000", said.key), 1)
        }),
        text("a key without quotes", Same, Same, |said| {
            said.text().replacen(&format!("\"{}\"", said.key), said.key, 1)
        }),
        text("single quotes", Same, Same, |said| said.text().replace('"', "'")),
        text("a comma too much", Same, Same, |said| {
            let text = said.text();
            format!("{},}}", &text[..text.len() - 1])
        }),
        text("a comma for nothing", Same, Same, |said| said.with(",")),
        text("a comment that hides a member", Same, Same, |said| {
            said.with(&format!(r#"/*"{}":{},*/"#, said.key, said.other))
        }),
        text("a number that is none, beside", Same, Same, |said| said.with(r#""x":NaN,"#)),
        text("a number that is huge, beside", Same, Same, |said| said.with(r#""x":1e999999,"#)),
        text("a number that is long, beside", Same, Same, |said| {
            said.with(&format!(r#""x":{},"#, "9".repeat(1_001)))
        }),
        text("a lone surrogate, beside", Same, Same, |said| said.with(r#""x":"\ud800","#)),
        text("a thousand levels, beside", Parsed, Same, |said| nested(said, 999)),
        text("more levels, beside", Same, Same, |said| nested(said, 1_000)),
    ]
}

/// What stands where a text, or an object, belongs.
fn values() -> Vec<Oddity> {
    let value = |name, group, of: fn(&Said) -> String| Oddity {
        name,
        group,
        search: Same,
        sent: Box::new(move |said| Sent::json(said.saying(of(said)).text())),
    };
    vec![
        value("a number for a text", Same, |said| format!("{}", said.number)),
        value("a number with a zero behind its point", Same, |said| format!("{}.0", said.number)),
        value("a number with an exponent", Same, |said| format!("{}E0", said.number)),
        value("a boolean for a text", Same, |said| (said.number % 2 == 0).to_string()),
        value("nothing for a text", Same, |_| "null".to_owned()),
        value("an array for a text", Refused(400), |said| format!("[{}]", said.value)),
        value("an object for a text", Same, |said| format!(r#"{{"a":{}}}"#, said.value)),
        value("a lone surrogate", Refused(400), |_| r#""a\ud800""#.to_owned()),
        value("a zero byte", Refused(400), |_| r#""a\u0000""#.to_owned()),
        value("a control character", Same, |_| "\"a\t\"".to_owned()),
        value("an escape that is none", Same, |_| r#""a\x""#.to_owned()),
        value("an escape that is cut off", Same, |_| r#""a\u00""#.to_owned()),
    ]
}

fn encodings() -> Vec<Oddity> {
    let spliced = |said: &Said, old: &str, new: &[u8]| {
        let text = said.text();
        let at = text.find(old).expect("it stands there");
        [&text.as_bytes()[..at], new, &text.as_bytes()[at + old.len()..]].concat()
    };
    vec![
        text("a byte order mark", Same, Refused(400), |said| format!("\u{feff}{}", said.text())),
        bytes("bytes 0xff in a key, as Jackson pads", Refused(400), Refused(400), move |said| {
            let key = [&said.key.as_bytes()[..2], b"\xff\xff", &said.key.as_bytes()[2..]].concat();
            spliced(said, said.key, &key)
        }),
        bytes("a byte 0xff in a value", Same, Same, move |said| {
            spliced(said, &said.value, b"\"a\xff\"")
        }),
        bytes("two bytes where one would do", Same, Refused(400), move |said| {
            let first = said.key.as_bytes()[0];
            let key = [&[0xc1, 0x80 | (first & 0x3f)], &said.key.as_bytes()[1..]].concat();
            spliced(said, said.key, &key)
        }),
        bytes("a surrogate in three bytes", Refused(400), Same, move |said| {
            spliced(said, &said.value, b"\"\xed\xa0\x80\"")
        }),
        bytes("UTF-16, high byte first", Refused(400), Refused(400), |said| {
            said.text().encode_utf16().flat_map(u16::to_be_bytes).collect()
        }),
        bytes("UTF-16, low byte first", Refused(400), Refused(400), |said| {
            said.text().encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
        bytes("UTF-32", Refused(400), Refused(400), |said| {
            said.text().chars().flat_map(|sign| u32::from(sign).to_be_bytes()).collect()
        }),
    ]
}

fn escaped(key: &str) -> String {
    format!("\\u{:04x}{}", u32::from(key.as_bytes()[0]), &key[1..])
}

fn nested(said: &Said, levels: usize) -> String {
    said.with(&format!(r#""x":{}{},"#, "[".repeat(levels), "]".repeat(levels)))
}
