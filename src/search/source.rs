//! Which parts of a group come back: `_source` is always replaced, as in ML Commons (`RestActionUtils.getSourceContext`).

use super::Agent;
use super::tree::{At, Kind, Tree};

/// What `_source` is when the caller gives none, behind a comma.
pub(super) fn default(agent: Agent) -> &'static str {
    match agent {
        Agent::Dashboards => r#","_source":{"excludes":["content","model_content"]}"#,
        Agent::Other => r#","_source":{"excludes":["content","model_content","ui_metadata"]}"#,
    }
}

/// What the caller's `_source` becomes, unless OpenSearch does not read it so (`FetchSourceContext.fromXContent`).
///
/// `false` is forgotten: the source always comes back.
pub(super) fn replaced<'t>(tree: &'t Tree<'_>, at: At, agent: Agent) -> Option<[&'t str; 7]> {
    let (includes, excludes) = match tree.kind(at) {
        Kind::Bool => ("", ""),
        Kind::String | Kind::Array => (one_or_more(tree, at)?, ""),
        Kind::Object => both(tree, at)?,
        Kind::Number | Kind::Null => return None,
    };
    let own = if agent == Agent::Other { "\"ui_metadata\"" } else { "" };
    let comma = if excludes.is_empty() || own.is_empty() { "" } else { "," };
    Some([r#"{"includes":["#, includes, r#"],"excludes":["#, excludes, comma, own, "]}"])
}

/// The includes and the excludes; of two spellings the later counts.
fn both<'t>(tree: &'t Tree<'_>, at: At) -> Option<(&'t str, &'t str)> {
    let (mut includes, mut excludes) = ("", "");
    for (name, value) in tree.members(at) {
        match &*tree.text(name)? {
            "includes" | "include" => includes = one_or_more(tree, value)?,
            "excludes" | "exclude" => excludes = one_or_more(tree, value)?,
            _ => return None,
        }
    }
    Some((includes, excludes))
}

/// A string, or those of an array with what stands between them.
fn one_or_more<'t>(tree: &'t Tree<'_>, at: At) -> Option<&'t str> {
    match tree.kind(at) {
        Kind::String => Some(tree.raw(at)),
        Kind::Array => {
            let raw = tree.raw(at);
            let are_strings = tree.items(at).all(|item| tree.kind(item) == Kind::String);
            are_strings.then(|| raw[1..raw.len() - 1].trim_ascii())
        }
        Kind::Object | Kind::Number | Kind::Bool | Kind::Null => None,
    }
}
