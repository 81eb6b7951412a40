//! Which API a request is for, and where that takes index names.
//!
//! A route is found as OpenSearch's `RestController` finds it: literals are compared undecoded and
//! go before placeholders; what no literal takes is an index.

mod table;
mod words;

use std::{collections::HashMap, sync::LazyLock};

use words::Words;

pub(super) use table::TABLE;

/// What an API does with the indices that its path, or its parameter `index`, names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Use {
    /// Tells a task in detail, whoever started it: its description is left out of the answer.
    Describes,
    /// Tells names and figures, as the Security plugin lets everybody see them: passes.
    Lists,
    /// Reads documents: a wildcard is narrowed.
    Reads,
    /// Takes one index, or none: every pattern that matches is refused, none is fine.
    Single,
    /// Neither reads nor changes a document: a wildcard passes.
    Touches,
    /// Nobody can tell from here what it reaches: refused.
    Unjudged,
    /// Changes what it names: a wildcard is refused, as the Security plugin does.
    Writes,
}

/// What a body can hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Body {
    /// Action lines that name indices, between documents.
    Bulk,
    /// Documents, or nothing that addresses an index.
    Free,
    /// JSON, with index names and queries.
    Json,
    /// A model: without a group's id, ML Commons makes one for it.
    Model,
    /// Lines of JSON: headers and searches.
    Lines,
    /// Processors, which can send a document to another index.
    Pipeline,
    /// JSON of a plugin, which may hold a name in any text.
    Plugin,
    /// When to take snapshots, which have to say their indices.
    Policy,
    /// JSON, with a script that can send documents elsewhere.
    Reindex,
    /// What to restore, and under which names.
    Restore,
    /// JSON that has to say which indices it is about, as none is all.
    Selection,
    /// A query in SQL or PPL.
    Sql,
    /// JSON, with search templates.
    Template,
    /// Lines of JSON: headers and search templates.
    TemplateLines,
    /// Settings for indices to come.
    Upcoming,
    /// Steps of Flow Framework, which may register a group.
    Workflow,
}

/// One route, for some methods.
#[derive(Clone, Copy, Debug)]
pub(super) struct Api {
    /// Of none, all.
    methods: Words,
    /// As OpenSearch writes it: `{index}` is an expression, `{id}` any text, another placeholder a
    /// name. A last segment `**` is any number of names.
    pub(super) path: &'static str,
    pieces: Words,
    pub(super) uses: Use,
    pub(super) body: Body,
}

/// An API that was found, and the segment at which its path begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) api: &'static Api,
    pub(super) offset: usize,
}

/// Routes of whatever is not known: an index first, or a plugin's.
static UNKNOWN_OF_AN_INDEX: Api = Api::new("", "/{index}/**", Use::Writes, Body::Plugin);
static UNKNOWN: Api = Api::new("", "/**", Use::Single, Body::Plugin);

/// OpenSearch Dashboards' own door to the same APIs (module `opensearch-dashboards`).
const DASHBOARDS: &str = "_opensearch_dashboards";

impl Api {
    /// Methods are separated by blanks; the empty text is all of them.
    const fn new(methods: &'static str, path: &'static str, uses: Use, body: Body) -> Self {
        let (_, pieces) = path.split_at(1);
        let methods = Words::of(methods, b' ');
        Self { methods, path, pieces: Words::of(pieces, b'/'), uses, body }
    }

    /// Whether the route has an index in its path; where.
    pub(super) fn index(&self) -> Option<usize> {
        self.pieces().iter().position(|piece| *piece == "{index}")
    }

    /// Whether the segment may be any text: an id.
    pub(super) fn is_free(&self, at: usize) -> bool {
        self.pieces().get(at) == Some(&"{id}")
    }

    /// Whether nothing is known of it but its path.
    pub(super) fn is_unknown(&self) -> bool {
        self.path.ends_with("/**") && self.body == Body::Plugin
    }

    pub(super) fn methods(&self) -> &[&'static str] {
        self.methods.all()
    }

    pub(super) fn pieces(&self) -> &[&'static str] {
        self.pieces.all()
    }

    fn takes(&self, method: &str, segments: &[&str]) -> bool {
        self.has(method) && self.fits(segments)
    }

    fn has(&self, method: &str) -> bool {
        let method = if method == "HEAD" { "GET" } else { method };
        self.methods() == [""] || self.methods().contains(&method)
    }

    fn fits(&self, segments: &[&str]) -> bool {
        let mut left = segments.iter();
        for piece in self.pieces() {
            if *piece == "**" {
                return true;
            }
            match left.next() {
                Some(segment) if piece.starts_with('{') || segment == piece => {}
                _ => return false,
            }
        }
        left.next().is_none()
    }
}

/// The API that a request is for.
pub(super) fn find(method: &str, segments: &[&str]) -> Found {
    let offset = usize::from(segments.first() == Some(&DASHBOARDS));
    let segments = &segments[offset..];
    let Some(first) = segments.first() else { return Found { api: root(method), offset } };
    if *first == "_opendistro" {
        let renamed: Vec<&str> =
            ["_plugins"].into_iter().chain(segments[1..].iter().copied()).collect();
        return Found { api: rooted(method, &renamed), offset };
    }
    if first.starts_with('_') && *first != "_all" || *first == "views" {
        return Found { api: rooted(method, segments), offset };
    }
    let word = segments.get(1).copied().unwrap_or_default();
    let api = row(&OF_AN_INDEX, word, method, segments).unwrap_or(&UNKNOWN_OF_AN_INDEX);
    Found { api, offset }
}

/// `GET /` tells the version; `DELETE /` deletes indices.
fn root(method: &str) -> &'static Api {
    row(&ROOTED, "", method, &[""]).unwrap_or(&UNKNOWN_OF_AN_INDEX)
}

fn rooted(method: &str, segments: &[&str]) -> &'static Api {
    let word = segments.first().copied().unwrap_or_default();
    row(&ROOTED, word, method, segments).unwrap_or(&UNKNOWN)
}

fn row(rows: &Rows, word: &str, method: &str, segments: &[&str]) -> Option<&'static Api> {
    rows.get(word)?.iter().copied().find(|api| api.takes(method, segments))
}

type Rows = HashMap<&'static str, Vec<&'static Api>>;

/// The rows by their first segment.
static ROOTED: LazyLock<Rows> = LazyLock::new(|| {
    let rooted = TABLE.iter().filter(|api| !api.path.starts_with("/{index}"));
    by_word(rooted, 0)
});

/// The rows with an index first, by the segment behind it.
static OF_AN_INDEX: LazyLock<Rows> = LazyLock::new(|| {
    let of_an_index = TABLE.iter().filter(|api| api.path.starts_with("/{index}"));
    by_word(of_an_index, 1)
});

fn by_word(apis: impl Iterator<Item = &'static Api>, at: usize) -> Rows {
    let mut rows = Rows::new();
    for api in apis {
        rows.entry(api.pieces().get(at).copied().unwrap_or_default()).or_default().push(api);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(method: &str, path: &str) -> &'static str {
        let segments: Vec<&str> = path.trim_end_matches('/').split('/').skip(1).collect();
        find(method, &segments).api.path
    }

    #[test]
    fn each_row_finds_itself() {
        for api in TABLE {
            let path = api.path.replace('{', "x").replace('}', "y").replace("/**", "/a/b");
            for method in api.methods() {
                let method = if method.is_empty() { "PATCH" } else { method };
                assert_eq!(path_of(method, &path), api.path, "{method} {path}");
            }
        }
    }

    #[test]
    fn literals_go_first_and_are_not_decoded() {
        assert_eq!(path_of("GET", "/x/_search"), "/{index}/_search");
        assert_eq!(path_of("HEAD", "/x/_doc/_search"), "/{index}/_doc/{id}");
        assert_eq!(path_of("GET", "/_all/_search/"), "/{index}/_search");
        assert_eq!(path_of("GET", "/_search"), "/_search");
        assert_eq!(path_of("GET", "/%5Fsearch"), "/{index}");
        assert_eq!(path_of("GET", "/x/%5Fsearch"), "/{index}/**");
        assert_eq!(path_of("PUT", "/_search"), "/**");
        assert_eq!(path_of("GET", "/"), "/");
        assert_eq!(path_of("DELETE", "/"), "/");
        assert_eq!(path_of("GET", "//x/_search"), "/{index}/**");
        assert_eq!(path_of("GET", "/_opensearch_dashboards/x/_search"), "/{index}/_search");
        assert_eq!(path_of("POST", "/_opendistro/_sql"), path_of("POST", "/_plugins/_sql"));
        assert_eq!(path_of("POST", "/_plugins/_unheard/of"), "/**");
        assert_eq!(path_of("PUT", "/_scripts/painless/_execute"), "/_scripts/{id}/{context}");
        assert_eq!(path_of("POST", "/_scripts/painless/_execute"), "/_scripts/painless/_execute");
    }
}
