//! What a request that is not ours may address: never a protected index.
//!
//! The protected indices are ML Commons' groups and modelgate's names; its models, connectors and
//! settings are ML Commons' own affair. A request is judged from its head, and where its body can
//! name an index, while the body streams. Everything that is judged is read as OpenSearch reads
//! it, or more widely; what cannot be read is refused. Only lines of `_msearch` that have nothing
//! which could matter are not read at all: OpenSearch itself says what is wrong in them.
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
//! # Bodies
//! A body that can name an index is judged while it streams ([`Watch`]): `_bulk` and `_msearch` in
//! bounded memory, others held whole up to `limits.body`. It has to be JSON (406) and may be
//! coded with gzip, which is undone for judging; other codings are refused (415).
//! - Scripts of `_reindex` and ingest processors, and search templates, could put a name together:
//!   those are let through in forms that cannot (see `body/`).
//! - A model that is registered without `model_group_id` is refused: ML Commons would make a group
//!   of its name, past the reservation of names, and tell the id of a hidden group that has it.
//! - Snapshots and restores have to say which indices they are about.
//! - A dangling index is known by its id only, which may be ours: it is neither imported nor deleted.
//! - Index templates may not match a protected name: they would add aliases and settings to it.
//! - Without the Security plugin nobody looks at what agents and tools of ML Commons search, nor at
//!   workflows that are stored: those are not run, and no agent is made (`inside`). What plugins
//!   keep in indices of their own is read only (`plugins`).
//! - Detailed lists of tasks and query insights print other requests: refused, but for the tasks of
//!   reindex and the like. One task is told without its description (`filter_path`).
//!
//! No alias, view, template or pipeline that leads to a protected index can be made through here.
//! One that somebody made behind modelgate's back is not seen.

mod apis;
mod body;
mod descriptions;
mod expression;
mod inside;
mod plugins;
mod probe;
mod refusal;
mod target;
mod watch;

use std::borrow::Cow;

pub use expression::PROTECTED;
pub use probe::{Unkept, probe};
pub use refusal::Refusal;
pub use watch::{Inspector, Watch};

use apis::{Api, Body, Found, Use};
use expression::{Reach, could_name, reach, reaches_by_more_than_a_star};
use target::{Parameter, Place, Target, is_mentioned_somehow};

use crate::{
    config,
    format::{ContentTypeError, Format},
    wire::Field,
};

/// Keeps requests that are not ours away from the protected indices.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    mode: config::Guard,
    /// Most bytes of a body that are held.
    most: usize,
    /// Whether the Security plugin looks at what is done inside the cluster for a caller.
    has_plugin: bool,
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
    /// How its body has to be judged.
    pub watch: Option<Watch>,
    /// Whether the body decides which target it is: a search of a point in time, which has its
    /// indices already, may not say any (OpenSearch: 400) and goes on with its own target.
    pub unless_point_in_time: bool,
}

impl Guard {
    /// The guard that the configuration asks for, which holds at most so many bytes of a body.
    pub fn new(mode: config::Guard, most: usize) -> Self {
        Self { mode, most, has_plugin: true }
    }

    /// The same before a cluster without the Security plugin: what ML Commons and Flow Framework do inside of it for a
    /// caller is looked at by nobody there.
    #[must_use]
    pub fn without_plugin(self) -> Self {
        Self { has_plugin: false, ..self }
    }

    /// What may become of a request, from its head.
    ///
    /// # Errors
    /// Why it may not pass.
    pub fn judge(&self, request: &Request<'_>) -> Result<Verdict, Refusal> {
        match self.mode {
            config::Guard::Upstream => Ok(Verdict::default()),
            config::Guard::Enforce => judge(request, self),
        }
    }
}

fn judge(request: &Request<'_>, guard: &Guard) -> Result<Verdict, Refusal> {
    let target = Target::read(request.target);
    let segments = target.raw();
    let Found { api, offset } = apis::find(request.method, &segments);
    if !matches!(api.uses, Use::Describes | Use::Lists) {
        check_segments(api, &target, offset, &segments)?;
        check_parameters(api, &target)?;
    }
    let narrowed = check_indices(api, &target, offset)?;
    descriptions::check(&segments[offset..], &target)?;
    inside::check(&segments[offset..], &target)?;
    if !guard.has_plugin {
        inside::check_unwatched(request.method, &segments[offset..])?;
    }
    let keeps_plugins = !guard.has_plugin && plugins::may_write(api, request.method);
    if keeps_plugins {
        plugins::check(api, &target, offset..segments.len())?;
    }
    let watch = Watch { body: api.body, keeps_plugins, is_gzip: false, most: guard.most };
    let may_search_a_point = narrowed == Some(Place::Absent) && api.body == Body::Json;
    let searches_a_point = check_source(watch, request, &target)? && may_search_a_point;
    let watch = watch_of(watch, request)?;
    let narrowed = narrowed.filter(|_| !searches_a_point).map(|place| target.narrowed(place));
    let is_described = api.uses == Use::Describes;
    Ok(Verdict {
        target: narrowed.or_else(|| is_described.then(|| target.without("task.description"))),
        unless_point_in_time: may_search_a_point && watch.is_some(),
        watch,
    })
}

/// Judges the parameter `source`, which stands for a missing body, and a body that is missing;
/// gives whether it is a search of a point in time.
fn check_source(watch: Watch, request: &Request<'_>, target: &Target<'_>) -> Result<bool, Refusal> {
    let sources: Vec<&str> = target.values("source").collect();
    if watch.body == Body::Free || request.has_body && sources.is_empty() {
        return Ok(false);
    }
    if sources.is_empty() {
        return body::check_none(watch.body, watch.keeps_plugins).map(|()| false);
    }
    target.values("source_content_type").try_for_each(|kind| check_type(kind.as_bytes()))?;
    let mut searches_a_point = !request.has_body;
    for source in &sources {
        searches_a_point &= watch.judge(source.as_bytes())?;
    }
    Ok(searches_a_point)
}

/// How the body has to be judged.
fn watch_of(watch: Watch, request: &Request<'_>) -> Result<Option<Watch>, Refusal> {
    if watch.body == Body::Free || !request.has_body {
        return Ok(None);
    }
    check_types(request)?;
    Ok(Some(Watch { is_gzip: is_gzip(request)?, ..watch }))
}

/// Only JSON is judged: names in other formats would have to be read as OpenSearch's other
/// parsers read them.
fn check_types(request: &Request<'_>) -> Result<(), Refusal> {
    let mut types = request.fields.iter().filter(|field| field.is("content-type"));
    match (types.next(), types.next()) {
        (Some(field), None) => check_type(field.value),
        (None, _) => Err(ContentTypeError::Unsupported(String::new()).into()),
        (Some(_), Some(_)) => Err(ContentTypeError::Repeated.into()),
    }
}

fn check_type(value: &[u8]) -> Result<(), Refusal> {
    match Format::of_content_type(value)? {
        Format::Json => Ok(()),
        Format::Cbor | Format::Smile | Format::Yaml => {
            let value = String::from_utf8_lossy(value).into_owned();
            Err(ContentTypeError::Unsupported(value).into())
        }
    }
}

/// gzip is undone for judging. Netty takes two kinds of deflate for one, and other codings only
/// with libraries that may be missing: those are refused.
fn is_gzip(request: &Request<'_>) -> Result<bool, Refusal> {
    let mut codings = request.fields.iter().filter(|field| field.is("content-encoding"));
    let Some(field) = codings.next() else { return Ok(false) };
    let coding = String::from_utf8_lossy(field.value).to_ascii_lowercase();
    match (coding.as_str(), codings.next()) {
        ("gzip" | "x-gzip", None) => Ok(true),
        ("" | "identity", None) => Ok(false),
        _ => Err(Refusal::ContentEncoding(coding)),
    }
}

const UNJUDGED: &str = "nobody can tell whether this reaches a protected system index";

/// No segment but an id may say a protected name, in whatever coat.
fn check_segments(
    api: &Api,
    target: &Target<'_>,
    offset: usize,
    segments: &[&str],
) -> Result<(), Refusal> {
    let index = api.index();
    for (at, raw) in segments.iter().enumerate().skip(offset) {
        let at_piece = at - offset;
        if api.is_free(at_piece) {
            continue;
        }
        if is_mentioned_somehow(raw) {
            return Err(Refusal::named(raw));
        }
        if index != Some(at_piece) {
            check_word(api, &target.segment(at))?;
        }
    }
    Ok(())
}

fn check_parameters(api: &Api, target: &Target<'_>) -> Result<(), Refusal> {
    for Parameter { name, value, .. } in target.parameters() {
        check_word(api, value)?;
        if name == "index" && is_mentioned_somehow(value) {
            return Err(Refusal::named(value));
        }
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
    let is_named = could_name(word) && reach(word) == Reach::Named;
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
    let said = || if list.is_empty() { "_all".to_owned() } else { list.join(",") };
    match (api.uses, reach) {
        (Use::Unjudged, _) => Err(Refusal::Unseen(UNJUDGED)),
        (Use::Describes | Use::Lists, _) | (_, Reach::Nothing) => Ok(None),
        (_, Reach::Named) => Err(Refusal::named(&said())),
        (Use::Touches, _) => Ok(None),
        (Use::Reads, Reach::Included) => Ok(Some(place)),
        (Use::Single, _) if place == Place::Absent => Ok(None),
        (Use::Reads | Use::Single | Use::Writes, _) => Err(Refusal::included(&said())),
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

#[cfg(test)]
mod tests;
