//! Which parts of a group come back: `_source` is always replaced, as in ML Commons (`RestActionUtils.getSourceContext`).

use super::Agent;
use super::tree::{At, Kind, Tree};

/// What `_source` is when the caller gives none.
pub(super) fn default(agent: Agent) -> &'static str {
    match agent {
        Agent::Dashboards => r#""_source":{"excludes":["content","model_content"]}"#,
        Agent::Other => r#""_source":{"excludes":["content","model_content","ui_metadata"]}"#,
    }
}

/// What the caller's `_source` becomes, unless OpenSearch does not read it so (`FetchSourceContext.fromXContent`).
///
/// `false` is forgotten: the source always comes back.
pub(super) fn replaced(tree: &Tree<'_>, at: At, agent: Agent) -> Option<String> {
    let mut excludes = Vec::new();
    let mut includes = Vec::new();
    match tree.kind(at) {
        Kind::Bool => {}
        Kind::String => includes.push(tree.raw(at)),
        Kind::Array => includes = strings(tree, at)?,
        Kind::Object => (includes, excludes) = both(tree, at)?,
        Kind::Number | Kind::Null => return None,
    }
    if agent == Agent::Other {
        excludes.push("\"ui_metadata\"");
    }
    let mut made = String::with_capacity(tree.raw(at).len() + 64);
    made.push_str(r#"{"includes":["#);
    put(&mut made, &includes);
    made.push_str(r#"],"excludes":["#);
    put(&mut made, &excludes);
    made.push_str("]}");
    Some(made)
}

fn put(made: &mut String, strings: &[&str]) {
    for (nth, string) in strings.iter().enumerate() {
        made.push_str(if nth > 0 { "," } else { "" });
        made.push_str(string);
    }
}

type Strings<'t> = Vec<&'t str>;

/// The includes and the excludes; of two spellings the later counts.
fn both<'t>(tree: &'t Tree<'_>, at: At) -> Option<(Strings<'t>, Strings<'t>)> {
    let (mut includes, mut excludes) = (Vec::new(), Vec::new());
    for (name, value) in tree.members(at) {
        match &*tree.text(name)? {
            "includes" | "include" => includes = one_or_more(tree, value)?,
            "excludes" | "exclude" => excludes = one_or_more(tree, value)?,
            _ => return None,
        }
    }
    Some((includes, excludes))
}

fn one_or_more<'t>(tree: &'t Tree<'_>, at: At) -> Option<Strings<'t>> {
    match tree.kind(at) {
        Kind::String => Some(vec![tree.raw(at)]),
        Kind::Array => strings(tree, at),
        Kind::Object | Kind::Number | Kind::Bool | Kind::Null => None,
    }
}

fn strings<'t>(tree: &'t Tree<'_>, at: At) -> Option<Strings<'t>> {
    let string = |item| (tree.kind(item) == Kind::String).then(|| tree.raw(item));
    tree.items(at).map(string).collect()
}
