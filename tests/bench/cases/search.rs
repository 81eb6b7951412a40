//! Judging and rewriting search bodies of three sizes.

use std::hint::black_box;

use modelgate::access;
use modelgate::principal::Who;
use modelgate::search::{Agent, Scope, rewrite};

use super::Work;
use super::access::user;

const SMALL: &str = r#"{"query":{"bool":{"must":[{"match":{"name":"my group"}}],"filter":[{"term":{"access":"restricted"}}]}},"size":20,"from":0,"sort":[{"last_updated_time":{"order":"desc"}}],"_source":["name","access","owner"]}"#;

pub(super) fn of_200_bytes() -> Work {
    rewritten(SMALL.to_owned())
}

pub(super) fn of_20_kb() -> Work {
    rewritten(as_long_as(20_000))
}

pub(super) fn of_a_mib() -> Work {
    rewritten(as_long_as(1024 * 1024))
}

/// A search for any of so many names.
fn as_long_as(length: usize) -> String {
    let clause = |number: usize| format!(r#"{{"match":{{"name":"group {number:06}"}}}}"#);
    let count = length / (clause(0).len() + 1);
    let clauses = (0..count).map(clause).collect::<Vec<_>>().join(",");
    format!(r#"{{"query":{{"bool":{{"should":[{clauses}]}}}},"size":20}}"#)
}

fn rewritten(body: String) -> Work {
    let user = user(8);
    let filter = access::filter(Who::User(&user)).expect("not all is seen").to_string();
    Box::new(move || {
        let scope = Scope::Filtered(filter.as_bytes());
        let rewritten = rewrite(black_box(body.as_bytes()), scope, Agent::Other);
        drop(black_box(rewritten.expect("it is let through")));
    })
}
