//! Aggregations by name, their types and what stands below them.

use super::{Judge, Judged};
use crate::search::grammar::aggregation::{Reach, Type, kind};
use crate::search::restore::{Mend, Spot};
use crate::search::tree::{At, Kind};

/// Where all groups, or none, have a date in a range below it, OpenSearch makes an aggregation anew, and of rare terms
/// it forgets these options (`RareTermsAggregationBuilder` copies its `include` and `exclude` alone).
const FORGOTTEN: [&str; 2] = ["max_doc_count", "precision"];
const ABOVE_RANGES: &str = "above a range, whether it holds depends on groups that you may not see";

/// The members of one aggregation.
pub(super) struct Parts {
    kind: Type,
    pub(super) name: At,
    pub(super) body: At,
    pub(super) below: Option<(At, At)>,
}

impl Judge<'_> {
    /// The aggregations of a search.
    #[cold]
    pub(super) fn top_aggregations(&mut self, at: At) -> Judged {
        self.spots = self.aggregations(at)?;
        Ok(())
    }

    fn aggregations(&mut self, at: At) -> Judged<Vec<Spot>> {
        self.require(self.is(at, Kind::Object))?;
        let mut spots = Vec::new();
        for (name, value) in self.tree.members(at) {
            spots.extend(self.under(name, |judge| judge.aggregation(name, value))?);
        }
        Ok(spots)
    }

    /// One aggregation; the spot where its answer must be mended, if there is one.
    fn aggregation(&mut self, name: At, at: At) -> Judged<Option<Spot>> {
        let parts = self.parts(at)?;
        let mend = match parts.kind.reach {
            Reach::Beyond if self.filtered() => Mend::Lift,
            Reach::Background if self.filtered() => self.significant(name, &parts)?,
            Reach::Shown => self.bucket_hits(parts.body).mend(),
            _ => Mend::Nothing,
        };
        let ranges = self.ranges;
        let below = self.in_order(at, &parts, &mend)?;
        if ranges < self.ranges {
            self.forgets_nothing(&parts)?;
        }
        if mend == Mend::Nothing && ranges == self.ranges && below.is_empty() {
            return Ok(None);
        }
        let Some(name) = self.tree.text(name) else { return self.unknown() };
        let (name, buckets) = (name.into_owned(), parts.kind.buckets);
        let annotated = self.tree.member(at, "meta").is_some();
        Ok(Some(Spot { name, mend, annotated, buckets, below }))
    }

    fn forgets_nothing(&mut self, parts: &Parts) -> Judged {
        if self.tree.text(parts.name).is_none_or(|name| name != "rare_terms") {
            return Ok(());
        }
        let is_forgotten =
            |name: &At| self.tree.text(*name).is_some_and(|name| FORGOTTEN.contains(&&*name));
        let given = self.tree.members(parts.body).map(|(name, _)| name).find(is_forgotten);
        given.map_or(Ok(()), |option| {
            self.under(parts.name, |judge| {
                judge.under(option, |judge| judge.unless_filtered(ABOVE_RANGES))
            })
        })
    }

    /// Judges the members as they stand in the body, for the changes must come in order.
    fn in_order(&mut self, at: At, parts: &Parts, mend: &Mend) -> Judged<Vec<Spot>> {
        let (lifted, mut spots) = (*mend == Mend::Lift, Vec::new());
        for (_, member) in self.tree.members(at) {
            if member == parts.body {
                self.body(parts, mend)?;
            }
            if let Some((name, below)) = parts.below
                && below == member
            {
                spots = self.under(name, |judge| judge.below(member, &parts.kind, lifted))?;
            }
        }
        if lifted && parts.below.is_none() {
            self.put_beneath_nothing(at)?;
        }
        Ok(spots)
    }

    fn body(&mut self, parts: &Parts, mend: &Mend) -> Judged {
        self.under(parts.name, |judge| {
            judge.keeps_their_order()?;
            if parts.kind.reach == Reach::Background && judge.nested + judge.merged > 0 {
                judge.unless_filtered(
                    "inside nested objects or merged buckets its background is not bounded",
                )?;
            }
            if let Mend::Significant(terms) = mend {
                if judge.tree.text(parts.name).is_some_and(|name| name == "significant_terms") {
                    judge.has_terms(parts.body)?;
                }
                return judge.all_significant(parts.body, terms);
            }
            match parts.kind.reach {
                Reach::Listed => judge.terms(parts.body),
                Reach::Background
                | Reach::Beyond
                | Reach::Bucket
                | Reach::Merged
                | Reach::Nested
                | Reach::Shown => judge.value(parts.body, parts.kind.rule),
            }
        })
    }

    fn below(&mut self, at: At, kind: &Type, lifted: bool) -> Judged<Vec<Spot>> {
        let Type { reach, buckets, .. } = *kind;
        let nested = usize::from(reach == Reach::Nested);
        let merged = usize::from(reach == Reach::Merged);
        let several = usize::from(buckets);
        let around = std::mem::replace(&mut self.in_significant, reach == Reach::Background);
        (self.nested, self.merged) = (self.nested + nested, self.merged + merged);
        self.several += several;
        let spots = if lifted { self.beneath(at) } else { self.aggregations(at) };
        (self.nested, self.merged) = (self.nested - nested, self.merged - merged);
        self.several -= several;
        self.in_significant = around;
        spots
    }

    /// Sub-aggregations with the access filter between them and what they stand under.
    fn beneath(&mut self, at: At) -> Judged<Vec<Spot>> {
        self.require(
            ["doc_count", "meta"].iter().all(|name| self.tree.member(at, name).is_none()),
        )?;
        let (start, end) = self.tree.span(at);
        self.ours(start, r#"{"modelgate":{"filter":"#, r#","aggs":"#)?;
        let spots = self.aggregations(at)?;
        self.edits.insert(end, "}}");
        Ok(spots)
    }

    fn put_beneath_nothing(&mut self, at: At) -> Judged {
        self.ours(self.last(at), r#","aggs":{"modelgate":{"filter":"#, "}}")
    }

    /// The one type of an aggregation, and what it has beside it (`AggregatorFactories.parseAggregators`).
    fn parts(&mut self, at: At) -> Judged<Parts> {
        self.require(self.is(at, Kind::Object))?;
        let (mut found, mut below) = (None, None);
        for (name, value) in self.tree.members(at) {
            let fits = match self.tree.text(name).as_deref() {
                Some("meta") => self.is(value, Kind::Object),
                Some("aggs" | "aggregations") => below.replace((name, value)).is_none(),
                Some(text) => {
                    kind(text).is_some_and(|kind| found.replace((kind, name, value)).is_none())
                }
                None => false,
            };
            self.under(name, |judge| judge.require(fits))?;
        }
        match found {
            Some((kind, name, body)) => Ok(Parts { kind, name, body, below }),
            None => self.unknown(),
        }
    }
}
