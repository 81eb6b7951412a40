//! One reading of the groups' own routes: what OpenSearch reads in the same bytes, or a refusal.
//!
//! ML Commons is not there to be asked, but the parser and the routes that read for it are
//! OpenSearch's. So what says a group to modelgate says a document of an index of nobody's to
//! OpenSearch: the names that both read are compared, and for searches the ids that both find.

mod binary;
mod bodies;
mod envelopes;
mod ids;

use serde_json::{Value, json};

use self::Answer::{Parsed, Refused, Same};
use crate::{
    wire::Reply,
    world::{GROUPS, World},
};

/// An index of nobody's, which takes names as they are read.
const READINGS: &str = "readings";

/// A user of the dev stack who sees every group, and wants to be told of it in JSON.
const ADMIN: &str = "Authorization: Basic YWRtaW46YWRtaW4=\r\nAccept: application/json\r\n";

const PREFIX: &str = "/_plugins/_ml/model_groups";

/// The group that is updated.
const UPDATED: &str = "updated";

/// What modelgate makes of an oddity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    /// What OpenSearch makes of it.
    Same,
    /// What OpenSearch's parser reads, as ML Commons takes it. Documents, and searches at their
    /// end, are held to more.
    Parsed,
    /// It is refused with this status, whatever OpenSearch does.
    Refused(u16),
}

/// What was made of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Read {
    As(String),
    Not(u16),
}

/// One member of the body, which says something, and what another one would say.
struct Said {
    key: &'static str,
    value: String,
    other: String,
    /// Another one for each body.
    number: usize,
}

/// A request but for its method and its path.
struct Sent {
    parameters: String,
    /// `LENGTH` in them is the body's.
    lines: String,
    body: Vec<u8>,
}

/// A request that could be read in more ways than one.
struct Oddity {
    name: &'static str,
    /// As a group that is registered or updated.
    group: Answer,
    search: Answer,
    sent: Box<dyn Fn(&Said) -> Sent>,
}

impl Said {
    fn name(name: &str, number: usize) -> Self {
        let (value, other) = (json!(name).to_string(), json!("other").to_string());
        Self { key: "name", value, other, number }
    }

    fn search() -> Self {
        let ids = |id| json!({ "ids": { "values": [id] } }).to_string();
        Self { key: "query", value: ids("g1"), other: ids("g2"), number: 0 }
    }

    /// The same member with another value.
    fn saying(&self, value: String) -> Self {
        Self { value, other: self.other.clone(), ..*self }
    }

    fn text(&self) -> String {
        self.with("")
    }

    /// The body with other members before its own.
    fn with(&self, members: &str) -> String {
        format!(r#"{{{members}"{}":{}}}"#, self.key, self.value)
    }
}

/// Gives what is wrong, and a line for each oddity that tells how it was read.
pub(crate) fn run(world: &World) -> (Vec<String>, Vec<String>) {
    let mapping = json!({ "mappings": { "dynamic": false, "properties": { "name": { "type": "keyword" } } } });
    world.must("PUT", &format!("/{READINGS}"), &mapping.to_string());
    for id in ["g1", "g2"] {
        world.must("PUT", &format!("/{READINGS}/_doc/{id}?refresh"), "{}");
    }
    let group = json!({ "name": UPDATED, "access": "public" });
    world.must("PUT", &format!("/{GROUPS}/_doc/{UPDATED}?refresh"), &group.to_string());
    let (mut faults, mut lines) = ids::run(world);
    let oddities: Vec<Oddity> = bodies::all().into_iter().chain(envelopes::all()).collect();
    for (at, oddity) in oddities.iter().enumerate() {
        for (route, answer, said, here, there) in oddity.readings(world, at) {
            let line = format!("{:45} | {route:8} | {here:?} | {there:?}", oddity.name);
            let is_so = match answer {
                Same => is_same(&here, &there),
                Parsed => here == Read::As(said),
                Refused(status) => here == Read::Not(status),
            };
            if !is_so {
                faults.push(format!("{line}: not {answer:?}"));
            }
            lines.push(line);
        }
    }
    (faults, lines)
}

/// Two refusals are the same in whatever words.
fn is_same(here: &Read, there: &Read) -> bool {
    matches!((here, there), (Read::Not(_), Read::Not(_))) || here == there
}

/// A route, what is expected there, what was said, and how it was read here and there.
type Reading = (&'static str, Answer, String, Read, Read);

impl Oddity {
    fn readings(&self, world: &World, at: usize) -> [Reading; 3] {
        let registered = format!("registered {at}");
        let updated = format!("updated {at}");
        let sent = (self.sent)(&Said::name(&registered, 2 * at));
        let here = named(world, &sent.bytes("POST", &format!("{PREFIX}/_register")), None);
        // A group has to have a name.
        let there = match documented(world, &sent) {
            Read::As(name) if name.is_empty() => Read::Not(400),
            there => there,
        };
        let register = ("register", self.group, registered, here, there);
        let sent = (self.sent)(&Said::name(&updated, 2 * at + 1));
        let here = named(world, &sent.bytes("PUT", &format!("{PREFIX}/{UPDATED}")), Some(UPDATED));
        let update = ("update", self.group, updated, here, documented(world, &sent));
        let sent = (self.sent)(&Said::search());
        let here = found(&world.sent_bytes(&sent.bytes("POST", &format!("{PREFIX}/_search"))));
        let there =
            found(&world.sent_bytes_directly(&sent.bytes("POST", &format!("/{READINGS}/_search"))));
        [register, update, ("search", self.search, "g1".to_owned(), here, there)]
    }
}

impl Sent {
    fn json(body: impl Into<Vec<u8>>) -> Self {
        Self::typed("Content-Type: application/json\r\n", body)
    }

    fn typed(lines: &str, body: impl Into<Vec<u8>>) -> Self {
        let lines = format!("Content-Length: LENGTH\r\n{lines}");
        Self { parameters: String::new(), lines, body: body.into() }
    }

    fn bytes(&self, method: &str, path: &str) -> Vec<u8> {
        let lines = self.lines.replace("LENGTH", &self.body.len().to_string());
        let target = format!("{path}{}", self.parameters);
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{ADMIN}{lines}\r\n"
        );
        [head.as_bytes(), &self.body].concat()
    }
}

/// The name that a group got, if any.
fn named(world: &World, request: &[u8], id: Option<&str>) -> Read {
    let name_of = |id: &str| {
        let group = world.directly("GET", &format!("/{GROUPS}/_doc/{id}"), "").json();
        text(&group["_source"]["name"])
    };
    let before = id.map(name_of);
    let reply = world.sent_bytes(request);
    if reply.status != 200 {
        return Read::Not(reply.status);
    }
    let registered = reply.json()["model_group_id"].clone();
    let id = id.or(registered.as_str()).expect("the answer tells the id");
    let name = name_of(id);
    Read::As(if before.as_ref() == Some(&name) { String::new() } else { name })
}

/// The name under which OpenSearch finds the same body as a document.
fn documented(world: &World, sent: &Sent) -> Read {
    let reply = world.sent_bytes_directly(&sent.bytes("PUT", &format!("/{READINGS}/_doc/read")));
    if !matches!(reply.status, 200 | 201) {
        return Read::Not(reply.status);
    }
    world.must("POST", &format!("/{READINGS}/_refresh"), "");
    let target = format!("/{READINGS}/_search?q=_id:read&_source=false&docvalue_fields=name");
    let found = world.directly("GET", &target, "").json();
    Read::As(text(&found["hits"]["hits"][0]["fields"]["name"][0]))
}

/// The ids that a search finds; none where OpenSearch answers twice, as it reads two requests.
fn found(reply: &Reply) -> Read {
    if reply.status != 200 {
        return Read::Not(reply.status);
    }
    let found = reply.json();
    let hits = found["hits"]["hits"].as_array().into_iter().flatten();
    let mut ids: Vec<String> = hits.map(|hit| text(&hit["_id"])).collect();
    ids.sort();
    Read::As(ids.join(" "))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
