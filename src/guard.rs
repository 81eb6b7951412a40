//! What a request that is not ours may address: never a protected index.
//!
//! The protected indices are ML Commons' groups and modelgate's names; its models, connectors and
//! settings are ML Commons' own affair. A request is judged from its head, and where its body can
//! name an index, while the body streams. Everything that is judged is read as OpenSearch reads
//! it, or more widely; what cannot be read is refused.
//!
//! # What is refused, what is narrowed, and why
//! Measured on OpenSearch 3.4, with the index as `store/model-group.json` makes it (ML Commons'
//! own definition: not hidden). Without the Security plugin `/_search`, `/_all`, `/*` and `/,`
//! search the group index too. With the plugin and `system_indices.enabled`, an administrator's
//! same searches find it empty, and every write through a wildcard (`PUT /_settings`, `DELETE /*`,
//! `/*/_close`, `/*/_mapping`, `_delete_by_query`, an alias for `*`) is a 403. So here:
//! - what *names* a protected index is refused, in the plugin's shape;
//! - a *read* through a wildcard gets `,-.plugins-ml-model-group*,-.modelgate-names*` appended in
//!   its path or query, as the plugin itself does with `filter_securityindex_from_all_requests`;
//!   `_all` becomes `*` before it, as OpenSearch takes no exclusion from `_all`. One difference is
//!   left: a hidden index with a visible alias belongs to `*,-x`, and does not to `_all`;
//! - a wildcard in a body is refused: a body goes on as it came or not at all;
//! - a *write* through a wildcard is refused;
//! - what touches no document (mappings, refresh, flush) may say `*`, but not the name;
//! - what only lists names and figures (`_cat/*`, `_stats`, `_settings`, `_cluster/state`, aliases)
//!   passes whatever it says, as the plugin lets it (`golden/direct_index`); it tells no documents;
//! - a path that OpenSearch does not know is a plugin's: names, and patterns with letters of their
//!   own that match one, are refused anywhere in it; a bare `*` is not, as it is everybody's word
//!   for everything, and none of the known plugins that take it as an index tells documents.
//!
//! No alias, view, template or pipeline that leads to a protected index can be made through here.
//! One that somebody made behind modelgate's back is not seen.

mod apis;
mod expression;
mod refusal;
mod target;

use std::borrow::Cow;

pub use expression::PROTECTED;
pub use refusal::Refusal;

use apis::{Api, Body, Found, Use};
use expression::{Reach, reach, reaches_by_more_than_a_star};
use target::{Parameter, Place, Target, is_mentioned_somehow};

use crate::{config, wire::Field};

/// Keeps requests that are not ours away from the protected indices.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    mode: config::Guard,
}

/// The head of a request, and whether a body follows it.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// The method as it was sent.
    pub method: &'r str,
    /// Path and query as they were sent.
    pub target: &'r str,
    /// The header fields.
    pub fields: &'r [Field<'r>],
    /// Whether a body follows.
    pub has_body: bool,
}

/// How a request may pass.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The target with which it goes on, where that is not its own.
    pub target: Option<String>,
}

impl Guard {
    /// The guard that the configuration asks for.
    pub fn new(mode: config::Guard) -> Self {
        Self { mode }
    }

    /// What may become of a request, from its head.
    ///
    /// # Errors
    /// Why it may not pass.
    pub fn judge(&self, request: &Request<'_>) -> Result<Verdict, Refusal> {
        match self.mode {
            config::Guard::Upstream => Ok(Verdict::default()),
            config::Guard::Enforce => judge(request),
        }
    }
}

fn judge(request: &Request<'_>) -> Result<Verdict, Refusal> {
    let target = Target::read(request.target);
    let segments = target.raw();
    let Found { api, offset } = apis::find(request.method, &segments);
    if api.uses != Use::Lists {
        check_segments(api, &target, offset, &segments)?;
        check_parameters(api, &target)?;
    }
    let narrowed = check_indices(api, &target, offset)?;
    check_descriptions(&segments[offset..], &target)?;
    Ok(Verdict { target: narrowed.map(|place| target.narrowed(place)) })
}

/// No segment but an id may say a protected name, in whatever coat.
fn check_segments(
    api: &Api,
    target: &Target<'_>,
    offset: usize,
    segments: &[&str],
) -> Result<(), Refusal> {
    for (at, raw) in segments.iter().enumerate().skip(offset) {
        let at_piece = at - offset;
        if api.is_free(at_piece) {
            continue;
        }
        if is_mentioned_somehow(raw) {
            return Err(Refusal::named(raw));
        }
        if api.index() != Some(at_piece) {
            check_word(api, &target.segment(at))?;
        }
    }
    Ok(())
}

fn check_parameters(api: &Api, target: &Target<'_>) -> Result<(), Refusal> {
    for Parameter { name, value, .. } in target.parameters() {
        check_word(api, value)?;
        let is_place = match api.body {
            Body::Upcoming => matches!(&**name, "index_patterns" | "template"),
            _ => api.is_unknown() && matches!(&**name, "index" | "indices" | "target"),
        };
        if is_place && reach(value) != Reach::Nothing {
            return Err(Refusal::included(value));
        }
    }
    Ok(())
}

/// A text that may be a name, or with a plugin an expression.
fn check_word(api: &Api, word: &str) -> Result<(), Refusal> {
    let is_named = reach(word) == Reach::Named;
    let is_meant =
        || api.is_unknown() && (reaches_by_more_than_a_star(word) || is_mentioned_somehow(word));
    if is_named || is_meant() { Err(Refusal::named(word)) } else { Ok(()) }
}

/// Judges the index expression; gives where it has to be narrowed.
fn check_indices(api: &Api, target: &Target<'_>, offset: usize) -> Result<Option<Place>, Refusal> {
    let (place, list) = expression_of(api, target, offset);
    let reach = match list.as_slice() {
        [] => Reach::Included,
        [one] => reach(one),
        several => Reach::of_several(several.iter().map(|list| &**list)),
    };
    let said = if list.is_empty() { "_all".to_owned() } else { list.join(",") };
    match (api.uses, reach) {
        (Use::Reveals, _) => Err(Refusal::Unseen(REVEALS)),
        (Use::Lists, _) | (_, Reach::Nothing) => Ok(None),
        (_, Reach::Named) => Err(Refusal::named(&said)),
        (Use::Touches, _) => Ok(None),
        (Use::Reads, Reach::Included) => Ok(Some(place)),
        (Use::Single, _) if place == Place::Absent => Ok(None),
        (Use::Reads | Use::Single | Use::Writes, _) => Err(Refusal::included(&said)),
    }
}

/// The index expression of the path, else of the query. Of several parameters the last counts to
/// OpenSearch; here all of them do.
fn expression_of<'t>(
    api: &Api,
    target: &'t Target<'_>,
    offset: usize,
) -> (Place, Vec<Cow<'t, str>>) {
    if let Some(at) = api.index() {
        return (Place::Segment(at + offset), vec![target.segment(at + offset)]);
    }
    let values: Vec<Cow<'_, str>> = target.values("index").map(Cow::Borrowed).collect();
    (if values.is_empty() { Place::Absent } else { Place::Parameter }, values)
}

const REVEALS: &str = "the texts of other requests are protected";

/// A detailed task prints the request it works on: the text of a search, a document that is being
/// written. Tasks that others wait for print none of modelgate's.
fn check_descriptions(segments: &[&str], target: &Target<'_>) -> Result<(), Refusal> {
    let lists_tasks = matches!(segments, ["_tasks"] | ["_cat", "tasks"]);
    let is_detailed = || target.values("detailed").any(|value| value != "false");
    if !lists_tasks || !is_detailed() {
        return Ok(());
    }
    let is_long = |action: &str| LONG_ACTIONS.iter().any(|long| action.contains(long));
    let actions: Vec<&str> = target.values("actions").flat_map(|list| list.split(',')).collect();
    match actions.as_slice() {
        [] => Err(Refusal::Unseen(REVEALS)),
        actions if actions.iter().all(|action| is_long(action)) => Ok(()),
        _ => Err(Refusal::Unseen(REVEALS)),
    }
}

/// Parts of the names of actions that modelgate never starts.
const LONG_ACTIONS: [&str; 6] =
    ["byquery", "forcemerge", "recovery", "reindex", "snapshot", "shrink"];

#[cfg(test)]
mod tests;
