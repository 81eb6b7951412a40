use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use super::{bulk::LONGEST, *};
use crate::guard::expression::PROTECTED;

const MOST: usize = 64 * 1024;

fn watch(body: Body) -> Watch {
    Watch { body, keeps_plugins: false, is_gzip: false, most: MOST }
}

/// Judges a body in two parts, cut anywhere: all agree.
fn judged(body: Body, text: &[u8]) -> Result<(), String> {
    let whole = watch(body).judge(text).map(drop).map_err(|refusal| refusal.to_string());
    for cut in 0..=text.len() {
        let mut inspector = watch(body).begin();
        let (first, rest) = text.split_at(cut);
        let parts = inspector.look(first, first.len(), false);
        let parts = parts.and_then(|_| inspector.look(rest, text.len(), true)).map(drop);
        assert_eq!(parts.map_err(|refusal| refusal.to_string()), whole, "cut at {cut}");
    }
    let mut inspector = watch(body).begin();
    let bytes =
        text.chunks(1).try_for_each(|byte| inspector.look(byte, text.len(), false).map(drop));
    let bytes = bytes.and_then(|()| inspector.look(b"", text.len(), true)).map(drop);
    assert_eq!(bytes.map_err(|refusal| refusal.to_string()), whole, "byte by byte");
    whole
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_bulk_is_judged_by_its_action_lines() {
    for text in [
        "",
        "\n",
        "{\"index\":{\"_index\":\"a\",\"_id\":\"1\"}}\n{\"x\":\".plugins-ml-model-group\"}\n",
        "{\"index\":{}}\r\n{\"_index\":\".plugins-ml-model-group\"}\r\n{\"delete\":{\"_index\":\"b\"}}\r\n",
        " {\"delete\":{\"_id\":\".plugins-ml-model-group\"}}\n\n \t\r\n{\"create\":{}}\n\n{\"update\":{}}\n{\"doc\":{}}\n",
        "{\"index\":{\"_index\":\"<logs-{now/d}>\"}}\n{\"index\":{\"_index\":\".plugins-ml-model-group\"}}\n",
        "{\"index\":{}}",
        "{\"create\":{}}\n{\"index\":{\"_index\":\".plugins-ml-model-group\"}}\n{\"index\":{}}\nno JSON at all\n",
    ] {
        assert_eq!(judged(Body::Bulk, text.as_bytes()), Ok(()), "{text}");
    }
}

#[test]
fn a_protected_name_in_an_action_line_is_found() {
    for action in ["index", "create", "update", "delete"] {
        for index in [
            r#""_index":".plugins-ml-model-group""#,
            r#""_index":".modelgate-names""#,
            r#""\u005findex":"\u002eplugins\u002Dml-model-group""#,
            r#""_index":"a","_id":"1","routing":"x","_index":".plugins-ml-model-group""#,
            r#""_id":"1","_index" : /* c */ ".plugins-ml-model-group""#,
            r#""_index":"<.plug{now{'ins-ml-model-group'}}>""#,
            r#""_index":"a,.plugins-ml-model-group""#,
            r#""_index":".plugins*""#,
            r#""_index":"""#,
        ] {
            for before in [
                "",
                "\n\n",
                "{\"delete\":{}}\n",
                "{\"index\":{}}\n{\"a\":1}\n",
                "{\"update\":{}}\r\n\r\n",
                "/**/\n",
            ] {
                let text = format!("{before}{{\"{action}\":{{{index}}}}}\n{{}}\n");
                assert!(judged(Body::Bulk, text.as_bytes()).is_err(), "{text}");
                assert!(watch(Body::Bulk).judge(text.trim_end().as_bytes()).is_err(), "{text}");
            }
        }
    }
}

#[test]
fn a_line_that_is_known_counts_only_where_a_line_begins() {
    let known = "{\"index\":{\"_index\":\"a\"}}\n";
    let named = "{\"index\":{\"_index\":\".plugins-ml-model-group\"}}\n{}\n";
    for before in [known.to_owned(), format!("{{}}\n{{\"delete\":{{}}}} {known}")] {
        let text = format!("{known}{before}{named}");
        assert!(judged(Body::Bulk, text.as_bytes()).is_err(), "{text}");
    }
    let fifth = judged(Body::Bulk, format!("{known}{{}}\n{known}{{}}\n{{}}\n").as_bytes());
    assert!(fifth.is_err_and(|reason| reason.ends_with("[5]")));
}

#[test]
fn what_is_no_action_line_is_refused() {
    for text in [
        "{}\n",
        "[]\n",
        "1\n",
        "{\"a\":{}}\n",
        "{\"INDEX\":{}}\n",
        "{\"index\":{}\n{}\n",
        "index\n",
        "{\"index\"\n",
        "{\"delete\":{}}{\"index\":\n",
        "{\"delete\":{}} {\"index\":{\"_index\":\".plugins-ml-model-group\"}}\n",
        "\u{0}{\n\u{0}",
    ] {
        assert!(judged(Body::Bulk, text.as_bytes()).is_err(), "{text:?}");
    }
    let numbered = watch(Body::Bulk).judge(b"{\"delete\":{}}\n\n{}\n");
    assert!(numbered.is_err_and(|refusal| refusal.to_string().ends_with("[3]")));
    assert!(
        watch(Body::Bulk).judge(br#"{"delete":{"_index":".plugins-ml-model-group"}}"#).is_err()
    );
    let long =
        [b"{\"index\":{\"_id\":\"".to_vec(), vec![b'a'; 70_000], b"\"}}\n{}\n".to_vec()].concat();
    assert!(matches!(watch(Body::Bulk).judge(&long), Err(Refusal::TooLarge(_))));
}

#[test]
fn an_action_line_is_held_so_far_and_no_further() {
    let fed = |parts: &[usize]| {
        let mut bulk = Bulk::default();
        parts.iter().try_for_each(|part| bulk.feed(&vec![b' '; *part]).map(drop))
    };

    assert!(fed(&[LONGEST]).is_ok());
    assert!(fed(&[1, LONGEST - 1]).is_ok());
    for parts in [&[LONGEST + 1][..], &[LONGEST + 2], &[1, LONGEST], &[LONGEST / 2; 3]] {
        assert!(matches!(fed(parts), Err(Refusal::TooLarge(LONGEST))), "{parts:?}");
    }
    let mut whole = vec![b' '; LONGEST];
    whole.push(b'\n');
    assert!(watch(Body::Bulk).judge(&whole).is_ok());
}

#[test]
fn nothing_of_an_offending_line_goes_on() {
    let mut inspector = watch(Body::Bulk).begin();

    assert_eq!(inspector.look(b"{\"index\":{}}\n{\"a\":", 0, false).unwrap(), 0);
    assert_eq!(inspector.look(b"1}", 0, false).unwrap(), 0);
    assert_eq!(inspector.look(b"\n{\"delete\":{\"_index\"", 0, false).unwrap(), 19);
    assert_eq!(inspector.look(b":\".plugins-ml-model-", 0, false).unwrap(), 39);
    assert!(inspector.look(b"group\"}}\n", 0, false).is_err());
}

#[test]
fn long_documents_are_held_by_nobody() {
    let mut inspector = watch(Body::Bulk).begin();
    inspector.look(b"{\"index\":{}}\n", 0, false).unwrap();
    let part = vec![b'x'; 1 << 20];

    for _ in 0..64 {
        assert_eq!(inspector.look(&part, part.len() / 16, false).unwrap(), 0);
    }

    let Judged::Bulk(bulk) = &inspector.judged else { panic!() };
    assert!(format!("{bulk:?}").len() < 200);
}

#[test]
fn searches_are_judged_line_by_line() {
    for text in [
        "{}\n{\"query\":{\"match_all\":{}}}\n",
        "\n{\"index\":\"a*\"}\n{}\n\n{}\n",
        "{\"index\":[\"a\",\"b\"],\"expand_wildcards\":\"all\"}\n{\"size\":0}",
        "{\"index\": \"logs-*\"}\n{}\n{\"index\":[\"a*\"]}\n{}\n{\"index\":[\"a\", \"b\"]}\n{}\n",
    ] {
        assert_eq!(judged(Body::Lines, text.as_bytes()), Ok(()), "{text}");
    }
    for bad in [
        r#"{"index":".plugins-ml-model-group"}"#,
        r#"{"index":"*"}"#,
        r#"{"indices":["_all"]}"#,
        r#"{"index":[]}"#,
        r#"{"index":null}"#,
        r#"{"query":{"terms":{"a":{"index":".plugins\u002dml-model-group","id":"x","path":"y"}}}}"#,
        r#"{"in_DEX":"*"}"#,
        r#"{"index":["a",".plugins*"]}"#,
        r#"{"index":["-a","a"]}"#,
        r#"{"index":"-a"}"#,
        r#"{"index":""}"#,
        r#"{"index":"a","index":"*"}"#,
        r#"{"index"/*"index":"a"*/:"*"}"#,
        r#"{"index":/*"index":"a",*/"*"}"#,
        r#"{"index":["a","b"/**/,"*"]}"#,
        r#"{"my_index":"a*,*"}"#,
        r#"{"index":"a,*"}"#,
        r#"{"Indices":["*"]}"#,
        r#"{"my_index":"*"}"#,
        r#"{"a":"<.plugins-{now{'ml-mod'}}el-group>"}"#,
        r#"{"a":".plugins-ml-MODEL-group"}"#,
        r#"{"wrapper":{"query":"eyJpbmRleCI6IioifQ=="}}"#,
        "{\"in\u{0}",
        "{\"\u{e9}\"",
        "{\\",
        "{<",
    ] {
        for text in [
            format!("{bad}\n{{}}\n"),
            format!("{{}}\n{bad}\n"),
            format!("{{}}\n{{}}\n{bad}"),
            format!("\n{bad}\r\n{{}}\r\n"),
        ] {
            assert!(judged(Body::Lines, text.as_bytes()).is_err(), "{text}");
        }
    }
    let mut inspector = watch(Body::Lines).begin();
    assert_eq!(inspector.look(b"{}\n", 0, false).unwrap(), 0);
    assert_eq!(inspector.look(b"{}\n{", 0, false).unwrap(), 1);
    let template = "{}\n{\"source\":\"{\\\"index\\\":\\\"{{i}}\\\"}\"}\n";
    assert!(judged(Body::TemplateLines, template.as_bytes()).is_err());
}

#[test]
fn a_whole_body_is_held_and_bounded() {
    assert_eq!(judged(Body::Json, b"{\"index\":\"a\"}"), Ok(()));
    assert!(judged(Body::Json, b"{\"index\":\".modelgate-names\"}").is_err());
    let mut inspector = watch(Body::Json).begin();
    assert_eq!(inspector.look(&vec![b' '; MOST], MOST, false).unwrap(), usize::MAX);
    assert!(matches!(inspector.look(b" ", MOST, false), Err(Refusal::TooLarge(MOST))));
    let mut inspector = watch(Body::Bulk).begin();
    assert!(inspector.look(b"{", 2 * MOST, false).is_ok());
    assert!(matches!(inspector.look(b"{", 3 * MOST, false), Err(Refusal::TooLarge(MOST))));
}

#[test]
fn gzip_is_looked_into() {
    let text = format!(
        "{{\"index\":{{}}}}\n{{}}\n{{\"index\":{{\"_index\":\"{}\"}}}}\n{{}}\n",
        PROTECTED[0]
    );
    let fine = "{\"index\":{}}\n{}\n".repeat(1000);
    let coded = |body| Watch { is_gzip: true, ..watch(body) };

    for part in [1, 7, 4096, 100_000] {
        let run = |text: &[u8]| {
            let mut inspector = coded(Body::Bulk).begin();
            gzip(text)
                .chunks(part)
                .try_for_each(|part| inspector.look(part, 0, false).map(drop))?;
            inspector.look(b"", 0, true).map(drop)
        };
        assert!(run(text.as_bytes()).is_err());
        assert!(run(fine.as_bytes()).is_ok());
    }
    let two = [gzip(b"{}"), gzip(text.as_bytes())].concat();
    assert!(coded(Body::Json).judge(&two).is_err());
    assert!(coded(Body::Json).judge(b"{}").is_err());
    let cut = gzip(fine.as_bytes());
    assert!(coded(Body::Bulk).judge(&cut[..cut.len() - 4]).is_err());
    assert!(coded(Body::Bulk).judge(&gzip(&vec![b'\n'; MOST])).is_ok());
    let bomb = gzip(&vec![b'\n'; 100 << 20]);
    assert!(matches!(coded(Body::Bulk).judge(&bomb), Err(Refusal::TooLarge(MOST))));
}

#[test]
fn gzip_is_held_until_an_action_line_has_its_end() {
    let held = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.flush().unwrap();
        let coded = encoder.get_ref();
        let mut inspector = Watch { is_gzip: true, ..watch(Body::Bulk) }.begin();
        let waits = inspector.look(coded, coded.len(), false).unwrap();
        (waits, coded.len())
    };
    let (waits, all) = held("{\"index\":{}}\n{}\n{\"index\":{\"_index\":\"lo");
    assert_eq!(waits, all);
    let (waits, _) = held("{\"index\":{}}\n{\"a\":");
    assert_eq!(waits, 0);
}

#[test]
fn a_point_in_time_is_seen_where_it_counts() {
    let has = |body: &str| watch(Body::Json).judge(body.as_bytes()).unwrap();

    assert!(has(r#"{"size":1,"pit":{"id":"x"}}"#));
    for body in [
        "",
        "{}",
        r#"{"query":{"pit":{}}}"#,
        r#"{} {"pit":{"id":"x"}}"#,
        r#"[{"pit":{}}]"#,
        r#"1 {"pit":{}}"#,
    ] {
        assert!(!has(body), "{body}");
    }
}

#[test]
fn without_the_plugin_no_action_writes_what_plugins_keep() {
    let kept =
        |text: &str| Watch { keeps_plugins: true, ..watch(Body::Bulk) }.judge(text.as_bytes());
    for index in [".opendistro-ism-config", "search-relevance-search-config", "<.o-{now/d}>"] {
        let plain = format!("{{\"index\":{{\"_index\":\"{index}\"}}}}\n{{}}\n");
        let spelt = plain.replace("_index", "\\u005findex");
        for text in [plain, spelt] {
            assert!(matches!(kept(&text), Err(Refusal::OfAPlugin(_))), "{text}");
            assert_eq!(judged(Body::Bulk, text.as_bytes()), Ok(()), "{text}");
        }
    }
    let others =
        "{\"index\":{\"_index\":\".kibana_1\"}}\n{\"_index\":\".opendistro-ism-config\"}\n";
    assert!(kept(others).is_ok());
}
