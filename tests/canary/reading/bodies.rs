//! Bodies that are no plain JSON, or hardly.

use super::{
    JSON, Oddity, Refused, SentOn,
    envelopes::{
        TYPES, Type, deflate_with_its_frame, deflate_without, gzip, gzip_in_two_members,
        gzip_that_is_cut_off,
    },
    post, wanted,
};

pub(super) fn all() -> Vec<Oddity> {
    texts().into_iter().chain(codings()).chain(types()).collect()
}

/// An `_mget` with this body.
fn mget(body: impl AsRef<[u8]>) -> Vec<u8> {
    post("/_mget", JSON, body.as_ref())
}

fn texts() -> Vec<Oddity> {
    let text = |name, answer, body: fn(&str) -> String| {
        Oddity::new(name, answer, move |index| mget(body(index)))
    };
    let bytes = |name, answer, body: fn(&str) -> Vec<u8>| {
        Oddity::new(name, answer, move |index| mget(body(index)))
    };
    vec![
        text("plain JSON", SentOn, wanted),
        text("a key twice, the index last", SentOn, |index| {
            format!(r#"{{"docs":[{{"_index":"x","_index":"{index}","_id":"g1"}}]}}"#)
        }),
        text("a key twice, the index first", SentOn, |index| {
            format!(r#"{{"docs":[{{"_index":"{index}","_index":"x","_id":"g1"}}]}}"#)
        }),
        text("docs twice", SentOn, |index| {
            format!(r#"{{"docs":[{{"_index":"x","_id":"1"}}],{}"#, &wanted(index)[1..])
        }),
        text("a second value behind", SentOn, |index| format!("{0} {0}", wanted(index))),
        text("words behind", Refused(400), |index| wanted(index) + " and so on"),
        text("a zero byte behind", Refused(400), |index| wanted(index) + "\0"),
        text("a brace too much", Refused(400), |index| wanted(index) + "}"),
        text("a brace too few", SentOn, |index| wanted(index).trim_end_matches('}').to_owned()),
        text("a comment of C", SentOn, |index| format!("/* {{ */{}", wanted(index))),
        text("a comment of C++", SentOn, |index| format!("// {{\n{}", wanted(index))),
        text("a comment of YAML", Refused(400), |index| format!("# {{\n{}", wanted(index))),
        text("a comment that hides the index", SentOn, |index| {
            format!(r#"{{"docs":[{{"_index":/*"x"*/"{index}","_id":"g1"}}]}}"#)
        }),
        text("a byte order mark", SentOn, |index| format!("\u{feff}{}", wanted(index))),
        text("escapes in a name", SentOn, |index| {
            wanted(index).replace("_index", r"\u005f\u0069ndex")
        }),
        text("a slash that is escaped", SentOn, |index| wanted(index).replace("g1", r"g1\/")),
        text("a lone surrogate", SentOn, |index| {
            wanted(index).replace(r#""_id""#, r#""_routing":"\ud800","_id""#)
        }),
        text("single quotes", Refused(400), |index| wanted(index).replace('"', "'")),
        text("names without quotes", Refused(400), |index| {
            wanted(index).replace(r#""docs""#, "docs")
        }),
        text("a comma too much", Refused(400), |index| wanted(index).replace("]", ",]")),
        text("a number that is none", Refused(400), |index| {
            wanted(index).replace(r#""_id""#, r#""version":NaN,"_id""#)
        }),
        text("a number that is huge", SentOn, |index| {
            wanted(index).replace(r#""_id""#, r#""version":1e999999,"_id""#)
        }),
        text("a number that is long", SentOn, |index| {
            let number = "9".repeat(1_001);
            wanted(index).replace(r#""_id""#, &format!(r#""version":{number},"_id""#))
        }),
        text("a control character in a string", Refused(400), |index| {
            wanted(index).replace("g1", "g1\t")
        }),
        text("a thousand levels", SentOn, |index| nested(index, 996)),
        text("more levels", SentOn, |index| nested(index, 1_000)),
        text("an array of one as the index", SentOn, |index| {
            format!(r#"{{"docs":[{{"_index":["{index}"],"_id":"g1"}}]}}"#)
        }),
        text("blanks of other kinds", Refused(400), |index| format!("\u{a0}{}", wanted(index))),
        bytes("bytes 0xff in a name, as Jackson pads", Refused(400), |index| {
            spliced(&wanted(index), "_index", b"_ind\xff\xffex")
        }),
        bytes("a byte 0xff behind a name", Refused(400), |index| {
            spliced(&wanted(index), "_index", b"_index\xff")
        }),
        bytes("a byte 0xff in a value", Refused(400), |index| {
            spliced(&wanted(index), "g1", b"g1\xff")
        }),
        bytes("two bytes where one would do", SentOn, |index| {
            spliced(&wanted(index), "_index", b"_\xc1\xa9ndex")
        }),
        bytes("a surrogate in three bytes", SentOn, |index| {
            spliced(&wanted(index), "g1", b"\xed\xa0\x80")
        }),
        bytes("UTF-16, high byte first", Refused(400), |index| {
            wanted(index).encode_utf16().flat_map(u16::to_be_bytes).collect()
        }),
        bytes("UTF-16, low byte first", Refused(400), |index| {
            wanted(index).encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
        bytes("UTF-16 with its mark", Refused(400), |index| {
            let text = format!("\u{feff}{}", wanted(index));
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }),
        bytes("UTF-32", Refused(400), |index| {
            wanted(index).chars().flat_map(|sign| u32::from(sign).to_be_bytes()).collect()
        }),
    ]
}

/// Arrays in arrays beside what is wanted.
fn nested(index: &str, levels: usize) -> String {
    let (open, close) = ("[".repeat(levels), "]".repeat(levels));
    wanted(index).replace(r#""_id""#, &format!(r#""_source":{open}{close},"_id""#))
}

fn spliced(text: &str, old: &str, new: &[u8]) -> Vec<u8> {
    let at = text.find(old).expect("it stands there");
    [&text.as_bytes()[..at], new, &text.as_bytes()[at + old.len()..]].concat()
}

fn codings() -> Vec<Oddity> {
    let coded = |name, answer, coding: &'static str, body: fn(&[u8]) -> Vec<u8>| {
        Oddity::new(name, answer, move |index| {
            let lines = format!("{JSON}Content-Encoding: {coding}\r\n");
            post("/_mget", &lines, &body(wanted(index).as_bytes()))
        })
    };
    vec![
        coded("gzip", SentOn, "gzip", gzip),
        coded("GZip", SentOn, "GZip", gzip),
        coded("x-gzip", SentOn, "x-gzip", gzip),
        coded("gzip, with blanks about it", SentOn, "  gzip\t", gzip),
        coded("gzip in two members", Refused(415), "gzip", gzip_in_two_members),
        coded("gzip, and bytes behind it", Refused(415), "gzip", |body| {
            [&gzip(body)[..], b"and so on"].concat()
        }),
        coded("gzip that is cut off", Refused(415), "gzip", gzip_that_is_cut_off),
        coded("gzip that is none", Refused(415), "gzip", <[u8]>::to_vec),
        coded("gzip of gzip", Refused(415), "gzip, gzip", |body| gzip(&gzip(body))),
        coded("deflate with its frame", Refused(415), "deflate", deflate_with_its_frame),
        coded("deflate without", Refused(415), "deflate", deflate_without),
        coded("identity", SentOn, "identity", <[u8]>::to_vec),
        coded("a coding of no name", SentOn, "", <[u8]>::to_vec),
        coded("gzip, identity", Refused(415), "gzip, identity", gzip),
        coded("zstd", Refused(415), "zstd", <[u8]>::to_vec),
        coded("br", Refused(415), "br", <[u8]>::to_vec),
        coded("snappy", Refused(415), "snappy", <[u8]>::to_vec),
        coded("a coding that nobody knows", Refused(415), "gzi\u{70}x", <[u8]>::to_vec),
        coded("two codings", Refused(415), "gzip\r\nContent-Encoding: identity", gzip),
        coded("identity, then gzip", Refused(415), "identity\r\nContent-Encoding: gzip", gzip),
    ]
}

fn types() -> Vec<Oddity> {
    let typed = |(name, status, lines): Type| {
        let answer = status.map_or(SentOn, Refused);
        Oddity::new(name, answer, move |index| post("/_mget", lines, wanted(index).as_bytes()))
    };
    let yaml = ("YAML, which JSON is", Some(406), "Content-Type: application/yaml\r\n");
    TYPES.iter().chain(&[yaml]).map(|kind| typed(*kind)).collect()
}
