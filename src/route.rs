//! Is this request ours? The only place that can make an [`Untouched`].
//!
//! Paths are read as OpenSearch's `PathTrie` reads them: split at slashes, trailing ones dropped,
//! literals compared undecoded, ids decoded (`model-groups.md` 1.1, recorded in `golden/http`).

mod fields;
mod path;
mod query;

use std::borrow::Cow;

pub use fields::Fields;
pub use query::Query;

use crate::{
    guard::{self, Guard, Inspector, Watch},
    headers::{Connection, upstream_head},
    wire::{Framing, Malformed, RequestHead, Version, path_and_query},
};

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

/// What modelgate has to know of a message to carry it.
#[derive(Clone, Copy, Debug)]
struct Facts {
    framing: Framing,
    version: Version,
    is_head: bool,
    is_repeatable: bool,
    expects_continue: bool,
    persists: bool,
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

/// What a request under our prefix asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Route {
    /// An id with a `%` that begins no escape.
    BadEscape,
    /// `DELETE /model_groups/{id}`
    Delete(String),
    /// `GET /model_groups/{id}`
    Get(String),
    /// A path of ours with a method that it does not have.
    NotAllowed(Allowed),
    /// No path of ours.
    Nothing,
    /// `OPTIONS` on a path of ours.
    Options(Allowed),
    /// `POST /model_groups/_register`
    Register,
    /// `GET` or `POST /model_groups/_search`
    Search,
    /// `PUT /model_groups/{id}`
    Update(String),
}

/// The methods that a path has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Allowed {
    /// Of `/model_groups/{id}`.
    Group,
    /// Of `/model_groups/_register`.
    Register,
    /// Of `/model_groups/_search`.
    Search,
}

impl Allowed {
    /// Their names, in the order in which they are told.
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Group => &["DELETE", "GET", "PUT"],
            Self::Register => &["POST"],
            Self::Search => &["GET", "POST"],
        }
    }
}

impl Route {
    /// The template by which a request is counted and logged: never an id.
    pub fn template(&self) -> &'static str {
        match self {
            Self::Delete(_) | Self::Get(_) | Self::Update(_) => {
                "/_plugins/_ml/model_groups/{model_group_id}"
            }
            Self::BadEscape | Self::NotAllowed(_) | Self::Nothing | Self::Options(_) => {
                "/_plugins/_ml/model_groups/*"
            }
            Self::Register => "/_plugins/_ml/model_groups/_register",
            Self::Search => "/_plugins/_ml/model_groups/_search",
        }
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

impl Facts {
    fn of(head: &RequestHead<'_>, connection: &Connection<'_>) -> Result<Self, Refused> {
        let mut expects = head.fields.iter().filter(|field| field.is("expect")).peekable();
        let waits = expects.peek().is_some() && head.version == Version::Http11;
        if !expects.all(|field| field.value.eq_ignore_ascii_case(b"100-continue")) {
            return Err(Refused::Expectation);
        }
        let framing = Framing::of_request(head)?;
        Ok(Self {
            framing,
            version: head.version,
            is_head: head.method == "HEAD",
            is_repeatable: matches!(head.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
                && !moves_a_cursor(head.target),
            expects_continue: waits && !framing.is_none(),
            persists: connection.persists(head.version),
        })
    }
}

/// Whether each request gives the next page, as of a scroll.
fn moves_a_cursor(target: &str) -> bool {
    memchr::memmem::find(target.as_bytes(), b"/scroll").is_some()
}

/// One `Host` (none is fine in HTTP/1.0), with nothing in it that a host cannot have. The same one
/// said twice is one: Python's `http.client` does so where its caller names the host as well.
fn check_host(head: &RequestHead<'_>) -> Result<(), Malformed> {
    let mut hosts = head.fields.iter().filter(|field| field.is("host"));
    let fine = |value: &[u8]| {
        value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]%~!$&'()*+;=".contains(byte))
    };
    match (hosts.next(), head.version) {
        (Some(host), _) if fine(host.value) && hosts.all(|other| other.value == host.value) => {
            Ok(())
        }
        (None, Version::Http10) => Ok(()),
        _ => Err(Malformed::Host),
    }
}

/// What a request asks of us; `None` where it is not ours.
fn route(method: &str, path: &str) -> Option<Route> {
    if !path::is_near(path) {
        return None;
    }
    let segments = path::segments(path);
    let ["_plugins", "_ml", "model_groups", rest @ ..] = segments.as_slice() else {
        return path::reads_as_ours(path).then_some(Route::Nothing);
    };
    Some(match rest {
        ["_register"] => match method {
            "POST" => Route::Register,
            _ => other_method(method, Allowed::Register),
        },
        ["_search"] => match method {
            "GET" | "POST" => Route::Search,
            _ => other_method(method, Allowed::Search),
        },
        [id] if !path::is_well_escaped(id) => Route::BadEscape,
        [id] if !id.is_empty() => group(method, path::decoded(id)),
        _ => Route::Nothing,
    })
}

fn group(method: &str, id: Cow<'_, str>) -> Route {
    match method {
        "DELETE" => Route::Delete(id.into_owned()),
        "GET" => Route::Get(id.into_owned()),
        "PUT" => Route::Update(id.into_owned()),
        _ => other_method(method, Allowed::Group),
    }
}

fn other_method(method: &str, allowed: Allowed) -> Route {
    if method == "OPTIONS" { Route::Options(allowed) } else { Route::NotAllowed(allowed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "/_plugins/_ml/model_groups";

    fn at(method: &str, rest: &str) -> Option<Route> {
        route(method, &format!("{OURS}{rest}"))
    }

    #[test]
    fn each_route_of_the_api_is_found() {
        let id = || "a b/c".to_owned();

        assert_eq!(at("POST", "/_register"), Some(Route::Register));
        assert_eq!(at("POST", "/_register/"), Some(Route::Register));
        assert_eq!(at("GET", "/_search//"), Some(Route::Search));
        assert_eq!(at("POST", "/_search"), Some(Route::Search));
        assert_eq!(at("GET", "/a%20b%2Fc"), Some(Route::Get(id())));
        assert_eq!(at("PUT", "/a%20b%2fc/"), Some(Route::Update(id())));
        assert_eq!(at("DELETE", "/a%20b%2fc"), Some(Route::Delete(id())));
        let got = |id: &str| Some(Route::Get(id.to_owned()));
        assert_eq!(at("GET", "/%c3%a9"), got("\u{e9}"));
        assert_eq!(at("GET", "/\u{e9}"), got("\u{c3}\u{a9}"));
        assert_eq!(at("GET", "/\u{e9}%2e"), got("\u{e9}."));
        assert_eq!(at("GET", "/%ZZ"), Some(Route::BadEscape));
        assert_eq!(at("GET", "/a%2"), Some(Route::BadEscape));
    }

    #[test]
    fn literals_are_compared_undecoded() {
        assert_eq!(at("GET", "/%5Fsearch"), Some(Route::Get("_search".to_owned())));
        assert_eq!(at("POST", "/%5Fregister"), Some(Route::NotAllowed(Allowed::Group)));
        assert_eq!(at("POST", "/_register#frag"), Some(Route::NotAllowed(Allowed::Group)));
    }

    #[test]
    fn a_literal_has_its_own_methods_only() {
        assert_eq!(at("GET", "/_register"), Some(Route::NotAllowed(Allowed::Register)));
        assert_eq!(at("PUT", "/_search"), Some(Route::NotAllowed(Allowed::Search)));
        assert_eq!(at("OPTIONS", "/x"), Some(Route::Options(Allowed::Group)));
        assert_eq!(at("HEAD", "/x"), Some(Route::NotAllowed(Allowed::Group)));
    }

    #[test]
    fn what_lies_under_our_prefix_and_is_no_route_is_nothing_and_never_passed() {
        for rest in ["", "/", "//", "//_register", "/_register/x", "/a/b", "/../model_groups/x"] {
            assert_eq!(at("GET", rest), Some(Route::Nothing), "{rest}");
        }
        for path in [
            "//_plugins/_ml/model_groups/_search",
            "/_plugins//_ml/model_groups/_search",
            "/_plugins/_ml/%6Dodel_groups/_search",
            "/_plugins/%255fml/model_groups/_search",
            "/_plugins/_ml/models/../model_groups/_search",
            "/_plugins/_ml/models/%2e%2e/model_groups/_search",
            "/_plugins/_ml/a%2Fb/../model_groups/_register",
            "/_plugins%2F_ml%2Fmodel_groups/_search",
            "/./_plugins/_ml/model_groups",
            "/_plugins/_ml/Model_Groups/_search",
            "/_plugins/_ml\\model_groups/_search",
            "/_plugins/_ml/model_groups;x=1/_search",
            "/x/_plugins/_ml/model_groups/_search",
        ] {
            assert_eq!(route("GET", path), Some(Route::Nothing), "{path}");
        }
    }

    #[test]
    fn the_rest_is_not_ours() {
        for path in
            ["/", "/_plugins/_ml/models/x", "/_cluster/health", "/i/_doc/a%2Fb", "/_plugins/_ml"]
        {
            assert_eq!(route("GET", path), None, "{path}");
        }
    }

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
