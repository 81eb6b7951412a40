//! The routes of the model-group API.
//!
//! Paths are read as OpenSearch's `PathTrie` reads them: split at slashes, trailing ones dropped,
//! literals compared undecoded, ids decoded (`model-groups.md` 1.1, recorded in `golden/http`).

use std::borrow::Cow;

use super::path;
use crate::wire::segments;

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

/// What a request asks of us; `None` where it is not ours.
pub(super) fn route(method: &str, path: &str) -> Option<Route> {
    if !path::is_near(path) {
        return None;
    }
    let segments: Vec<_> = segments(path).map(|segment| &path[segment]).collect();
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
}
