//! Bodies in pieces, coded, and in formats that are not judged.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};

use super::{P, Steps};

pub(super) fn frames(steps: &Steps<'_>) {
    let bulk = format!(
        "{{\"index\":{{\"_index\":\"other\"}}}}\n{{\"a\":1}}\n{{\"index\":{{\"_index\":\"{P}\",\"_id\":\"forged\"}}}}\n{{}}\n"
    );
    let get = format!("{{\"docs\":[{{\"_index\":\"{P}\",\"_id\":\"g1\"}}]}}");
    for (target, kind, body) in [("/_bulk", "x-ndjson", bulk), ("/_mget", "json", get)] {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/{kind}\r\n"
        );
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n");
        let coded: String =
            body.bytes().map(|byte| format!("1\r\n{}\r\n", char::from(byte))).collect();
        let ended = format!("{coded}0\r\n\r\n");
        let lengthy = format!("{head}Content-Length: {}\r\n\r\n", body.len());
        let bytes: Vec<&[u8]> = body.as_bytes().chunks(1).collect();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body.as_bytes()).expect("gzip");
        let gzip = encoder.finish().expect("gzip");
        let coded_head =
            format!("{head}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", gzip.len());
        for parts in [
            vec![chunked.as_bytes(), ended.as_bytes()],
            [vec![lengthy.as_bytes()], bytes].concat(),
            vec![coded_head.as_bytes(), &gzip],
        ] {
            let reply = steps.0.sent_parts(&parts);
            assert!(!reply.tells() && reply.status == 403, "{target}: {}", reply.shown());
        }
    }
}

pub(super) fn formats(steps: &Steps<'_>) {
    let yaml = "---\ndocs:\n- _index: \".plugins\\x2dml-model-group\"\n  _id: g1\n";
    for kind in [
        "application/yaml",
        "application/cbor",
        "application/smile",
        "text/plain",
        "application/vnd.opensearch+yaml",
    ] {
        let head = format!(
            "POST /_mget HTTP/1.0\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{yaml}",
            yaml.len()
        );
        let reply = steps.0.sent_parts(&[head.as_bytes()]);
        assert!(!reply.tells() && reply.status == 406, "{kind}: {}", reply.shown());
    }
    let encoded = "%7B%22docs%22:%5B%7B%22_index%22:%22.plugins-ml-model-group%22,%22_id%22:%22g1%22%7D%5D%7D";
    steps.refused(
        "GET",
        &format!("/_mget?source={encoded}&source_content_type=application/json"),
        "",
    );
}
