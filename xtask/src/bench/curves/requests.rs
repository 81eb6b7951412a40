//! The requests of the curves, as they are sent.

const START: &str = r#"{"query":{"terms":{"description":["#;
const END: &str = r#"]}},"sort":[{"last_updated_time":"desc"}]}"#;

/// A GET of 1 KiB.
pub(super) fn get() -> String {
    "GET /1k HTTP/1.1\r\nHost: bench\r\n\r\n".to_owned()
}

/// A search that modelgate answers.
pub(super) fn searched(body: &str) -> String {
    post("/_plugins/_ml/model_groups/_search", body)
}

/// The same on a path that everyone passes.
pub(super) fn search(body: &str) -> String {
    post("/groups/_search", body)
}

/// A search of so many bytes: for many words, the last of them as long as it takes.
pub(super) fn search_of(length: usize) -> String {
    const WORD: usize = 9;
    let room = length.saturating_sub(START.len() + END.len() + 2);
    let words = room / WORD;
    let mut body = String::with_capacity(length);
    body += START;
    for number in 1..words {
        body += &format!("\"{number:06}\",");
    }
    let last = "x".repeat(room - words.saturating_sub(1) * WORD);
    body + "\"" + &last + "\"" + END
}

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic YWxpY2U6cGFzc3dvcmQ=\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_search_is_json_of_the_length_that_was_asked_for() {
        for length in [100, 1024, 20 * 1024, 1 << 20] {
            let body = search_of(length);

            assert_eq!(body.len(), length);
            assert!(serde_json::from_str::<Value>(&body).is_ok(), "{body:.200}");
        }
    }
}
