//! What the upstream answers: bodies of known sizes, and what an OpenSearch with one group would.

use bytes::Bytes;

/// How much is read and written at once.
pub(super) const PIECE: usize = 64 * 1024;

const LARGE: usize = 64 * 1024 * 1024;

const NO_HITS: &str = r#"{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":0,"relation":"eq"},"max_score":null,"hits":[]}}"#;
const GROUP: &str = r#"{"_index":".plugins-ml-model-group","_id":"benchmark","_version":1,"_seq_no":7,"_primary_term":1,"found":true,"_source":{"name":"benchmark","latest_version":0,"description":"a group that is read","backend_roles":["IT"],"owner":{"name":"alice","backend_roles":["IT","HR"],"roles":["ml_full_access","own_index"],"user_requested_tenant":"null","user_requested_tenant_access":"NONE","custom_attribute_names":[]},"access":"restricted","created_time":1700000000000,"last_updated_time":1700000000000}}"#;
const WRITTEN: &str = r#"{"_index":"written","_id":"benchmark","_version":1,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":7,"_primary_term":1}"#;

/// An answer: bytes, or bytes many times over.
#[derive(Debug)]
pub(super) enum Answer<'a> {
    Whole(&'a [u8]),
    Repeated { head: &'a [u8], piece: &'a [u8], times: usize },
}

/// All answers, as they are sent.
#[derive(Debug)]
pub(super) struct Answers {
    kib: Bytes,
    kib64: Bytes,
    large: Bytes,
    piece: Bytes,
    authinfo: Bytes,
    no_hits: Bytes,
    group: Bytes,
    written: Bytes,
    acknowledged: Bytes,
}

impl Answers {
    /// `roles` is how many backend roles every caller has.
    pub(super) fn prepared(roles: usize) -> Self {
        Self {
            kib: whole("200 OK", &search_answer(1024)),
            kib64: whole("200 OK", &search_answer(64 * 1024)),
            large: head("200 OK", LARGE).into(),
            piece: vec![b'x'; PIECE].into(),
            authinfo: whole("200 OK", &authinfo(roles)),
            no_hits: whole("200 OK", NO_HITS),
            group: whole("200 OK", GROUP),
            written: whole("201 Created", WRITTEN),
            acknowledged: whole("200 OK", r#"{"acknowledged":true}"#),
        }
    }

    /// The answer to a request, once its body is drained.
    pub(super) fn of(&self, method: &str, target: &str, names_a_group: bool) -> Answer<'_> {
        let path = target.split('?').next().unwrap_or_default();
        Answer::Whole(match (method, path) {
            ("GET", "/64m") => {
                let times = LARGE / PIECE;
                return Answer::Repeated { head: &self.large, piece: &self.piece, times };
            }
            ("GET", "/64k") => &self.kib64,
            ("GET", "/_plugins/_security/authinfo") => &self.authinfo,
            ("POST", _) if path.ends_with("/_search") && names_a_group => &self.no_hits,
            ("GET", _) if path.contains("/_doc/") || path.contains("/model_groups/") => &self.group,
            ("PUT", _) if path.ends_with("/_settings") => &self.acknowledged,
            ("PUT", _) => &self.written,
            _ => &self.kib,
        })
    }
}

/// What the Security plugin says of whoever asks.
fn authinfo(roles: usize) -> String {
    let others = (2..).map(|number| format!("role-{number}"));
    let names: Vec<_> =
        ["IT", "HR"].map(str::to_owned).into_iter().chain(others).take(roles).collect();
    format!(
        r#"{{"user_name":"alice","backend_roles":{names:?},"roles":["ml_full_access","own_index"],"user_requested_tenant":null,"tenants":{{"alice":true}}}}"#
    )
}

/// The answer to a search that finds two groups in the order that was asked for, as long as that.
fn search_answer(length: usize) -> String {
    let start = r#"{"took":1,"timed_out":false,"_shards":{"total":1,"successful":1,"skipped":0,"failed":0},"hits":{"total":{"value":2,"relation":"eq"},"max_score":null,"hits":["#;
    let hit = |id: &str, text: &str| {
        format!(
            r#"{{"_index":".plugins-ml-model-group","_id":"{id}","_version":1,"_seq_no":7,"_primary_term":1,"_score":null,"_source":{{"access":"restricted","name":"{text}","owner":{{"name":"alice"}}}},"sort":[1700000000000,7]}}"#
        )
    };
    let both = |text: &str| format!("{start}{},{}]}}}}", hit("one", text), hit("two", ""));
    both(&"a".repeat(length - both("").len()))
}

fn whole(status: &str, body: &str) -> Bytes {
    Bytes::from(head(status, body.len()) + body)
}

fn head(status: &str, length: usize) -> String {
    let kind = "content-type: application/json; charset=UTF-8";
    format!("HTTP/1.1 {status}\r\n{kind}\r\ncontent-length: {length}\r\n\r\n")
}
