//! The routes that reach documents, or what holds them.

use super::body::Body;
use super::url::{Url, decoded};

/// What a route does with what it names.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Does {
    Reads,
    /// A wildcard may stay.
    Touches,
    Writes,
}

/// What the path, or the parameter `index`, names.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    Nothing,
    One,
    List,
}

/// A route.
pub(super) struct Route {
    methods: &'static [&'static str],
    path: &'static str,
    pub(super) takes: Takes,
    pub(super) does: Does,
    pub(super) body: Body,
}

impl Route {
    /// Whether a request with that method writes, or decides which index a name is.
    pub(super) fn writes(&self, method: &str) -> bool {
        let is_read = matches!(method, "GET" | "HEAD") || self.methods.contains(&"GET");
        let is_no_write = matches!(self.body, Body::Sql) || self.path.ends_with("/{snapshot}");
        let has_documents = self.path == "/{index}/_doc/{id}" && !matches!(method, "GET" | "HEAD");
        self.does == Does::Writes && (has_documents || !is_read && !is_no_write)
    }
}

/// The route of a request, and the index that its path says. Of several the more literal stands first in the table.
pub(super) fn find(method: &str, url: &Url<'_>) -> Option<(&'static Route, Option<String>)> {
    let fits = |route: &&Route| route.methods.contains(&method) && fits(route.path, &url.segments);
    let route = ROUTES.iter().find(fits)?;
    let at = route.path.split('/').skip(1).position(|piece| piece == "{index}");
    match at {
        Some(at) => Some((route, Some(decoded(url.segments[at], false)?))),
        None => Some((route, None)),
    }
}

fn fits(path: &str, segments: &[&str]) -> bool {
    let pieces = path.split('/').skip(1);
    let same = |(piece, segment): (&str, &&str)| piece.starts_with('{') || piece == *segment;
    pieces.clone().count() == segments.len() && pieces.zip(segments).all(same)
}

const fn list(
    methods: &'static [&'static str],
    path: &'static str,
    does: Does,
    body: Body,
) -> Route {
    Route { methods, path, takes: Takes::List, does, body }
}

const fn one(methods: &'static [&'static str], path: &'static str, body: Body) -> Route {
    Route { methods, path, takes: Takes::One, does: Does::Writes, body }
}

const fn none(methods: &'static [&'static str], path: &'static str, body: Body) -> Route {
    Route { methods, path, takes: Takes::Nothing, does: Does::Writes, body }
}

const READ: &[&str] = &["GET", "POST"];
const PUT: &[&str] = &["POST", "PUT"];

static ROUTES: [Route; 62] = {
    use Body::{Actions, Bulk, Free, Lines, Patterns, Search, Snapshot, Sql};
    use Does::{Reads, Touches, Writes};
    [
        list(READ, "/_search", Reads, Search),
        list(READ, "/_count", Reads, Search),
        list(READ, "/_msearch", Reads, Lines),
        list(READ, "/_validate/query", Reads, Search),
        list(READ, "/_field_caps", Reads, Search),
        list(READ, "/_search_shards", Reads, Free),
        list(READ, "/_cat/count", Reads, Free),
        list(READ, "/_cat/count/{index}", Reads, Free),
        none(READ, "/_mget", Actions),
        none(READ, "/_mtermvectors", Actions),
        none(PUT, "/_bulk", Bulk),
        none(&["POST"], "/_reindex", Actions),
        none(&["POST"], "/_aliases", Actions),
        none(PUT, "/_index_template/{name}", Patterns),
        none(PUT, "/_template/{name}", Patterns),
        none(PUT, "/_snapshot/{repository}/{snapshot}", Snapshot),
        none(&["POST"], "/_snapshot/{repository}/{snapshot}/_restore", Snapshot),
        none(&["POST"], "/_plugins/_sql", Sql),
        none(&["POST"], "/_plugins/_ppl", Sql),
        list(&["PUT"], "/_settings", Writes, Free),
        list(&["POST"], "/_close", Writes, Free),
        list(&["POST"], "/_open", Writes, Free),
        list(READ, "/_refresh", Touches, Free),
        list(&["GET"], "/_mapping", Touches, Free),
        list(READ, "/{index}/_search", Reads, Search),
        list(READ, "/{index}/_count", Reads, Search),
        list(READ, "/{index}/_msearch", Reads, Lines),
        list(READ, "/{index}/_validate/query", Reads, Search),
        list(READ, "/{index}/_field_caps", Reads, Search),
        list(READ, "/{index}/_search_shards", Reads, Free),
        list(READ, "/{index}/_search/point_in_time", Reads, Free),
        list(&["POST"], "/{index}/_delete_by_query", Writes, Search),
        list(&["POST"], "/{index}/_update_by_query", Writes, Search),
        list(&["POST"], "/{index}/_close", Writes, Free),
        list(&["POST"], "/{index}/_open", Writes, Free),
        list(&["PUT"], "/{index}/_settings", Writes, Free),
        list(PUT, "/{index}/_mapping", Writes, Free),
        list(&["PUT"], "/{index}/_block/{block}", Writes, Free),
        list(&["POST", "PUT", "DELETE"], "/{index}/_alias/{name}", Writes, Free),
        list(&["POST", "PUT", "DELETE"], "/{index}/_aliases/{name}", Writes, Free),
        list(&["DELETE"], "/{index}", Writes, Free),
        list(&["GET", "HEAD"], "/{index}", Touches, Free),
        list(&["GET"], "/{index}/_mapping", Touches, Free),
        list(READ, "/{index}/_refresh", Touches, Free),
        list(READ, "/{index}/_flush", Touches, Free),
        list(&["POST"], "/{index}/_forcemerge", Touches, Free),
        one(&["GET", "HEAD", "POST", "PUT", "DELETE"], "/{index}/_doc/{id}", Free),
        one(&["POST"], "/{index}/_doc", Free),
        one(PUT, "/{index}/_create/{id}", Free),
        one(&["POST"], "/{index}/_update/{id}", Free),
        one(&["GET", "HEAD"], "/{index}/_source/{id}", Free),
        one(READ, "/{index}/_explain/{id}", Search),
        one(READ, "/{index}/_termvectors", Free),
        one(READ, "/{index}/_termvectors/{id}", Free),
        one(READ, "/{index}/_mget", Actions),
        one(READ, "/{index}/_mtermvectors", Actions),
        one(PUT, "/{index}/_bulk", Bulk),
        one(&["PUT"], "/{index}", Free),
        one(PUT, "/{index}/_clone/{target}", Free),
        one(PUT, "/{index}/_shrink/{target}", Free),
        one(PUT, "/{index}/_split/{target}", Free),
        one(&["POST"], "/{index}/_rollover", Free),
    ]
};
