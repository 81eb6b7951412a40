//! Lists of hits inside a hit that stands for others, and inside a bucket.

use std::collections::BTreeMap;

use super::ties::{BY_SCORE, Orders};
use super::{Judge, Judged};
use crate::search::grammar::Object;
use crate::search::restore::{Hits, Ties};
use crate::search::tree::{At, Kind};

/// How many hits a bucket shows unless the caller says (`TopHitsAggregationBuilder`).
const TOP: usize = 3;
const RESCORED: &str = "beside rescore, which hits it shows depends on groups that you may not see";

impl Judge<'_> {
    /// The hits that another one stands for.
    #[cold]
    pub(super) fn collapsed(&mut self, at: At, object: &'static Object) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        let ties = self.collapsed_ties(at);
        for (name, value) in self.tree.members(at) {
            self.under(name, |judge| match (judge.tree.text(name).as_deref(), ties) {
                (Some("sort"), _) => judge.decided(value, ties),
                (Some("track_scores"), Ties::BehindScore) => judge.switch(value, "true"),
                (key, _) => judge.key_of(object, key, value),
            })?;
        }
        self.add_scores(at, ties, &mut !self.tree.is_empty(at));
        Ok(())
    }

    /// How ties are decided between them; an order that is no object or array OpenSearch refuses here.
    fn collapsed_ties(&self, at: At) -> Ties {
        let (sort, size) = (self.tree.member(at, "sort"), self.tree.member(at, "size"));
        let is_read = sort.is_none_or(|sort| !self.is(sort, Kind::String));
        match self.come_to(sort) {
            Orders::Score if self.filtered() && is_read && !self.has_none(size) => {
                Ties::BehindScore
            }
            Orders::Several(_) if self.filtered() && is_read => Ties::BehindOrders,
            Orders::Score | Orders::Several(_) | Orders::Clear => Ties::Untouched,
        }
    }

    /// How they are decided in each of the lists, by their names; of two of one name the later is shown.
    pub(super) fn inner_ties(&self) -> BTreeMap<String, Ties> {
        let of = |at, name| self.tree.member(at, name);
        let inner = self.top.collapse.and_then(|collapse| of(collapse, "inner_hits"));
        let ties = |at| {
            let name = self.tree.text(of(at, "name")?)?.into_owned();
            Some((name, self.collapsed_ties(at)))
        };
        let mut lists: BTreeMap<_, _> = match inner {
            Some(list) if self.is(list, Kind::Array) => {
                self.tree.items(list).filter_map(ties).collect()
            }
            Some(one) => ties(one).into_iter().collect(),
            None => return BTreeMap::new(),
        };
        lists.retain(|_, ties| *ties != Ties::Untouched);
        lists
    }

    /// The hits of a bucket.
    ///
    /// OpenSearch does not tell the scores of those that the query does not find, as beneath `global`: they are read off
    /// the sort values. That of the first is the best, and so none may be left out before.
    #[cold]
    pub(super) fn top_hits(&mut self, at: At, object: &'static Object) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        let Hits { ties, skipped } = self.bucket_hits(at);
        if ties == Ties::BehindScore && self.is_rescored() {
            return self.refused(RESCORED);
        }
        let size = self.tree.member(at, "size");
        for (name, value) in self.tree.members(at) {
            self.under(name, |judge| match (judge.tree.text(name).as_deref(), ties) {
                (Some("sort"), _) => judge.decided(value, ties),
                (Some("track_scores"), Ties::BehindScore) => judge.switch(value, "false"),
                (Some("from"), Ties::BehindScore) => {
                    judge.starts_at_the_first(value, size.is_none())
                }
                (Some("size"), Ties::BehindScore) if skipped > 0 => judge.reaches(value, skipped),
                (key, _) => judge.key_of(object, key, value),
            })?;
        }
        if ties == Ties::BehindScore && self.tree.member(at, "sort").is_none() {
            self.add(self.last(at), &mut !self.tree.is_empty(at), BY_SCORE);
        }
        Ok(())
    }

    /// How the hits of a bucket are asked for.
    pub(super) fn bucket_hits(&self, at: At) -> Hits {
        if !self.filtered() || !self.is(at, Kind::Object) {
            return Hits::default();
        }
        let of = |name| self.tree.member(at, name);
        let from = of("from").and_then(|from| self.whole(from)).unwrap_or_default();
        match self.come_to(of("sort")) {
            Orders::Score if !self.has_none(of("size")) => {
                Hits { ties: Ties::BehindScore, skipped: from }
            }
            Orders::Several(_) => Hits { ties: Ties::BehindOrders, skipped: 0 },
            Orders::Score | Orders::Clear => Hits::default(),
        }
    }

    /// None of the hits is left out before the first; as many more are asked for.
    fn starts_at_the_first(&mut self, from: At, is_short: bool) -> Judged {
        let Some(skipped) = self.whole(from) else { return self.unknown() };
        let made = if is_short {
            format!(r#"0,"size":{}"#, TOP.saturating_add(skipped))
        } else {
            "0".into()
        };
        self.edits.replace(self.tree.span(from), &made);
        Ok(())
    }

    fn reaches(&mut self, size: At, skipped: usize) -> Judged {
        let Some(most) = self.whole(size) else { return self.unknown() };
        self.edits.replace(self.tree.span(size), &most.saturating_add(skipped).to_string());
        Ok(())
    }

    /// A whole number, in quotes or not.
    fn whole(&self, at: At) -> Option<usize> {
        self.tree.raw(at).trim_matches('"').parse().ok().filter(|_| self.tree.kind(at).is_scalar())
    }

    fn key_of(&mut self, object: &'static Object, key: Option<&str>, value: At) -> Judged {
        match key.and_then(|key| object.rule(key)) {
            Some(rule) => self.value(value, rule),
            None => self.unknown(),
        }
    }
}
