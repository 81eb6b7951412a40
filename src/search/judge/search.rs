//! The top of a search: its query is wrapped, and what ML Commons always sets is set.

use super::{Judge, Judged, Top, Verdict};
use crate::search::grammar::feature;
use crate::search::restore::{Restore, Ties};
use crate::search::tree::{At, Kind};
use crate::search::{Refusal, source};

const SCORED: &str = "its scores count the terms of groups that you may not see";
const PLAIN: &str =
    "with a range, whether the plain type fails depends on groups that you may not see";
const CUT_SHORT: &str = "which groups it finds first depends on those that you may not see";

/// How many hits are counted unless the caller says (`SearchContext.DEFAULT_TRACK_TOTAL_HITS_UP_TO`).
const COUNTED: u64 = 10_000;
/// From so many on all are.
const EXACTLY: u64 = 0x7fff_ffff;

impl Judge<'_> {
    /// Judges a whole body.
    pub(in crate::search) fn search(mut self) -> Judged<Verdict> {
        let root = self.tree.root();
        self.require(self.is(root, Kind::Object))?;
        self.top = Top::of(self.tree);
        self.require(self.top.aggs.is_none() || self.top.aggregations.is_none())?;
        let ties = self.ties();
        for (name, value) in self.tree.members(root) {
            self.under(name, |judge| judge.key(name, value, ties))?;
        }
        if self.plain && self.ranges > 0 {
            return Err(Box::new(Refusal::Refused { clause: "highlight".into(), why: PLAIN }));
        }
        self.reads_no_significant_terms()?;
        let hitless = self.hitless();
        self.complete(root, ties, hitless.is_some())?;
        let inner = self.inner_ties();
        let (counted, most) = (self.counted, self.most);
        let restore = Restore { spots: self.spots, counted, most, hitless, ties, inner };
        Ok(Verdict { body: self.edits.finished(), restore, lists: self.lists })
    }

    fn key(&mut self, name: At, value: At, ties: Ties) -> Judged {
        match self.tree.text(name).as_deref() {
            Some("query") => self.top_query(value),
            Some("_source") => self.source(value),
            Some("rescore") if self.level() => self.refused(SCORED),
            // ML Commons turns them on whatever the caller said.
            Some("version" | "seq_no_primary_term") => self.switch(value, "true"),
            Some("sort") => self.decided(value, ties),
            Some("search_after") => self.goes_on(value, ties),
            Some("track_scores") if ties == Ties::BehindScore => self.switch(value, "true"),
            Some("terminate_after") => self.ends_early(value),
            Some("track_total_hits") => self.counts(value),
            key => match key.and_then(feature::key) {
                Some(rule) => self.value(value, rule),
                None => self.unknown(),
            },
        }
    }

    /// The caller's query, wrapped: scores stay, and a `bool` keeps its meaning.
    ///
    /// `hybrid` may stand at the top only, and has the filter in each of its queries by its own rule.
    fn top_query(&mut self, at: At) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        match self.top.is_hybrid {
            true if self.level() => self.refused(SCORED),
            true => self.query(at),
            false if self.level() => self.wrap(at, Self::without_scores),
            false => self.bounded(at),
        }
    }

    /// A query whose hits all have the same score.
    fn without_scores(&mut self, at: At) -> Judged {
        let (start, end) = self.tree.span(at);
        self.edits.insert(start, r#"{"constant_score":{"filter":"#);
        self.query(at)?;
        self.edits.insert(end, "}}");
        Ok(())
    }

    fn source(&mut self, at: At) -> Judged {
        let Some(made) = source::replaced(self.tree, at, self.agent) else { return self.unknown() };
        self.edits.replace_by_parts(self.tree.span(at), &made);
        Ok(())
    }

    /// A limit takes the first groups in Lucene's order, which depends on those between them; it may count.
    fn ends_early(&self, at: At) -> Judged {
        self.require(self.tree.kind(at).is_scalar())?;
        let has_aggregations = self.top.aggs.or(self.top.aggregations).is_some();
        let has_none = self.top.size.is_some_and(|size| self.tree.raw(size) == "0");
        let counts = has_none && !has_aggregations;
        match self.tree.raw(at).trim_matches('"').parse::<u64>() {
            Ok(most) if counts || most == 0 => Ok(()),
            _ => self.unless_filtered(CUT_SHORT),
        }
    }

    /// How many hits are counted at most where none are asked for, or perhaps none.
    fn hitless(&self) -> Option<u64> {
        let number = |at| self.tree.raw(at).trim_matches('"').parse::<u64>().ok();
        let size = self.top.size.filter(|_| self.filtered())?;
        let finds = number(size).is_some_and(|size| size > 0);
        (!finds).then(|| self.top.terminate_after.and_then(number).unwrap_or(0))
    }

    /// How many hits are counted.
    ///
    /// Where none is asked for and there are just as many as are counted, OpenSearch tells by the segments of the index
    /// whether there are more: so one more is counted. Where nothing is, a search that goes on behind a value leaves out
    /// whole parts of the index by the values that all groups there have.
    fn counts(&mut self, at: At) -> Judged {
        self.require(self.tree.kind(at).is_scalar())?;
        let goes_on = self.top.search_after.is_some();
        let is_hitless = self.hitless().is_some();
        match self.tree.raw(at).trim_matches('"') {
            _ if !self.filtered() || !goes_on && !is_hitless => Ok(()),
            "false" | "-1" if goes_on => {
                self.counted = true;
                self.edits.replace(self.tree.span(at), "1");
                Ok(())
            }
            "true" | "false" | "-1" => Ok(()),
            raw => match raw.parse::<u64>() {
                Ok(most) if is_hitless && most < EXACTLY => {
                    self.most = Some(most);
                    self.edits.replace(self.tree.span(at), &(most + 1).to_string());
                    Ok(())
                }
                Ok(_) => Ok(()),
                Err(_) => self.unknown(),
            },
        }
    }

    /// A switch that is set, whatever the caller said.
    pub(super) fn switch(&mut self, at: At, to: &'static str) -> Judged {
        let switch = ["true", "false", "\"true\"", "\"false\""];
        self.require(switch.contains(&self.tree.raw(at)))?;
        self.edits.replace(self.tree.span(at), to);
        Ok(())
    }

    /// Adds what is missing at the end, so that OpenSearch's complaints keep their columns.
    fn complete(&mut self, root: At, ties: Ties, hitless: bool) -> Judged {
        let end = self.last(root);
        let mut comma = !self.tree.is_empty(root);
        if self.top.query.is_none() && self.filtered() {
            self.add(end, &mut comma, r#","query":{"bool":{"must":[{"match_all":{}}],"#);
            self.ours(end, r#""filter":["#, "]}}")?;
        }
        self.add_scores(root, ties, &mut comma);
        if hitless && self.top.track_total_hits.is_none() {
            self.most = Some(COUNTED);
            self.add(end, &mut comma, r#","track_total_hits":10001"#);
        }
        let missing = [
            (self.top.version, r#","version":true"#),
            (self.top.seq_no, r#","seq_no_primary_term":true"#),
            (self.top.source, source::default(self.agent)),
        ];
        missing
            .iter()
            .filter(|(given, _)| given.is_none())
            .for_each(|(_, text)| self.add(end, &mut comma, text));
        Ok(())
    }

    /// Puts a text before the end of an object, without the comma that it begins with where nothing stands before it.
    pub(super) fn add(&mut self, end: u32, comma: &mut bool, text: &'static str) {
        let from = usize::from(!std::mem::replace(comma, true));
        self.edits.insert(end, &text[from..]);
    }
}
