//! What decides between groups that tie in the order asked for.
//!
//! To Lucene it is the number of the document, which changes when segments are merged: writes of hidden groups bring
//! that about, too. Here it is the order of writing, as a last order of each list of groups; the sort values that hits
//! show of it are taken out of the answer.

use super::{Judge, Judged, Top};
use crate::search::restore::Ties;
use crate::search::tree::{At, Kind};

/// By score, as where no order is asked for, and then as written; behind a comma.
pub(super) const BY_SCORE: &str = r#","sort":["_score","_seq_no"]"#;
/// OpenSearch tells no scores beside an order, unless it is told to.
const SCORES: &str = r#","track_scores":true"#;
/// A number that no write has, for what goes on behind all that tie.
const LAST: &str = ",9223372036854775807";
const COLLAPSED: &str =
    "beside collapse, which groups stand for others depends on those that you may not see";

/// What orders come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orders {
    /// By score: then hits show no sort values (`SortBuilder.buildSort`).
    Score,
    /// By so many, behind which groups may tie.
    Several(usize),
    /// None tie, or OpenSearch refuses them.
    Clear,
}

impl Judge<'_> {
    /// How ties are decided between the hits of the search itself.
    ///
    /// What is rescored, and `hybrid`, can be ordered by scores alone.
    pub(super) fn ties(&self) -> Ties {
        let Top { is_hybrid, search_after, size, sort, .. } = self.top;
        if !self.filtered() || self.has_none(size) || self.is_rescored() || is_hybrid {
            return Ties::Untouched;
        }
        match (self.come_to(sort), search_after) {
            (Orders::Score, None) => Ties::BehindScore,
            (Orders::Several(_), None) => Ties::BehindOrders,
            (Orders::Several(count), Some(after)) if self.tree.items(after).count() == count => {
                Ties::BehindOrders
            }
            // With another number of values OpenSearch refuses it, in its own words.
            (Orders::Score | Orders::Several(_), Some(_)) | (Orders::Clear, _) => Ties::Untouched,
        }
    }

    /// Whether the scores of the hits are made once more.
    pub(super) fn is_rescored(&self) -> bool {
        self.top.rescore.is_some_and(|rescore| !self.tree.is_empty(rescore))
    }

    /// Whether a list of hits of this size is to have none.
    pub(super) fn has_none(&self, size: Option<At>) -> bool {
        size.is_some_and(|size| matches!(self.tree.raw(size), "0" | "\"0\""))
    }

    /// What the orders that are asked for come to.
    pub(super) fn come_to(&self, sort: Option<At>) -> Orders {
        let mut read = Read::default();
        match sort {
            Some(sort) if self.is(sort, Kind::Array) => {
                self.tree.items(sort).for_each(|order| self.read_order(order, &mut read));
            }
            Some(sort) => self.read_order(sort, &mut read),
            None => {}
        }
        match read {
            Read { is_clear: true, .. } => Orders::Clear,
            Read { count: 0, .. } | Read { count: 1, by_score: true, .. } => Orders::Score,
            Read { count, .. } => Orders::Several(count),
        }
    }

    fn read_order(&self, order: At, read: &mut Read) {
        match self.tree.kind(order) {
            Kind::String => self.read_name(order, None, read),
            Kind::Object => self
                .tree
                .members(order)
                .for_each(|(name, options)| self.read_name(name, Some(options), read)),
            Kind::Array | Kind::Number | Kind::Bool | Kind::Null => read.is_clear = true,
        }
    }

    fn read_name(&self, name: At, options: Option<At>, read: &mut Read) {
        read.count += 1;
        match self.tree.text(name).as_deref() {
            Some("_score") => read.by_score = options.is_none_or(|options| self.falls(options)),
            Some("_doc" | "_seq_no") => {
                read.is_clear |= options.is_none_or(|options| self.is_plain(options));
            }
            _ => {}
        }
    }

    /// Whether scores are ordered from the highest on.
    fn falls(&self, options: At) -> bool {
        let order = match self.tree.kind(options) {
            Kind::Object => self.tree.member(options, "order"),
            _ => Some(options),
        };
        let falls = |order| self.says(order, |order| order.to_uppercase() == "DESC");
        self.is_plain(options) && order.is_none_or(falls)
    }

    /// Whether an order has no option but its direction.
    fn is_plain(&self, options: At) -> bool {
        let is_direction = |name| self.tree.text(name).is_some_and(|name| name == "order");
        match self.tree.kind(options) {
            Kind::Object => self.tree.members(options).all(|(name, _)| is_direction(name)),
            _ => self.is(options, Kind::String),
        }
    }

    /// Orders, and behind them the one that decides.
    pub(super) fn decided(&mut self, sort: At, ties: Ties) -> Judged {
        let (start, end) = self.tree.span(sort);
        match ties {
            Ties::Untouched => self.sort(sort),
            Ties::BehindScore => {
                self.sort(sort)?;
                self.edits.replace((start, end), r#"["_score","_seq_no"]"#);
                Ok(())
            }
            Ties::BehindOrders if self.is(sort, Kind::Array) => {
                self.sort(sort)?;
                self.edits.insert(end - 1, r#","_seq_no""#);
                Ok(())
            }
            Ties::BehindOrders => {
                self.edits.insert(start, "[");
                self.sort(sort)?;
                self.edits.insert(end, r#","_seq_no"]"#);
                Ok(())
            }
        }
    }

    /// The values to go on behind, and one for the order that decides.
    pub(super) fn goes_on(&mut self, after: At, ties: Ties) -> Judged {
        if self.top.collapse.is_some() {
            self.unless_filtered(COLLAPSED)?;
        }
        self.require(self.is(after, Kind::Array))?;
        self.tree.items(after).try_for_each(|value| self.require(self.is_leaf(value)))?;
        if ties == Ties::BehindOrders {
            self.edits.insert(self.last(after), LAST);
        }
        Ok(())
    }

    /// Adds what a list of hits has not, where ties are decided behind its scores.
    pub(super) fn add_scores(&mut self, hits: At, ties: Ties, comma: &mut bool) {
        let end = self.last(hits);
        let adds = |name| ties == Ties::BehindScore && self.tree.member(hits, name).is_none();
        let (sort, scores) = (adds("sort"), adds("track_scores"));
        if sort {
            self.add(end, comma, BY_SCORE);
        }
        if scores {
            self.add(end, comma, SCORES);
        }
    }
}

/// What was read of orders.
#[derive(Default)]
struct Read {
    count: usize,
    /// Whether the last one goes by score, from the highest on.
    by_score: bool,
    is_clear: bool,
}
