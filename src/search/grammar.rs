//! The search language that is let through, as data: which keys a clause may have, and what each of them holds.
//!
//! What is not written down here is not known, and is refused by name. Names and spellings are those of OpenSearch 3.4.

/// An object whose keys hold plain values.
macro_rules! options {
    ($($name:ident)*) => {
        $crate::search::grammar::Object::of(&[$(stringify!($name)),*])
    };
}

pub(super) mod aggregation;
pub(super) mod feature;
pub(super) mod query;

/// The index of the model groups, the only one that a search may name.
pub(super) const OWN_INDEX: &str = ".plugins-ml-model-group";

/// What a value may be.
#[derive(Debug)]
pub(super) enum Rule {
    /// Whatever it is, it reaches nothing.
    Free,
    /// A string, a number or a boolean.
    Scalar,
    /// The same, or null.
    Leaf,
    /// An array of them.
    List(&'static Self),
    /// One, or an array of them.
    Many(&'static Self),
    /// An object goes by the second, all else by the first.
    Or(&'static Self, &'static Self),
    /// An object with names of the caller's choice.
    Map(&'static Self),
    /// An object with these keys.
    Object(&'static Object),
    /// The object, or a scalar that stands for its first named option.
    Short(&'static str, &'static Object),
    /// A query.
    Query,
    /// A query clause that is a range.
    Range(&'static Self),
    /// The query clause for a phrase that ends in a prefix.
    PhrasePrefix(&'static Self),
    /// The query clause for words in several fields.
    MultiMatch(&'static Self),
    /// A query that runs on documents other than those that the search has found: it gets the access filter beside it.
    Bounded,
    /// What runs on nested objects: a query in it has none of their own to run on.
    Nested(&'static Self),
    /// Aggregations by name.
    Aggregations,
    /// Paths of aggregations whose answers a pipeline reads.
    Reads(&'static Self),
    /// Sort orders.
    Sort,
    /// Hits that another one stands for.
    Collapsed(&'static Object),
    /// Hits of a bucket.
    TopHits(&'static Object),
    /// Refused for everybody.
    Barred(&'static str),
    /// Refused for who does not see everything, else this.
    Hides(&'static str, &'static Self),
    /// A switch that who does not see everything may only leave off.
    Off(&'static str),
    /// A number of which who does not see everything may only say 1 and above.
    Positive(&'static str),
    /// A word of which who does not see everything may only say these.
    Among(&'static [&'static str], &'static str),
    /// A text in which who does not see everything may not use the fuzzy operator.
    NotFuzzy(&'static str),
    /// What highlights.
    Highlighter,
    /// The name of the model-group index: nothing else is reached.
    OwnIndex,
}

/// The keys of an object.
#[derive(Debug)]
pub(super) struct Object {
    /// Those that hold plain values.
    options: &'static [&'static str],
    keys: &'static [(&'static str, Rule)],
    pub(super) others: Others,
    /// What is set for who does not see everything, whatever the caller said.
    pub(super) set: &'static [Set],
    /// A key that must be there for who does not see everything, and why.
    pub(super) needs: Option<(&'static str, &'static str)>,
}

/// The keys that the grammar does not name: they name fields.
#[derive(Clone, Copy, Debug)]
pub(super) enum Others {
    None,
    /// Exactly one.
    One(&'static Rule),
    Any(&'static Rule),
}

/// An option that is set, beside what the caller said.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) key: &'static str,
    pub(super) to: Value,
    /// Only where this other option is given.
    pub(super) given: Option<&'static str>,
}

/// What an option is set to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Text(&'static str),
    /// The access filter, around the caller's query if there is one.
    Ours,
}

impl Object {
    const fn of(options: &'static [&'static str]) -> Self {
        Self { options, keys: &[], others: Others::None, set: &[], needs: None }
    }

    /// Keys that hold more than plain values.
    const fn and(self, keys: &'static [(&'static str, Rule)]) -> Self {
        Self { keys, ..self }
    }

    /// One more key, that names a field.
    const fn one(self, rule: &'static Rule) -> Self {
        Self { others: Others::One(rule), ..self }
    }

    /// Any more keys, that name what they will.
    const fn any(self, rule: &'static Rule) -> Self {
        Self { others: Others::Any(rule), ..self }
    }

    const fn setting(self, set: &'static [Set]) -> Self {
        Self { set, ..self }
    }

    const fn needing(self, key: &'static str, why: &'static str) -> Self {
        Self { needs: Some((key, why)), ..self }
    }

    /// What a key that the grammar names holds.
    pub(super) fn rule(&self, name: &str) -> Option<&'static Rule> {
        if self.options.contains(&name) {
            return Some(&Rule::Leaf);
        }
        self.keys.iter().find(|(key, _)| *key == name).map(|(_, rule)| rule)
    }
}

impl Others {
    pub(super) fn rule(self) -> Option<&'static Rule> {
        match self {
            Self::None => None,
            Self::One(rule) | Self::Any(rule) => Some(rule),
        }
    }
}

const SCRIPTS: &str = "a script sees what the access filter does not bound";
pub(super) const CUT: &str =
    "where its expansion is cut short depends on the terms of groups that you may not see";
const TOLD: &str = "it tells of groups that you may not see";

const LEAF: Rule = Rule::Leaf;
const FREE: Rule = Rule::Free;
const SCALARS: Rule = Rule::Many(&Rule::Leaf);
const QUERIES: Rule = Rule::Many(&Rule::Query);
const SCRIPT: Rule = Rule::Hides(SCRIPTS, &Rule::Free);
