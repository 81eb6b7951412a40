//! What a body comes in: types, codings, framings, and the query.

use super::{
    super::envelopes::{
        FRAMES, Frame, REFUSED_FRAMES, TYPES, Type, deflate_with_its_frame, deflate_without,
        framed, gzip, gzip_in_two_members, gzip_that_is_cut_off,
    },
    Answer::{self, Parsed, Refused, Same},
    Oddity, Said, Sent,
    binary::{cbor, smile},
};

pub(super) fn all() -> Vec<Oddity> {
    types().into_iter().chain(formats()).chain(codings()).chain(frames()).chain(sources()).collect()
}

fn oddity(
    name: &'static str,
    group: Answer,
    search: Answer,
    sent: impl Fn(&Said) -> Sent + 'static,
) -> Oddity {
    Oddity { name, group, search, sent: Box::new(sent) }
}

fn types() -> Vec<Oddity> {
    let typed = |(name, status, lines): Type| {
        let answer = status.map_or(Same, Refused);
        oddity(name, answer, answer, move |said| Sent::typed(lines, said.text()))
    };
    let more = [
        ("a parameter without a value", None, "Content-Type: application/json; charset\r\n"),
        ("a semicolon behind", None, "Content-Type: application/json;\r\n"),
        ("JSON, said to be YAML", None, "Content-Type: application/yaml\r\n"),
        ("JSON, said to be CBOR", None, "Content-Type: application/cbor\r\n"),
        ("JSON, said to be SMILE", None, "Content-Type: application/smile\r\n"),
    ];
    TYPES.iter().chain(&more).map(|kind| typed(*kind)).collect()
}

fn formats() -> Vec<Oddity> {
    let yaml = |said: &Said| format!("---\n{}: {}\n", said.key, said.value);
    let typed = |name, group, kind: &'static str, body: fn(&Said) -> Vec<u8>| {
        let lines = format!("Content-Type: application/{kind}\r\n");
        oddity(name, group, Same, move |said| Sent::typed(&lines, body(said)))
    };
    vec![
        typed("CBOR", Same, "cbor", |said| cbor(&said.text())),
        typed("CBOR, said to be JSON", Same, "json", |said| cbor(&said.text())),
        typed("CBOR that is cut off", Same, "cbor", |said| {
            let bytes = cbor(&said.text());
            bytes[..bytes.len() - 1].to_vec()
        }),
        typed("SMILE", Same, "smile", |said| smile(&said.text())),
        typed("SMILE, said to be JSON", Same, "json", |said| smile(&said.text())),
        typed("SMILE without its head", Parsed, "smile", |said| smile(&said.text())[4..].to_vec()),
        oddity("YAML", Same, Same, move |said| {
            Sent::typed("Content-Type: application/yaml\r\n", yaml(said))
        }),
        oddity("YAML, said to be JSON", Same, Same, move |said| Sent::json(yaml(said))),
        oddity("YAML with a key twice", Same, Same, move |said| {
            let twice = format!("{}{}: {}\n", yaml(said), said.key, said.other);
            Sent::typed("Content-Type: application/yaml\r\n", twice)
        }),
    ]
}

fn codings() -> Vec<Oddity> {
    let coded = |name, answer, coding: &'static str, body: fn(&[u8]) -> Vec<u8>| {
        oddity(name, answer, answer, move |said| {
            let lines = format!("Content-Type: application/json\r\nContent-Encoding: {coding}\r\n");
            Sent::typed(&lines, body(said.text().as_bytes()))
        })
    };
    vec![
        coded("gzip", Same, "gzip", gzip),
        coded("GZip", Same, "GZip", gzip),
        coded("x-gzip", Same, "x-gzip", gzip),
        coded("gzip that is cut off", Refused(415), "gzip", gzip_that_is_cut_off),
        coded("gzip that is none", Same, "gzip", <[u8]>::to_vec),
        coded("gzip in two members", Same, "gzip", gzip_in_two_members),
        coded("gzip of gzip", Same, "gzip, gzip", |body| gzip(&gzip(body))),
        coded("deflate with its frame", Same, "deflate", deflate_with_its_frame),
        coded("deflate without", Refused(415), "deflate", deflate_without),
        coded("identity", Same, "identity", <[u8]>::to_vec),
        coded("a coding that nobody knows", Refused(415), "gzi\u{70}x", <[u8]>::to_vec),
        coded("gzip, then identity", Same, "gzip\r\nContent-Encoding: identity", gzip),
        coded("identity, then gzip", Same, "identity\r\nContent-Encoding: gzip", gzip),
    ]
}

fn frames() -> Vec<Oddity> {
    let of = |answer: Answer, (name, lines, is_chunked): Frame| {
        oddity(name, answer, answer, move |said| {
            let body = framed(said.text(), is_chunked).into_bytes();
            let lines = format!("Content-Type: application/json\r\n{lines}");
            Sent { parameters: String::new(), lines, body }
        })
    };
    let read = FRAMES.iter().map(|frame| of(Same, *frame));
    read.chain(REFUSED_FRAMES.iter().map(|frame| of(Refused(400), *frame))).collect()
}

fn sources() -> Vec<Oddity> {
    let source = |name, group, search, parameters: &'static str, body: fn(&Said) -> String| {
        oddity(name, group, search, move |said| {
            let escaped: String = said.text().bytes().map(|byte| format!("%{byte:02x}")).collect();
            let sent = match body(said) {
                body if body.is_empty() => Sent::typed("", ""),
                body => Sent::json(body),
            };
            Sent { parameters: format!("?{}", parameters.replace("SOURCE", &escaped)), ..sent }
        })
    };
    let json = "source=SOURCE&source_content_type=application/json";
    let other = |said: &Said| format!(r#"{{"{}":{}}}"#, said.key, said.other);
    vec![
        source("a body in the query", Refused(400), Same, json, |_| String::new()),
        source("the same, of no type", Refused(400), Same, "source=SOURCE", |_| String::new()),
        source("a body in the query beside a body", Refused(400), Same, json, other),
        source(
            "two bodies in the query",
            Refused(400),
            Same,
            "source=%7B%7D&source=SOURCE&source_content_type=application/json",
            |_| String::new(),
        ),
        source(
            "a type in capitals, in the query",
            Refused(400),
            Same,
            "source=SOURCE&source_content_type=APPLICATION/JSON",
            |_| String::new(),
        ),
        source(
            "YAML in the query",
            Refused(400),
            Same,
            "source=SOURCE&source_content_type=application/yaml",
            |_| String::new(),
        ),
        source(
            "a type beside a body",
            Refused(400),
            Same,
            "source_content_type=text/plain",
            Said::text,
        ),
    ]
}
