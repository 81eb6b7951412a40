//! What a body comes in: types, codings, framings, and the query.

use std::io::Write;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};

use super::{
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
    let typed = |name, answer, lines: &'static str| {
        oddity(name, answer, answer, move |said| Sent::typed(lines, said.text()))
    };
    vec![
        typed("a type in capitals", Same, "CONTENT-TYPE: APPLICATION/JSON\r\n"),
        typed("a charset", Same, "Content-Type: application/json; charset=UTF-8\r\n"),
        typed("another charset", Same, "Content-Type: application/json; charset=utf-16\r\n"),
        typed("a parameter without a value", Same, "Content-Type: application/json; charset\r\n"),
        typed("a semicolon behind", Same, "Content-Type: application/json;\r\n"),
        typed("lines of JSON", Same, "Content-Type: application/x-ndjson\r\n"),
        typed("no type", Refused(406), ""),
        typed("a type of no name", Refused(400), "Content-Type: \r\n"),
        typed(
            "two types",
            Refused(400),
            "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
        ),
        typed("text", Refused(406), "Content-Type: text/plain\r\n"),
        typed("a type with a suffix", Same, "Content-Type: application/vnd.opensearch+json\r\n"),
        typed("a type that begins so", Refused(406), "Content-Type: application/json2\r\n"),
        typed("JSON, said to be YAML", Same, "Content-Type: application/yaml\r\n"),
        typed("JSON, said to be CBOR", Same, "Content-Type: application/cbor\r\n"),
        typed("JSON, said to be SMILE", Same, "Content-Type: application/smile\r\n"),
    ]
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
        coded("gzip that is cut off", Refused(415), "gzip", |body| {
            let coded = gzip(body);
            coded[..coded.len() - 9].to_vec()
        }),
        coded("gzip that is none", Same, "gzip", <[u8]>::to_vec),
        coded("gzip in two members", Same, "gzip", |body| {
            let (first, second) = body.split_at(body.len() / 2);
            [gzip(first), gzip(second)].concat()
        }),
        coded("gzip of gzip", Same, "gzip, gzip", |body| gzip(&gzip(body))),
        coded("deflate with its frame", Same, "deflate", |body| {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(body).expect("memory");
            encoder.finish().expect("memory")
        }),
        coded("deflate without", Refused(415), "deflate", |body| {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(body).expect("memory");
            encoder.finish().expect("memory")
        }),
        coded("identity", Same, "identity", <[u8]>::to_vec),
        coded("a coding that nobody knows", Refused(415), "gzi\u{70}x", <[u8]>::to_vec),
        coded("gzip, then identity", Same, "gzip\r\nContent-Encoding: identity", gzip),
        coded("identity, then gzip", Same, "identity\r\nContent-Encoding: gzip", gzip),
    ]
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

fn frames() -> Vec<Oddity> {
    let framed = |name, answer, lines: &'static str, is_chunked: bool| {
        oddity(name, answer, answer, move |said| {
            let text = said.text();
            let body = match is_chunked {
                true => format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len()),
                false => text,
            };
            let lines = format!("Content-Type: application/json\r\n{lines}");
            Sent { parameters: String::new(), lines, body: body.into_bytes() }
        })
    };
    vec![
        framed("chunks", Same, "Transfer-Encoding: chunked\r\n", true),
        framed("chunks in capitals", Same, "TRANSFER-ENCODING: CHUNKED\r\n", true),
        framed(
            "the length twice",
            Refused(400),
            "Content-Length: LENGTH\r\nContent-Length: LENGTH\r\n",
            false,
        ),
        framed(
            "two lengths",
            Refused(400),
            "Content-Length: LENGTH\r\nContent-Length: 3\r\n",
            false,
        ),
        framed("a list of lengths", Refused(400), "Content-Length: LENGTH, LENGTH\r\n", false),
        framed("a length with its sign", Refused(400), "Content-Length: +LENGTH\r\n", false),
        framed(
            "both framings",
            Refused(400),
            "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n",
            true,
        ),
        framed("chunked twice", Refused(400), "Transfer-Encoding: chunked, chunked\r\n", true),
        framed(
            "a coding before chunked",
            Refused(400),
            "Transfer-Encoding: gzip, chunked\r\n",
            true,
        ),
        framed("almost chunked", Refused(400), "Transfer-Encoding: xchunked\r\n", true),
        framed("a blank before the colon", Refused(400), "Transfer-Encoding : chunked\r\n", true),
        framed("a folded line", Refused(400), "Transfer-Encoding:\r\n chunked\r\n", true),
        framed(
            "Connection: Authorization",
            Refused(400),
            "Content-Length: LENGTH\r\nConnection: authorization\r\n",
            false,
        ),
    ]
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
