//! What a body comes in that can be read in two ways, whatever the body says: types, codings and framings.

use std::io::Write;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};

/// A type of a body, by the lines that say it, and with which status it is refused, if it is.
pub(super) type Type = (&'static str, Option<u16>, &'static str);

pub(super) const TYPES: &[Type] = &[
    ("a type in capitals", None, "CONTENT-TYPE: APPLICATION/JSON\r\n"),
    ("a charset", None, "Content-Type: application/json; charset=UTF-8\r\n"),
    ("another charset", None, "Content-Type: application/json; charset=utf-16\r\n"),
    ("lines of JSON", None, "Content-Type: application/x-ndjson\r\n"),
    ("no type", Some(406), ""),
    ("a type of no name", Some(400), "Content-Type: \r\n"),
    ("two types", Some(400), "Content-Type: application/json\r\nContent-Type: text/plain\r\n"),
    ("text", Some(406), "Content-Type: text/plain\r\n"),
    ("a type with a suffix", None, "Content-Type: application/vnd.opensearch+json\r\n"),
    ("a type that begins so", Some(406), "Content-Type: application/json2\r\n"),
];

/// Framings that are read in one way.
pub(super) const FRAMES: &[Frame] = &[
    ("chunks", "Transfer-Encoding: chunked\r\n", true),
    ("chunks in capitals", "TRANSFER-ENCODING: CHUNKED\r\n", true),
];

/// A framing of a body, by the lines that say it, in which `LENGTH` is the body's, and whether it is
/// cut in chunks.
pub(super) type Frame = (&'static str, &'static str, bool);

/// Framings that are refused with a 400.
pub(super) const REFUSED_FRAMES: &[Frame] = &[
    ("the length twice", "Content-Length: LENGTH\r\nContent-Length: LENGTH\r\n", false),
    ("two lengths", "Content-Length: LENGTH\r\nContent-Length: 3\r\n", false),
    ("a list of lengths", "Content-Length: LENGTH, LENGTH\r\n", false),
    ("a length with its sign", "Content-Length: +LENGTH\r\n", false),
    ("both framings", "Content-Length: LENGTH\r\nTransfer-Encoding: chunked\r\n", true),
    ("chunked twice", "Transfer-Encoding: chunked, chunked\r\n", true),
    ("a coding before chunked", "Transfer-Encoding: gzip, chunked\r\n", true),
    ("almost chunked", "Transfer-Encoding: xchunked\r\n", true),
    ("a blank before the colon", "Transfer-Encoding : chunked\r\n", true),
    ("a folded line", "Transfer-Encoding:\r\n chunked\r\n", true),
    ("Connection: Authorization", "Content-Length: LENGTH\r\nConnection: authorization\r\n", false),
];

/// The body as it is framed.
pub(super) fn framed(body: String, is_chunked: bool) -> String {
    match is_chunked {
        true => format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
        false => body,
    }
}

pub(super) fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

pub(super) fn gzip_in_two_members(body: &[u8]) -> Vec<u8> {
    let (first, second) = body.split_at(body.len() / 2);
    [gzip(first), gzip(second)].concat()
}

pub(super) fn gzip_that_is_cut_off(body: &[u8]) -> Vec<u8> {
    let coded = gzip(body);
    coded[..coded.len() - 9].to_vec()
}

pub(super) fn deflate_with_its_frame(body: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}

pub(super) fn deflate_without(body: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(body).expect("memory");
    encoder.finish().expect("memory")
}
