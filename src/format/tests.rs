use serde_json::json;

use written::WRITTEN;

use super::*;
use crate::answer::Answer;

mod written;

#[test]
fn documents_are_written_as_opensearch_writes_them() {
    for (document, [json, pretty, yaml, cbor, smile]) in WRITTEN {
        let document: Value = serde_json::from_str(document).unwrap();
        let same = |format: Format, is_pretty, expected: &[u8]| {
            let written = format.encode(&document, is_pretty);
            assert_eq!(written.escape_ascii().to_string(), expected.escape_ascii().to_string());
        };

        same(Format::Json, false, json);
        same(Format::Json, true, pretty);
        same(Format::Yaml, true, yaml);
        same(Format::Cbor, false, cbor);
        same(Format::Smile, true, smile);
    }
}

#[test]
fn what_is_written_is_read_again() {
    for (document, [_, _, yaml, cbor, smile]) in WRITTEN {
        let document: Value = serde_json::from_str(document).unwrap();
        let read = |format: Format, body: &[u8]| -> Value {
            serde_json::from_slice(&format.decode_to_json(body).unwrap()).unwrap()
        };

        assert_eq!(read(Format::Yaml, yaml), document);
        if !document["numbers"].is_array() {
            assert_eq!(read(Format::Cbor, cbor), document);
            assert_eq!(read(Format::Smile, smile), document);
        }
    }
}

#[test]
fn long_strings_of_cbor_come_in_chunks() {
    let encode = |text: String| Format::Cbor.encode(&json!(text), false);

    assert_eq!(encode("x".repeat(3_996))[..3], [0x79, 0x0f, 0x9c]);
    let chunked = encode("x".repeat(3_997));
    assert_eq!(chunked[..4], [0x7f, 0x79, 0x0f, 0x9c]);
    assert_eq!(chunked[chunked.len() - 3..], [0x61, b'x', 0xff]);
    assert_eq!(encode("😀".repeat(1_998)).len(), 3 + 4 * 1_998);
    assert_eq!(encode(format!("a{}", "😀".repeat(1_998)))[..4], [0x7f, 0x79, 0x1f, 0x35]);
}

#[test]
fn yaml_is_typed_as_jackson_types_it() {
    let types = "{a: yes, b: No, c: on, d: y, e: tRUE, f: ~, g: '', h: , i: '1', j: 1.50, k: -0, l: 1e5, \
                 m: 0x1f, n: 007, o: .5, p: .inf, q: 2020-01-01, r: 1:30, s: !!str 1, t: !!bool y, u: ! 1, v: null}";

    assert_eq!(
        read(Format::Yaml, types.as_bytes()),
        r#"{"a":true,"b":false,"c":true,"d":"y","e":"tRUE","f":null,"g":"","h":null,"i":"1","j":1.50,"k":-0,"l":1e5,"#
            .to_owned()
            + r#""m":"0x1f","n":"007","o":".5","p":".inf","q":"2020-01-01","r":"1:30","s":"1","t":true,"u":1,"v":null}"#
    );
}

#[test]
fn only_the_first_document_of_yaml_is_read() {
    assert_eq!(read(Format::Yaml, b"---\na: b\n...\n--- *what*\n"), r#"{"a":"b"}"#);
    assert_eq!(read(Format::Yaml, b"\xef\xbb\xbfname: from yaml\naccess_mode: public\n"), {
        r#"{"name":"from yaml","access_mode":"public"}"#
    });
    assert_eq!(read(Format::Yaml, b"a: |\n  b\n  c"), r#"{"a":"b\nc"}"#);
    assert_eq!(read(Format::Yaml, b"# nothing\n"), "");
    assert_eq!(read(Format::Yaml, b""), "");
}

#[test]
fn what_yaml_cannot_mean_twice_is_refused() {
    for body in [
        "a: 1\na: 2",
        "{a: 1, \"a\": 2}",
        "a: &x 1\nb: *x",
        "a: &x 1",
        "a: *x",
        "a: !what 1",
        "[a: b, c",
        "? [a]\n: b",
        "? {a: b}\n: c",
        "a: \u{1}",
        "a: b\u{2028}c",
        "a: b\nc",
        "{a: b}}: c\n: :",
        "{?a : b}",
        ": b",
    ] {
        let error = Format::Yaml.decode_to_json(body.as_bytes()).map(String::from_utf8);
        assert!(matches!(error, Err(ContentTypeError::Body(_))), "{body} is {error:?}");
    }
}

#[test]
fn cbor_is_read_as_jackson_reads_it() {
    for (hex, json) in [
        ("a1646e616d656963626f72206e616d65", r#"{"name":"cbor name"}"#),
        ("d9d9f7bf61618201f6ff", r#"{"a":[1,null]}"#),
        (
            "8bf4f5f6f7e0f8ff1bffffffffffffffff3bffffffffffffffffc24200ffc34101c100",
            "[false,true,null,null,0,255,18446744073709551615,-18446744073709551616,255,-1,0]",
        ),
        (
            "86f93c00f97c00f97e00f90001fa47c35000fb3ff199999999999a",
            r#"[1.0,"Infinity","NaN",5.9604645E-8,100000.0,1.1]"#,
        ),
        ("825f42010243030405ff7f657374726561646d696e67ff", r#"["AQIDBAU=","streaming"]"#),
        ("a30102202041 61f6", r#"{"1":2,"-1":-1,"a":null}"#),
        ("9f01ff", "[1]"),
        ("a0a0", "{}"),
        ("7b226e616d65223a31", r#""""#),
        ("", ""),
    ] {
        assert_eq!(read(Format::Cbor, &bytes(hex)), json, "{hex}");
    }
}

#[test]
fn malformed_cbor_is_refused() {
    for hex in [
        "a2616101616102",
        "83",
        "9f",
        "ff",
        "1c",
        "a1f601",
        "8161ff",
        "c4822119",
        "d81900",
        "d90100a0",
        "81f810",
        "817f4161ff",
        "81c24180",
        "bf61",
        "9b7fffffffffffffff",
    ] {
        assert!(Format::Cbor.decode_to_json(&bytes(hex)).is_err(), "{hex}");
    }
}

#[test]
fn smile_is_read_as_jackson_reads_it() {
    for (hex, json) in [
        ("3a290a05fa836e616d6549736d696c65206e616d65fb", r#"{"name":"smile name"}"#),
        ("3a290a05", ""),
        ("3a290a05ff", ""),
        ("fa8061c2fb", r#"{"a":1}"#),
        ("3a290a07f8406101f9", r#"["a","a"]"#),
        ("3a290a05f8fa8061c2fbfa40c4fbf9", r#"[{"a":1},{"a":2}]"#),
        ("3a290a05f8fd826162f9", r#"["YWI="]"#),
        ("3a290a05f8e06162fce4c3a9fc20212223dff9", r#"["ab","é","",null,false,true,-16]"#),
        ("7b22", r#""""#),
    ] {
        assert_eq!(read(Format::Smile, &bytes(hex)), json, "{hex}");
    }
}

#[test]
fn malformed_smile_is_refused() {
    for hex in [
        "3a290a15c2",
        "3a290a05fa806101fb",
        "3a290a00fa8061c240c4fb",
        "3a290a05fa8061c28061c4fb",
        "3a290a05f8",
        "3a290a05f8fb",
        "3a290a05fac2",
        "3a290a05f82a",
        "3a290a05f8248080f9fa",
        "3a290a05f840ffe9",
        "3a290a053a290a05c2",
    ] {
        assert!(Format::Smile.decode_to_json(&bytes(hex)).is_err(), "{hex}");
    }
}

#[test]
fn nothing_deeper_than_a_thousand_is_read() {
    let too_deep = |format: Format, body: Vec<u8>| match format.decode_to_json(&body) {
        Err(ContentTypeError::Body(error)) => error.type_name() == "stream_constraints_exception",
        _ => false,
    };

    assert!(too_deep(Format::Cbor, vec![0x81; 5_000]));
    assert!(too_deep(Format::Smile, vec![0xf8; 5_000]));
    assert!(too_deep(Format::Yaml, b"- ".repeat(5_000)));
}

#[test]
fn the_content_type_of_a_body_is_read_as_opensearch_reads_it() {
    use ContentTypeError::{Empty, Invalid, Unsupported};
    let of = |header: &str| Format::of_content_type(header.as_bytes());
    let unsupported = |header: &str| Err(Unsupported(header.to_owned()));
    let invalid = |header: &str| Err(Invalid(header.to_owned()));

    for header in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json ;a",
        "application/*",
        "application/x-ndjson",
        "application/vnd.opensearch+json",
        "application/vnd.opensearch+json;compatible-with=7",
    ] {
        assert_eq!(of(header), Ok(Format::Json), "{header}");
    }
    assert_eq!(of("application/yaml"), Ok(Format::Yaml));
    assert_eq!(of("application/cbor;x"), Ok(Format::Cbor));
    assert_eq!(of("application/vnd.opensearch+smile"), Ok(Format::Smile));
    for header in ["text/plain", "*/*", "application/x-www-form-urlencoded", "application/jsonx"] {
        assert_eq!(of(header), unsupported(header));
    }
    for header in ["junk", "", "a/b/c", " application/json", "application/js on", "/json", "; "] {
        assert_eq!(of(header), invalid(header));
    }
    assert_eq!(of(" ;"), Err(Empty));
    assert_eq!(Format::of_content_type(b"\xe9"), Err(Invalid("é".to_owned())));
}

#[test]
fn the_format_of_a_response_is_asked_for_as_opensearch_understands_it() {
    let accept = |header: &str| Format::of_accept(header.as_bytes());

    assert_eq!(accept("application/yaml"), Some(Format::Yaml));
    assert_eq!(accept("application/json;q=0.1"), Some(Format::Json));
    assert_eq!(accept("application/vnd.opensearch+cbor;compatible-with=8"), Some(Format::Cbor));
    assert_eq!(accept("application/*"), Some(Format::Json));
    for header in [
        "*/*",
        "text/html",
        "junk",
        "",
        ";",
        "application/yaml, */*",
        "application/yaml;q",
        "application/yaml;a = b",
    ] {
        assert_eq!(accept(header), None, "{header}");
    }
    assert_eq!(Format::of_format_parameter("YAML"), Some(Format::Yaml));
    assert_eq!(Format::of_format_parameter("junk"), None);
}

#[test]
fn a_bad_content_type_is_answered_as_opensearch_answers_it() {
    let answer = |header: &[u8]| Format::of_content_type(header).unwrap_err().answer();

    let error =
        json!({ "error": "Content-Type header [text/plain] is not supported", "status": 406 });
    assert_eq!(answer(b"text/plain"), Answer::simple_fault(406, error));
    let reason = "java.lang.IllegalArgumentException: invalid Content-Type header [junk]";
    let error = json!({
        "error": {
            "root_cause": [{ "type": "content_type_header_exception", "reason": reason }],
            "type": "content_type_header_exception",
            "reason": reason,
            "caused_by": {
                "type": "illegal_argument_exception",
                "reason": "invalid Content-Type header [junk]"
            }
        },
        "status": 400
    });
    assert_eq!(answer(b"junk"), Answer::simple_fault(400, error));
}

fn read(format: Format, body: &[u8]) -> String {
    String::from_utf8(format.decode_to_json(body).unwrap()).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|digit| *digit != b' ').collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}
