//! Significant terms in an order of their own, cut short as the caller asked.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Misshapen, Withheld};
use crate::search::Refusal;

const TIED: &str = "too many significant terms have the same score to tell which come first";

/// Significant terms, of which more are asked for than are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::search) struct Significant {
    /// How many are shown at most.
    pub(in crate::search) shown: usize,
    /// How many are asked for.
    pub(in crate::search) asked: usize,
    /// The path of the clause in the body.
    pub(in crate::search) clause: String,
}

impl Significant {
    /// Puts the terms of an answer in order: those of the highest score first, those of one score by their keys.
    pub(super) fn restore(&self, answer: &mut Map<String, Value>) -> Result<(), Withheld> {
        let buckets = answer.get_mut("buckets").and_then(Value::as_array_mut).ok_or(Misshapen)?;
        let keyed = std::mem::take(buckets).into_iter().map(|term| Some((Rank::of(&term)?, term)));
        let mut terms: Vec<_> = keyed.collect::<Option<_>>().ok_or(Misshapen)?;
        terms.sort_by(|(one, _), (other, _)| one.cmp(other));
        if self.cuts_through_ties(&terms) {
            let clause = self.clause.clone();
            return Err(Refusal::Refused { clause, why: TIED }.into());
        }
        buckets.extend(terms.into_iter().take(self.shown).map(|(_, term)| term));
        if buckets.is_empty() {
            forget_background(answer);
        }
        Ok(())
    }

    /// Whether terms that the answer has not may have the score of the last one that is shown.
    fn cuts_through_ties(&self, terms: &[(Rank, Value)]) -> bool {
        let score = |at: usize| terms.get(at).map(|(rank, _)| rank.score);
        terms.len() >= self.asked && score(self.shown - 1) == score(terms.len() - 1)
    }
}

/// What decides where a term stands.
struct Rank {
    score: f64,
    key: Key,
}

/// Numbers and texts are in no list together.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

impl Rank {
    fn of(term: &Value) -> Option<Self> {
        let key = match term.get("key")? {
            Value::String(text) => Key::Text(text.clone()),
            number => Key::Number(number.as_i64()?),
        };
        Some(Self { score: score(term.get("score")?)?, key })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        other.score.total_cmp(&self.score).then_with(|| self.key.cmp(&other.key))
    }
}

/// JSON has no number for what is endless: OpenSearch writes it as a text.
fn score(score: &Value) -> Option<f64> {
    match score {
        Value::String(text) => (text == "Infinity").then_some(f64::INFINITY),
        number => number.as_f64(),
    }
}

/// Where no term is found, OpenSearch may say that the background is the whole index; of no terms there is none.
fn forget_background(answer: &mut Map<String, Value>) {
    if let Some(count) = answer.get_mut("bg_count") {
        *count = Value::from(0);
    }
}
