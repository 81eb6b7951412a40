//! Indices of plugins' own. What a plugin reads there (a transform, a monitor, a search configuration) it runs with
//! rights of its own, whoever wrote it. The Security plugin keeps such indices; where there is none, nothing that may
//! write goes on to what may be one of them.
//!
//! Plugins of OpenSearch 3.4 keep theirs under names with a dot before them, and those of Search Relevance under
//! `search-relevance-`. Which of them hold definitions is not listed here: a name with a dot is taken for a plugin's,
//! but for those of OpenSearch Dashboards, which reads them as its caller, and those behind data streams.

use std::ops::Range;

use super::{
    apis::{Api, Body, Use},
    expression::{filled, is_plain, of_cluster},
    refusal::Refusal,
    target::Target,
};

const OTHERS: [&str; 3] = [".ds-", ".kibana", ".opensearch_dashboards"];
const SEARCH_RELEVANCE: &str = "search-relevance-";

/// Whether a request for that API may write documents, or decide which index a name is.
pub(super) fn may_write(api: &Api, method: &str) -> bool {
    let is_read = matches!(method, "GET" | "HEAD") || api.methods().contains(&"GET");
    let is_told = matches!(api.uses, Use::Describes | Use::Lists | Use::Touches);
    let is_none = matches!(api.body, Body::Model | Body::Policy | Body::Selection | Body::Sql);
    !is_read && !is_told && !is_none
}

/// Judges a path and its parameters: the index, and whatever else may be a name.
pub(super) fn check(api: &Api, target: &Target<'_>, segments: Range<usize>) -> Result<(), Refusal> {
    let offset = segments.start;
    for at in segments.filter(|at| !api.is_free(at - offset)) {
        let segment = target.segment(at);
        let is_index = api.index() == Some(at - offset);
        if is_index { check_expression(&segment) } else { check_text(&segment) }?;
    }
    target.parameters().iter().try_for_each(|parameter| match &*parameter.name {
        "index" => check_expression(&parameter.value),
        _ => check_text(&parameter.value),
    })
}

/// An expression that says which indices, may match none of them.
pub(super) fn check_expression(list: &str) -> Result<(), Refusal> {
    let filled = filled(list);
    let entries = filled.as_deref().unwrap_or(list).split(',').map(|entry| of_cluster(entry).1);
    let is_one = entries.filter(|entry| !entry.starts_with('-')).any(|entry| {
        let entry = entry.trim_start().trim_start_matches(['+', '<']);
        match entry.find(['*', '?', '{', '\\']) {
            Some(end) => may_begin(&entry[..end]),
            None => is_of_a_plugin(entry),
        }
    });
    if is_one { Err(Refusal::of_a_plugin(list)) } else { Ok(()) }
}

/// A text that may be a name, or become one when it is filled in, may not be one of theirs.
pub(super) fn check_text(text: &str) -> Result<(), Refusal> {
    let is_one = match filled(text).as_deref().and_then(|filled| filled.split_once('*')) {
        Some((head, _)) => !head.is_empty() && is_like_a_name(head) && may_begin(head),
        None => is_like_a_name(text) && is_of_a_plugin(text) && text != ".",
    };
    if is_one { Err(Refusal::of_a_plugin(text)) } else { Ok(()) }
}

/// Whether it has the signs of an index' name and no others, and not two dots at first.
fn is_like_a_name(text: &str) -> bool {
    text.bytes().all(|byte| !byte.is_ascii_uppercase() && is_plain(byte)) && !text.starts_with("..")
}

fn is_of_a_plugin(name: &str) -> bool {
    let is_others = || OTHERS.iter().any(|others| name.starts_with(others));
    name.starts_with('.') && !is_others() || name.starts_with(SEARCH_RELEVANCE)
}

/// Whether one of their names may begin so.
fn may_begin(head: &str) -> bool {
    head.is_empty() || is_of_a_plugin(head) || SEARCH_RELEVANCE.starts_with(head)
}
