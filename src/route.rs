//! Is this request ours? The only place that can make an [`Untouched`].

mod api;
mod facts;
mod fields;
mod path;
mod query;

pub use api::{Allowed, Route};
pub use fields::Fields;
pub use query::Query;

use crate::{
    guard::{self, Guard, Inspector, Watch},
    headers::{Connection, upstream_head},
    wire::{Framing, Malformed, RequestHead, Version, path_and_query},
};
use api::route;
use facts::{Facts, check_host};

/// The longest body that is kept for another attempt, in bytes.
const MOST_KEPT: u64 = 64 * 1024;

/// A request that is not ours and goes on as it came.
#[derive(Debug)]
pub struct Untouched {
    head: Vec<u8>,
    facts: Facts,
    watch: Option<Watch>,
    /// The head for a body that is a search of a point in time, where that is another one.
    point_in_time: Option<Vec<u8>>,
}

impl Untouched {
    /// The head that goes upstream.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The head that goes upstream before a body that was judged so far; `None` where its end has
    /// to come first. A client that waits to be asked for its body is not kept waiting.
    pub fn head_before(&self, judged: &Inspector) -> Option<&[u8]> {
        match (&self.point_in_time, judged.has_point_in_time()) {
            (None, _) | (Some(_), Some(false)) => Some(&self.head),
            (Some(_), _) if self.facts.expects_continue => Some(&self.head),
            (Some(head), Some(true)) => Some(head),
            (Some(_), None) => None,
        }
    }

    /// How its body has to be judged on its way.
    pub fn watch(&self) -> Option<Watch> {
        self.watch
    }

    /// Where its body ends.
    pub fn framing(&self) -> Framing {
        self.facts.framing
    }

    /// The client's version.
    pub fn version(&self) -> Version {
        self.facts.version
    }

    /// Whether the answer has no body whatever it declares.
    pub fn is_head(&self) -> bool {
        self.facts.is_head
    }

    /// Whether sending it twice is the same as sending it once.
    pub fn is_repeatable(&self) -> bool {
        self.facts.is_repeatable
    }

    /// The length of a body that is to be kept whole, so that it can be sent twice.
    pub fn kept_length(&self) -> Option<usize> {
        let Framing::Length(length @ 1..=MOST_KEPT) = self.facts.framing else { return None };
        let is_kept = self.facts.is_repeatable && !self.facts.expects_continue;
        is_kept.then_some(length as usize)
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    pub fn expects_continue(&self) -> bool {
        self.facts.expects_continue
    }

    /// Whether the client would stay after the answer.
    pub fn persists(&self) -> bool {
        self.facts.persists
    }
}

/// A request under our prefix.
#[derive(Debug)]
pub struct Ours {
    /// What it asks for.
    pub route: Route,
    /// The method as it came.
    pub method: String,
    /// Path and query as they came.
    pub target: String,
    /// The query's parameters.
    pub query: Query,
    /// The fields as they came.
    pub fields: Fields,
    facts: Facts,
}

impl Ours {
    /// Where its body ends.
    pub fn framing(&self) -> Framing {
        self.facts.framing
    }

    /// The client's version.
    pub fn version(&self) -> Version {
        self.facts.version
    }

    /// Whether the answer must have no body.
    pub fn is_head(&self) -> bool {
        self.facts.is_head
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    pub fn expects_continue(&self) -> bool {
        self.facts.expects_continue
    }

    /// Whether the client would stay after the answer.
    pub fn persists(&self) -> bool {
        self.facts.persists
    }

    /// The path as it came, without the query.
    pub fn path(&self) -> &str {
        path_and_query(&self.target).0
    }

    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.get(name)
    }
}

/// Whose a request is.
#[derive(Debug)]
pub enum Routed {
    /// Nobody's but the cluster's.
    Untouched(Untouched),
    /// Ours.
    Ours(Box<Ours>),
}

/// Why a request is refused before anybody looks at what it asks for.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Its bytes are no request that could be passed on.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// It expects what nobody can promise.
    #[error("the expectation is not supported: only 100-continue is")]
    Expectation,
    /// It addresses what is protected.
    #[error(transparent)]
    Guarded(#[from] guard::Refusal),
}

/// Sorts a request, after checks that hold for all of them.
///
/// # Errors
/// A request that two servers could read differently, or that the guard does not let pass.
pub fn sort(head: &RequestHead<'_>, authority: &str, guard: &Guard) -> Result<Routed, Refused> {
    let connection = Connection::of(&head.fields)?;
    let facts = Facts::of(head, &connection)?;
    check_host(head)?;
    if !head.target.starts_with('/') || head.method == "CONNECT" {
        return Err(Malformed::Target.into());
    }
    match route(head.method, head.path()) {
        None => Ok(Routed::Untouched(untouched(head, &connection, authority, facts, guard)?)),
        Some(route) => Ok(Routed::Ours(Box::new(ours(head, route, facts)))),
    }
}

/// What the guard lets pass, with its wildcards narrowed.
fn untouched(
    head: &RequestHead<'_>,
    connection: &Connection<'_>,
    authority: &str,
    facts: Facts,
    guard: &Guard,
) -> Result<Untouched, Refused> {
    let verdict = guard.judge(&guard::Request {
        method: head.method,
        target: head.target,
        fields: &head.fields,
        has_body: !facts.framing.is_none(),
    })?;
    let with = |target| {
        let RequestHead { method, version, len, .. } = *head;
        let fields = head.fields.clone();
        let head = RequestHead { method, target, version, fields, len };
        upstream_head(&head, connection, authority)
    };
    let own = || upstream_head(head, connection, authority);
    Ok(Untouched {
        head: verdict.target.as_deref().map_or_else(own, with),
        facts,
        watch: verdict.watch,
        point_in_time: verdict.unless_point_in_time.then(own),
    })
}

fn ours(head: &RequestHead<'_>, route: Route, facts: Facts) -> Ours {
    let (_, query) = path_and_query(head.target);
    Ours {
        route,
        method: head.method.to_owned(),
        target: head.target.to_owned(),
        query: query.map(Query::parse).unwrap_or_default(),
        fields: Fields::of(&head.fields),
        facts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(request: &str) -> Result<Routed, Refused> {
        let guard = Guard::new(crate::config::Guard::Enforce, 1024);
        sort(&RequestHead::parse(request.as_bytes(), 20)?.unwrap(), "up:9200", &guard)
    }

    #[test]
    fn ambiguous_requests_are_refused() {
        for request in [
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET _plugins/_ml HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
            "CONNECT /a HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 1\r\n\r\n",
        ] {
            assert!(sorted(request).is_err(), "{request:?}");
        }
    }

    #[test]
    fn the_same_host_said_twice_goes_on_once() {
        let request = "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nhost: a\r\n\r\n";
        let Ok(Routed::Untouched(request)) = sorted(request) else { panic!() };

        assert_eq!(request.head(), b"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n");
    }

    #[test]
    fn an_old_client_needs_no_host() {
        let Ok(Routed::Untouched(request)) = sorted("GET / HTTP/1.0\r\n\r\n") else { panic!() };

        assert_eq!(request.head(), b"GET / HTTP/1.1\r\nHost: up:9200\r\n\r\n");
        assert!(!request.persists());
    }

    #[test]
    fn a_wildcard_that_would_include_the_group_index_goes_on_without_it() {
        let Ok(Routed::Untouched(request)) = sorted("GET /*/_search HTTP/1.1\r\nHost: a\r\n\r\n")
        else {
            panic!()
        };

        let narrowed = "GET /*,-.plugins-ml-model-group*,-.modelgate-names*/_search HTTP/1.1\r\n";
        assert!(request.head().starts_with(narrowed.as_bytes()));
    }

    #[test]
    fn the_group_index_is_out_of_reach() {
        let request = "GET /.plugins-ml-model-group/_search HTTP/1.1\r\nHost: a\r\n\r\n";

        assert!(matches!(sorted(request), Err(Refused::Guarded(_))));
    }
}
