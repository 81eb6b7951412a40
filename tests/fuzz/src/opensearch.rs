//! A small model of how OpenSearch 3.4 finds the indices of a request: `RestController`'s routes, `RestUtils`' decoding,
//! `IndexNameExpressionResolver`'s names. What it cannot tell, it takes for harmless: what it says is reached, is.

mod body;
mod date;
mod routes;
mod url;

use std::collections::BTreeSet;

use routes::{Does, Route, Takes};
use url::Url;

/// Indices that are to be kept from a request.
type Kept = [&'static str];

const PROTECTED: &Kept = &[".plugins-ml-model-group", ".modelgate-names"];

/// Some that plugins write, with what they do for others in them.
const OF_PLUGINS: &Kept = &[".opendistro-ism-config", "search-relevance-search-config"];

/// What there is, and whether it is hidden.
const INDICES: [(&str, bool); 7] = [
    (".kibana_1", true),
    (".modelgate-names", true),
    (".opendistro-ism-config", false),
    (".plugins-ml-model-group", false),
    ("logs-1", false),
    ("other", false),
    ("search-relevance-search-config", false),
];

/// Whether a request reads or changes a document of a protected index, or its existence.
pub(crate) fn reaches(method: &str, target: &str, body: &[u8]) -> bool {
    is_about(PROTECTED, |_| true, (method, target, body))
}

/// Whether a request writes an index of a plugin's own, or makes another name stand for it.
pub(crate) fn writes_of_plugins(method: &str, target: &str, body: &[u8]) -> bool {
    is_about(OF_PLUGINS, |route| route.writes(method), (method, target, body))
}

fn is_about(
    kept: &Kept,
    is_meant: impl Fn(&Route) -> bool,
    (method, target, body): (&str, &str, &[u8]),
) -> bool {
    let Some(url) = Url::read(target) else { return false };
    let found = routes::find(method, &url).filter(|(route, _)| is_meant(route));
    let Some((route, said)) = found else { return false };
    let source = url.parameter("source").filter(|_| body.is_empty());
    let body = source.as_ref().map_or(body, |source| source.as_bytes());
    let is_point = said.is_none() && body::has_point_in_time(body);
    let said = said.or_else(|| url.parameter("index"));
    let by_path = match (route.takes, route.does) {
        (Takes::Nothing, _) => false,
        (Takes::One, _) => said.as_deref().is_some_and(|one| is_kept(kept, one)),
        (Takes::List, Does::Touches) => split(said.as_deref()).iter().any(|one| is_kept(kept, one)),
        (Takes::List, Does::Reads | Does::Writes) => {
            !is_point && is_reached(kept, &split(said.as_deref()))
        }
    };
    by_path || body::reaches(kept, route.body, body)
}

/// Whether a text is the name of a kept index, once its date is printed.
fn is_kept(kept: &Kept, name: &str) -> bool {
    date::printed(name).is_some_and(|name| kept.contains(&name.as_str()))
}

/// Java's `split(",")`.
fn split(list: Option<&str>) -> Vec<String> {
    let mut parts: Vec<String> =
        list.unwrap_or_default().split(',').map(ToOwned::to_owned).collect();
    while parts.last().is_some_and(String::is_empty) {
        parts.pop();
    }
    parts
}

/// Whether expressions resolve to a kept index, with or without hidden ones.
fn is_reached(kept: &Kept, expressions: &[String]) -> bool {
    let printed: Option<Vec<_>> = expressions.iter().map(|one| date::printed(one)).collect();
    let Some(expressions) = printed else { return false };
    [true, false].into_iter().any(|expands_hidden| {
        let found = resolved(&expressions, expands_hidden);
        kept.iter().any(|name| found.contains(name))
    })
}

fn resolved(expressions: &[String], expands_hidden: bool) -> BTreeSet<&'static str> {
    let is_trivial = matches!(expressions, [one] if one == "_all" || one == "*");
    let everything = ["*".to_owned()];
    let expressions = if expressions.is_empty() || is_trivial { &everything } else { expressions };
    let (mut found, mut wildcard_seen) = (BTreeSet::new(), false);
    for expression in expressions {
        if expression.is_empty() || expression.starts_with('_') {
            return BTreeSet::new();
        }
        if let Some((name, _)) = INDICES.iter().find(|(name, _)| name == expression) {
            found.insert(*name);
            continue;
        }
        let excluded = expression.strip_prefix('-').filter(|_| wildcard_seen);
        let pattern = excluded.unwrap_or(expression);
        let is_pattern = pattern.contains('*');
        wildcard_seen |= is_pattern;
        for (name, is_hidden) in INDICES {
            let both_dots = name.starts_with('.') && pattern.starts_with('.') && is_pattern;
            if !is_match(pattern, name) || is_pattern && is_hidden && !expands_hidden && !both_dots
            {
                continue;
            }
            if excluded.is_some() {
                found.remove(name)
            } else {
                found.insert(name)
            };
        }
    }
    found
}

/// `Regex.simpleMatch`: stars only.
fn is_match(pattern: &str, text: &str) -> bool {
    // Whether the pattern so far matches each start of the text.
    let mut starts: Vec<bool> = (0..=text.len()).map(|length| length == 0).collect();
    for sign in pattern.bytes() {
        let before = starts;
        let ends_here = |length: usize| match sign {
            b'*' => before[..=length].contains(&true),
            sign => length > 0 && before[length - 1] && text.as_bytes()[length - 1] == sign,
        };
        starts = (0..=text.len()).map(ends_here).collect();
    }
    starts[text.len()]
}
