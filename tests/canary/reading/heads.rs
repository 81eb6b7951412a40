//! Heads and framings that can be read in two ways.

use super::{
    Answer, JSON, Oddity, Refused, SentOn,
    envelopes::{FRAMES, Frame, REFUSED_FRAMES, framed},
    post, wanted,
};

pub(super) fn all() -> Vec<Oddity> {
    targets().into_iter().chain(frames()).chain(sources()).collect()
}

fn targets() -> Vec<Oddity> {
    let target = |name, answer, target: fn(&str) -> String| {
        Oddity::new(name, answer, move |index| {
            format!("GET {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", target(index))
                .into_bytes()
        })
    };
    vec![
        target("a path", SentOn, |index| format!("/{index}/_search")),
        target("a path that ends in slashes", SentOn, |index| format!("/{index}/_search//")),
        target("two slashes first", Refused(403), |index| format!("//{index}/_search")),
        target("two slashes within", SentOn, |index| format!("/{index}//_search")),
        target("a dot", SentOn, |index| format!("/./{index}/_search")),
        target("two dots", SentOn, |index| format!("/x/../{index}/_search")),
        target("two dots that are escaped", SentOn, |index| format!("/x/%2e%2e/{index}/_search")),
        target("a slash that is escaped", SentOn, |index| format!("/{index}%2f_search")),
        target("an underscore that is escaped", SentOn, |index| format!("/{index}/%5fsearch")),
        target("escapes all over", SentOn, |index| {
            let escape = |byte: u8| format!("%{byte:02x}");
            format!("/{}/_search", index.bytes().map(escape).collect::<String>())
        }),
        target("escapes of escapes", SentOn, |index| {
            format!("/%25{:02x}{}/_search", index.as_bytes()[0], &index[1..])
        }),
        target("an escape that is none", SentOn, |index| format!("/{index}%zz/_search")),
        target("an escape that is cut off", SentOn, |index| format!("/{index}/_search?q=%2")),
        target("an escape of no UTF-8", SentOn, |index| format!("/{index}%ff/_search")),
        target("a fragment", SentOn, |index| format!("/{index}/_search#x")),
        target("a semicolon in the path", SentOn, |index| format!("/{index};x/_search")),
        target("a question mark that is escaped", SentOn, |index| {
            format!("/{index}/_search%3Fq=x")
        }),
        target("two question marks", SentOn, |index| format!("/{index}/_search??q=x")),
        target("the index twice", SentOn, |index| format!("/_search?index=none&index={index}")),
        target("the index behind a semicolon", SentOn, |index| format!("/_search?a;index={index}")),
        target("the index beside the path", SentOn, |index| {
            format!("/nobodys/_search?index={index}")
        }),
        target("no slash first", Refused(400), |index| format!("{index}/_search")),
        target("a whole address", Refused(400), |index| format!("http://a/{index}/_search")),
        target("an asterisk", Refused(400), |_| "*".to_owned()),
        target("a blank in the path", Refused(400), |index| format!("/{index} /_search")),
        target("bytes beyond ASCII", SentOn, |index| format!("/{index}\u{e9}/_search")),
    ]
}

fn frames() -> Vec<Oddity> {
    let of = |answer: Answer, (name, lines, is_chunked): Frame| {
        Oddity::new(name, answer, move |index| {
            let body = framed(wanted(index), is_chunked);
            let lines = lines.replace("LENGTH", &body.len().to_string());
            let head = "POST /_mget HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
            format!("{head}{JSON}{lines}\r\n{body}").into_bytes()
        })
    };
    let refused = [
        (
            "Connection: Content-Type",
            "Content-Length: LENGTH\r\nConnection: content-type\r\n",
            false,
        ),
        (
            "Connection: Content-Encoding",
            "Content-Length: LENGTH\r\nContent-Encoding: identity\r\nConnection: content-encoding\r\n",
            false,
        ),
    ];
    let sent_on = [("a length", "Content-Length: LENGTH\r\n", false)];
    let sent_on = sent_on.iter().chain(FRAMES).map(|frame| of(SentOn, *frame));
    let refused = REFUSED_FRAMES.iter().chain(&refused).map(|frame| of(Refused(400), *frame));
    sent_on.chain(refused).collect()
}

fn sources() -> Vec<Oddity> {
    let escaped =
        |text: &str| -> String { text.bytes().map(|byte| format!("%{byte:02x}")).collect() };
    let source = |name, answer, parameters: &'static str, body: &'static str| {
        Oddity::new(name, answer, move |index| {
            let parameters = parameters.replace("SOURCE", &escaped(&wanted(index)));
            let target = format!("/_mget?{parameters}");
            match body {
                "" => format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .into_bytes(),
                body => post(&target, JSON, body.as_bytes()),
            }
        })
    };
    let harmless = r#"{"docs":[{"_index":"nobodys","_id":"g1"}]}"#;
    vec![
        source(
            "a body in the query",
            SentOn,
            "source=SOURCE&source_content_type=application/json",
            "",
        ),
        source("the same, of no type", SentOn, "source=SOURCE", ""),
        source(
            "a body in the query beside a body",
            SentOn,
            "source=SOURCE&source_content_type=application/json",
            harmless,
        ),
        source(
            "two bodies in the query",
            SentOn,
            "source=%7B%7D&source=SOURCE&source_content_type=application/json",
            "",
        ),
        source(
            "one of them behind a semicolon",
            SentOn,
            "source=%7B%7D;source=SOURCE&source_content_type=application/json",
            "",
        ),
    ]
}
