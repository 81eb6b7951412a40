//! The keys of a body that are judged together with others.

use crate::search::tree::{At, Kind, Tree};

/// What stands under each of them, and what that comes to.
#[derive(Debug, Default)]
pub(super) struct Top {
    pub(super) aggs: Option<At>,
    pub(super) aggregations: Option<At>,
    pub(super) collapse: Option<At>,
    /// Whether the query is a hybrid one.
    pub(super) is_hybrid: bool,
    pub(super) query: Option<At>,
    pub(super) rescore: Option<At>,
    pub(super) search_after: Option<At>,
    pub(super) seq_no: Option<At>,
    pub(super) size: Option<At>,
    pub(super) sort: Option<At>,
    pub(super) source: Option<At>,
    pub(super) terminate_after: Option<At>,
    pub(super) track_total_hits: Option<At>,
    pub(super) version: Option<At>,
}

impl Top {
    /// Those that a body has, which is an object.
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let mut top = Self::default();
        for (name, value) in tree.members(tree.root()) {
            let place = match tree.text(name).as_deref() {
                Some("aggs") => &mut top.aggs,
                Some("aggregations") => &mut top.aggregations,
                Some("collapse") => &mut top.collapse,
                Some("query") => &mut top.query,
                Some("rescore") => &mut top.rescore,
                Some("search_after") => &mut top.search_after,
                Some("seq_no_primary_term") => &mut top.seq_no,
                Some("size") => &mut top.size,
                Some("sort") => &mut top.sort,
                Some("_source") => &mut top.source,
                Some("terminate_after") => &mut top.terminate_after,
                Some("track_total_hits") => &mut top.track_total_hits,
                Some("version") => &mut top.version,
                _ => continue,
            };
            *place = Some(value);
        }
        top.is_hybrid = top.query.is_some_and(|query| {
            tree.kind(query) == Kind::Object && tree.member(query, "hybrid").is_some()
        });
        top
    }
}
