//! Judging and rewriting search bodies of three sizes, and mending an answer.

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

/// Taking the last of the sort values out of an answer.
pub(super) fn mended() -> Work {
    let filter = filter();
    let rewritten = rewrite(SMALL.as_bytes(), Scope::Filtered(filter.as_bytes()), Agent::Other);
    let restore = rewritten.expect("it is let through").restore;
    let hits = (0..10).map(hit).collect::<Vec<_>>().join(",");
    let answer = format!(
        r#"{{"took":1,"timed_out":false,"_shards":{{"total":1,"successful":1,"skipped":0,"failed":0}},"hits":{{"total":{{"value":10,"relation":"eq"}},"max_score":null,"hits":[{hits}]}}}}"#
    );
    Box::new(move || {
        let mended = restore.apply_to_bytes(black_box(answer.as_bytes()).to_vec());
        drop(black_box(mended.expect("it is as OpenSearch writes it")));
    })
}

fn hit(number: usize) -> String {
    format!(
        r#"{{"_index":".plugins-ml-model-group","_id":"kD5Bx5oBQ2h9WmVqP{number:03}","_version":1,"_seq_no":{number},"_primary_term":1,"_score":null,"_source":{{"access":"restricted","owner":{{"name":"alice","backend_roles":["role 3","role 5"],"roles":["ml_full_access","own_index"],"custom_attribute_names":[],"user_requested_tenant":null}},"name":"group {number:06}"}},"sort":[1767225600000,{number}]}}"#
    )
}

/// A search for any of so many names.
fn as_long_as(length: usize) -> String {
    let clause = |number: usize| format!(r#"{{"match":{{"name":"group {number:06}"}}}}"#);
    let count = length / (clause(0).len() + 1);
    let clauses = (0..count).map(clause).collect::<Vec<_>>().join(",");
    format!(r#"{{"query":{{"bool":{{"should":[{clauses}]}}}},"size":20}}"#)
}

fn rewritten(body: String) -> Work {
    let filter = filter();
    Box::new(move || {
        let scope = Scope::Filtered(filter.as_bytes());
        let rewritten = rewrite(black_box(body.as_bytes()), scope, Agent::Other);
        drop(black_box(rewritten.expect("it is let through")));
    })
}

/// What a user with eight back-end roles may see.
fn filter() -> String {
    access::filter(Who::User(&user(8))).expect("not all is seen").to_string()
}
