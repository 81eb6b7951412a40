//! Bodies that the guard judges while they stream.

use std::hint::black_box;

use modelgate::config;
use modelgate::guard::{Guard, Request};
use modelgate::wire::{Field, Inspect};

use super::Work;

/// As much as is read at once.
const LENGTH: usize = 64 * 1024;

/// As log shippers send them: every action is the same.
pub(super) fn bulk_of_one_action() -> Work {
    let pair = "{\"index\":{}}\n{\"a\":\"0123456789012345678901234567890123456789ab\"}\n";
    watched("/logs/_bulk", |_| pair.to_owned())
}

/// Every action has an id of its own.
pub(super) fn bulk_of_ids() -> Work {
    let document = format!(r#"{{"message":"{}","level":"info"}}"#, "word ".repeat(40));
    watched("/_bulk", |number| {
        format!(
            "{{\"index\":{{\"_index\":\"logs-2026.11\",\"_id\":\"{number:08}\"}}}}\n{document}\n"
        )
    })
}

pub(super) fn msearch() -> Work {
    watched("/_msearch", |number| {
        format!(
            "{{\"index\":\"logs-2026.11\"}}\n{{\"query\":{{\"bool\":{{\"filter\":[{{\"term\":{{\"user\":\"{number:08}\"}}}},\
             {{\"range\":{{\"@timestamp\":{{\"gte\":\"now-15m\"}}}}}}]}}}},\"size\":20}}\n"
        )
    })
}

/// A body of such parts.
fn watched(target: &'static str, part: impl Fn(usize) -> String) -> Work {
    let mut body = String::new();
    for number in 0.. {
        let part = part(number);
        if body.len() + part.len() > LENGTH {
            break;
        }
        body += &part;
    }
    let json = Field { name: "Content-Type", value: b"application/x-ndjson", line: b"" };
    let request = Request { method: "POST", target, fields: &[json], has_body: true };
    let verdict = Guard::new(config::Guard::Enforce, 100 << 20).judge(&request);
    let watch = verdict.expect("it may pass").watch.expect("its body is judged");
    Box::new(move || {
        let looked = watch.begin().look(black_box(body.as_bytes()), body.len(), true);
        assert!(looked.is_ok_and(|waits| waits == 0));
    })
}
