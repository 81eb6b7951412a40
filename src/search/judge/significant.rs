//! Significant terms: those of one score stand in Lucene's order, which goes by the segments of the index, and so do
//! those that are left out at the end. So all are asked for, and put in order and cut short behind the answer.

use super::aggregation::Parts;
use super::terms::Empty;
use super::{Judge, Judged};
use crate::search::grammar::aggregation::SIGNIFICANT_OPTIONS as OPTIONS;
use crate::search::restore::{Mend, Significant};
use crate::search::tree::{At, Kind};

/// How many terms are shown unless the caller says (`SignificantTermsAggregationBuilder`).
const SHOWN: usize = 10;
/// In how many groups a term must be unless the caller says.
const OFTEN: &str = "3";
/// How many are asked for where they stand alone at the top.
const ALONE: usize = 10_000;
/// How many where each has others below, or they stand in each of several buckets: OpenSearch answers with 65,536 buckets
/// at most (`search.max_buckets`).
const AMONG_OTHERS: usize = 1_000;
/// The most that can be asked for.
const EVERY: usize = 0x7fff_ffff;

const ABSENT: &str = "none of your groups has the field, and whether others have it would show in buckets without groups";

impl Judge<'_> {
    /// In several buckets, one of the caller's groups must have the field: where none at all has it, OpenSearch fails in
    /// a bucket without groups (`GlobalOrdinalsStringTermsAggregator.buildNoValuesResult`).
    pub(super) fn has_terms(&mut self, at: At) -> Judged {
        if self.several == 0 {
            return Ok(());
        }
        match self.empty {
            Empty::Refused => self.refused(ABSENT),
            Empty::Asked => self.ask_for_one(at),
            Empty::Known(answer) => match self.has_one(answer) {
                true => Ok(()),
                false => self.refused(ABSENT),
            },
        }
    }

    /// How the answer is mended: the terms that the caller asked for, out of as many as are asked for.
    pub(super) fn significant(&mut self, name: At, parts: &Parts) -> Judged<Mend> {
        let Some(text) = self.tree.text(name) else { return self.unknown() };
        self.significant.push(text.into_owned());
        let is_alone = self.tree.path(name).count() == 2 && parts.below.is_none();
        self.under(parts.name, |judge| {
            judge.require(judge.is(parts.body, Kind::Object))?;
            let shown = judge.limit(parts.body, "size", SHOWN)?;
            let shown = shown.min(judge.limit(parts.body, "shard_size", EVERY)?);
            let most = if is_alone { ALONE } else { AMONG_OTHERS };
            let asked = most.max(shown + 1).min(EVERY);
            Ok(Mend::Significant(Significant { shown, asked, clause: judge.clause() }))
        })
    }

    fn limit(&self, body: At, name: &str, unless_given: usize) -> Judged<usize> {
        match self.tree.member(body, name).map(|given| self.at_least_one(given)) {
            None => Ok(unless_given),
            Some(Some(limit)) => Ok(limit),
            Some(None) => self.unknown(),
        }
    }

    /// The body, in which as many are asked for.
    ///
    /// The shard, there is one, leaves out none for its score: what has no score there (0/0, `chi_square`) would make its
    /// choice go by their order. It need not answer with those that are in too few groups to be shown.
    pub(super) fn all_significant(&mut self, at: At, terms: &Significant) -> Judged {
        for (name, value) in self.tree.members(at) {
            self.under(name, |judge| match judge.tree.text(name).as_deref() {
                Some("size") => judge.ask_for(value, terms.asked),
                Some("shard_size") => judge.ask_for(value, EVERY),
                _ => judge.option(name, value, &OPTIONS).map(drop),
            })?;
        }
        OPTIONS.set.iter().try_for_each(|set| self.add_missing(at, set))?;
        let often =
            self.tree.member(at, "min_doc_count").map_or(OFTEN, |given| self.tree.raw(given));
        let wanted = [
            ("size", terms.asked.to_string()),
            ("shard_size", EVERY.to_string()),
            ("shard_min_doc_count", often.to_owned()),
        ];
        for (name, value) in wanted {
            if self.tree.member(at, name).is_none() {
                let end = self.last(at);
                self.edits.insert(end, &format!(r#","{name}":{value}"#));
            }
        }
        Ok(())
    }

    fn ask_for(&mut self, at: At, terms: usize) -> Judged {
        self.edits.replace(self.tree.span(at), &terms.to_string());
        Ok(())
    }

    /// A number of at least one, as OpenSearch reads an `int`: in quotes or not, cut down to a whole one.
    fn at_least_one(&self, at: At) -> Option<usize> {
        let number: f64 = match self.tree.kind(at) {
            Kind::Number => self.tree.raw(at).parse().ok()?,
            Kind::String => self.tree.text(at)?.parse().ok()?,
            Kind::Object | Kind::Array | Kind::Bool | Kind::Null => return None,
        };
        let whole = number.trunc();
        (1.0..=EVERY as f64).contains(&whole).then_some(whole as usize)
    }
}
