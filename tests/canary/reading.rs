//! One reading: what two parsers could read differently goes on as both read it, or is refused.
//!
//! Each oddity is sent to OpenSearch itself and through modelgate, once about an index of nobody's
//! and once about the index of groups.

mod bodies;
mod envelopes;
pub(crate) mod groups;
mod heads;

use crate::{
    wire::Reply,
    world::{GROUPS, World},
};

/// An index of nobody's, with a document of the same id as a group.
pub(crate) const NOBODYS: &str = "nobodys";

/// What modelgate does with an oddity that is about nothing of ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Answer {
    /// It goes on: OpenSearch's own status comes back.
    SentOn,
    /// It does not, with this status.
    Refused(u16),
}

use Answer::{Refused, SentOn};

/// The bytes of a request, for an index.
type Request = Box<dyn Fn(&str) -> Vec<u8>>;

/// A request that one server may read this way, and another that way.
pub(crate) struct Oddity {
    name: &'static str,
    request: Request,
    answer: Answer,
}

/// All of them.
pub(crate) fn all() -> Vec<Oddity> {
    bodies::all().into_iter().chain(heads::all()).collect()
}

impl Oddity {
    fn new(
        name: &'static str,
        answer: Answer,
        request: impl Fn(&str) -> Vec<u8> + 'static,
    ) -> Self {
        Self { name, request: Box::new(request), answer }
    }

    /// Gives what is wrong, and a line that tells what was answered.
    pub(crate) fn run(&self, world: &World) -> (Option<String>, String) {
        let (harmless, harmful) = ((self.request)(NOBODYS), (self.request)(GROUPS));
        let there = world.sent_bytes_directly(&harmless).status;
        let here = world.sent_bytes(&harmless).status;
        let reaches = world.sent_bytes_directly(&harmful).tells();
        let reached = world.sent_bytes(&harmful);
        let reach = if reaches { "reaches" } else { "-" };
        let line =
            format!("{:45} | {reach:7} | {there:3} | {here:3} | {}", self.name, reached.status);
        let is_as_said = match self.answer {
            SentOn => here == there,
            Refused(status) => here == status,
        };
        let is_kept = !reached.tells() && (!reaches || is_refusal(&reached));
        let fault = (!is_as_said || !is_kept).then(|| format!("{line}\n{}", reached.shown()));
        (fault, line)
    }
}

fn is_refusal(reply: &Reply) -> bool {
    (400..500).contains(&reply.status)
}

/// A POST of a body, with these lines in its head.
fn post(target: &str, lines: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\
         {lines}\r\n"
    );
    [head.as_bytes(), body].concat()
}

const JSON: &str = "Content-Type: application/json\r\n";

/// The documents that an `_mget` asks for.
fn wanted(index: &str) -> String {
    format!(r#"{{"docs":[{{"_index":"{index}","_id":"g1"}}]}}"#)
}
