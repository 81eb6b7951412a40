//! Reads a search by its grammar: what is let through, and what is put in.

use super::edit::Edits;
use super::grammar::{Rule, query};
use super::refusal::Refusal;
use super::restore::{Restore, Spot};
use super::tree::{At, Kind, Tree};
use super::{Agent, Scope};

mod aggregation;
mod hits;
mod object;
mod pipeline;
mod prefix;
mod search;
mod significant;
mod sort;
mod terms;
mod ties;
mod top;
mod word;

/// How many copies of the access filter one body may ask for.
const COPIES: usize = 64;

pub(super) use terms::Empty;
use top::Top;

/// What every rule comes to; a refusal is rare, and boxed so that the rest stays small.
type Judged<T = ()> = Result<T, Box<Refusal>>;

/// What a body that is let through becomes.
#[derive(Debug)]
pub(super) struct Verdict {
    /// The body to send.
    pub(super) body: Vec<u8>,
    pub(super) restore: Restore,
    /// The aggregations whose answer is needed first.
    pub(super) lists: Vec<String>,
}

/// One reading of one body.
#[derive(Debug)]
pub(super) struct Judge<'t> {
    tree: &'t Tree<'t>,
    scope: Scope<'t>,
    agent: Agent,
    top: Top,
    edits: Edits<'t>,
    /// The name under which the reading is; the root, where it is under none.
    name: At,
    spots: Vec<Spot>,
    /// How many `nested` queries, orders and aggregations the reading is in.
    nested: usize,
    /// How many aggregations that merge buckets the reading is in.
    merged: usize,
    /// How many aggregations that make several buckets the reading is in.
    several: usize,
    /// Whether it stands directly in significant terms.
    in_significant: bool,
    /// The names of all significant terms.
    significant: Vec<String>,
    /// What pipelines read, and the names under which they say so.
    read: Vec<(At, String)>,
    empty: Empty<'t>,
    lists: Vec<String>,
    /// Whether hits are counted that the caller does not want to be counted.
    counted: bool,
    /// How many hits the caller wants to be counted at most, where one more is.
    most: Option<u64>,
    /// How many ranges were read.
    ranges: usize,
    /// Whether anything is highlighted plainly.
    plain: bool,
}

impl<'t> Judge<'t> {
    pub(super) fn new(
        tree: &'t Tree<'t>,
        scope: Scope<'t>,
        agent: Agent,
        empty: Empty<'t>,
    ) -> Self {
        Self {
            tree,
            scope,
            agent,
            top: Top::default(),
            edits: Edits::of(tree.body(), scope),
            name: tree.root(),
            spots: Vec::new(),
            nested: 0,
            merged: 0,
            several: 0,
            in_significant: false,
            significant: Vec::new(),
            read: Vec::new(),
            empty,
            lists: Vec::new(),
            counted: false,
            most: None,
            ranges: 0,
            plain: false,
        }
    }

    /// Judges a value by its rule.
    ///
    /// No more than a jump to what judges it, and cheap as long as nothing of that is inlined: what few searches come to
    /// is `#[cold]`.
    fn value(&mut self, at: At, rule: &'static Rule) -> Judged {
        match rule {
            Rule::Free => Ok(()),
            Rule::Scalar => self.require(self.tree.kind(at).is_scalar()),
            Rule::Leaf => self.require(self.is_leaf(at)),
            Rule::List(item) => self.list(at, item),
            Rule::Many(item) if self.is(at, Kind::Array) => self.list(at, item),
            Rule::Many(item) => self.value(at, item),
            Rule::Or(_, object) if self.is(at, Kind::Object) => self.value(at, object),
            Rule::Or(other, _) => self.value(at, other),
            Rule::Object(object) => self.object(at, object),
            Rule::Short(name, object) => self.short(at, name, object),
            Rule::Query => self.query(at),
            Rule::Range(rule) => self.range(at, rule),
            Rule::PhrasePrefix(rule) => self.phrase_prefix(at, rule),
            Rule::MultiMatch(rule) => self.multi_match(at, rule),
            Rule::Map(values) => self.map(at, values),
            Rule::Bounded => self.bounded(at),
            Rule::Nested(rule) => self.of_nested(at, rule),
            Rule::Aggregations => self.top_aggregations(at),
            Rule::Reads(rule) => self.reads(at, rule),
            Rule::Sort => self.sort(at),
            Rule::Collapsed(object) => self.collapsed(at, object),
            Rule::TopHits(object) => self.top_hits(at, object),
            Rule::Barred(why) => self.refused(why),
            Rule::Hides(why, rule) => self.hidden(at, why, rule),
            Rule::Off(why) => self.off(at, why),
            Rule::Positive(why) => self.positive(at, why),
            Rule::Among(words, why) => self.among(at, words, why),
            Rule::NotFuzzy(why) => self.not_fuzzy(at, why),
            Rule::Highlighter => self.highlighter(at),
            Rule::OwnIndex => self.own_index(at),
        }
    }

    #[inline(never)]
    fn list(&mut self, at: At, item: &'static Rule) -> Judged {
        self.require(self.is(at, Kind::Array))?;
        self.tree.items(at).try_for_each(|at| self.value(at, item))
    }

    #[inline(never)]
    fn map(&mut self, at: At, values: &'static Rule) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        self.tree
            .members(at)
            .try_for_each(|(name, value)| self.under(name, |judge| judge.value(value, values)))
    }

    /// One clause by its name, and nothing beside it.
    fn query(&mut self, at: At) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        let mut members = self.tree.members(at);
        let (Some((name, body)), None) = (members.next(), members.next()) else {
            return self.unknown();
        };
        self.under(name, |judge| match judge.tree.text(name).as_deref().and_then(query::clause) {
            Some(rule) => judge.value(body, rule),
            None => judge.unknown(),
        })
    }

    /// Where no group has a date in a range, OpenSearch leaves out the range and what stands beside it, wrong as that
    /// may be: so that it does not tell, the range gets an alternative that finds nothing.
    #[inline(never)]
    fn range(&mut self, body: At, rule: &'static Rule) -> Judged {
        if !self.filtered() {
            return self.value(body, rule);
        }
        self.ranges += 1;
        let (start, end) = self.tree.span(self.tree.only(self.name));
        self.edits.insert(start, r#"{"bool":{"should":["#);
        self.value(body, rule)?;
        let nothing = r#",{"bool":{"must_not":[{"exists":{"field":"_seq_no"}}]}}]}}"#;
        self.edits.insert(end, nothing);
        Ok(())
    }

    /// What runs on nested objects. In one another they would be taken for their own parents: then
    /// groups are found by the owners of others, and owners that nobody may see make it fail.
    #[cold]
    fn of_nested(&mut self, at: At, rule: &'static Rule) -> Judged {
        self.nested += 1;
        self.value(at, rule)?;
        self.nested -= 1;
        if self.nested == 0 {
            return Ok(());
        }
        self.unless_filtered("nested objects inside of others are not bounded")
    }

    /// A query with the access filter beside it.
    fn bounded(&mut self, at: At) -> Judged {
        self.wrap(at, Self::query)
    }

    /// Puts the access filter around a query, if there is one.
    fn wrap(&mut self, at: At, judge: impl FnOnce(&mut Self, At) -> Judged) -> Judged {
        if !self.filtered() {
            return judge(self, at);
        }
        let (start, end) = self.tree.span(at);
        self.edits.insert(start, r#"{"bool":{"must":["#);
        judge(self, at)?;
        self.ours(end, r#"],"filter":["#, "]}}")
    }

    /// Puts the access filter here, between two texts.
    fn ours(&mut self, at: u32, before: &str, behind: &str) -> Judged {
        if self.edits.filters() == COPIES {
            return self.refused("it asks for too many copies of the access filter");
        }
        self.edits.insert_ours(at, before, behind);
        Ok(())
    }

    fn filtered(&self) -> bool {
        matches!(self.scope, Scope::Filtered(_) | Scope::Level(_))
    }

    /// Whether every hit is to have the same score.
    fn level(&self) -> bool {
        matches!(self.scope, Scope::Level(_))
    }

    fn is(&self, at: At, kind: Kind) -> bool {
        self.tree.kind(at) == kind
    }

    fn is_leaf(&self, at: At) -> bool {
        self.tree.kind(at).is_scalar() || self.is(at, Kind::Null)
    }

    /// Judges what stands under a name.
    fn under<T>(&mut self, name: At, judge: impl FnOnce(&mut Self) -> Judged<T>) -> Judged<T> {
        let around = std::mem::replace(&mut self.name, name);
        let judged = judge(self)?;
        self.name = around;
        Ok(judged)
    }

    fn require(&self, holds: bool) -> Judged {
        if holds { Ok(()) } else { self.unknown() }
    }

    /// What is refused to who does not see everything.
    #[cold]
    fn hidden(&mut self, at: At, why: &'static str, rule: &'static Rule) -> Judged {
        self.unless_filtered(why)?;
        self.value(at, rule)
    }

    fn unless_filtered(&self, why: &'static str) -> Judged {
        if self.filtered() { self.refused(why) } else { Ok(()) }
    }

    #[cold]
    fn unknown<T>(&self) -> Judged<T> {
        Err(Box::new(Refusal::Unknown { clause: self.clause() }))
    }

    #[cold]
    fn refused<T>(&self, why: &'static str) -> Judged<T> {
        Err(Box::new(Refusal::Refused { clause: self.clause(), why }))
    }

    /// The path of the clause that is read, long names cut short, and the middle of a long path left out.
    fn clause(&self) -> String {
        let name = |at| match self.tree.text(at) {
            Some(name) => name.chars().take(64).collect(),
            None => String::from("?"),
        };
        let path: Vec<String> = self.tree.path(self.name).map(name).collect();
        match &*path {
            [first @ .., last] if first.len() > 16 => {
                format!("{}…{last}", first[..8].join("."))
            }
            path => path.join("."),
        }
    }
}
