//! How an answer is put back into the shape that was asked for.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Refusal;

mod hits;
mod raw;
mod significant;

pub(super) use hits::{Hits, Ties};
pub(super) use significant::Significant;

/// The name of the aggregation that is put beneath one that reaches beyond the query.
pub(super) const BENEATH: &str = "modelgate";

/// The answer lacks what the rewritten search asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer to a rewritten search has not the shape that was asked for")]
pub struct Misshapen;

/// Why an answer is not given to the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Withheld {
    /// It has not the shape that was asked for.
    #[error(transparent)]
    Misshapen(#[from] Misshapen),
    /// What the caller asked for cannot be told of it.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What was asked otherwise than the caller did.
#[derive(Debug, Default)]
pub struct Restore {
    /// The aggregations that were changed, or have changed ones below.
    pub(super) spots: Vec<Spot>,
    /// Whether hits are counted that the caller does not want to be counted.
    pub(super) counted: bool,
    /// How many hits the caller wants to be counted at most, where one more is.
    pub(super) most: Option<u64>,
    /// Where no hits are asked for, how many are counted at most (`terminate_after`), 0 for all: OpenSearch
    /// tells that it stopped early by the segments of the index, be they full of hidden groups.
    pub(super) hitless: Option<u64>,
    /// How ties are decided between its hits.
    pub(super) ties: Ties,
    /// The same in each of the lists inside of a hit that stands for others, by their names.
    pub(super) inner: BTreeMap<String, Ties>,
}

/// An aggregation that was changed, or has changed ones below.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) name: String,
    pub(super) mend: Mend,
    /// Whether the caller gave it `meta`.
    pub(super) annotated: bool,
    /// Whether it answers with buckets.
    pub(super) buckets: bool,
    pub(super) below: Vec<Self>,
}

/// What is mended in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Mend {
    Nothing,
    /// What stands beneath it is lifted into its place.
    Lift,
    /// More terms were asked for than are shown.
    Significant(Significant),
    /// Hits are shown that were asked for otherwise.
    Hits(Hits),
}

impl Restore {
    /// Whether answers are as they should be already.
    pub fn is_identity(&self) -> bool {
        self.ties == Ties::Untouched && self.is_of_hits()
    }

    /// Whether nothing but the hits of an answer is not as it should be, each by itself.
    pub fn is_of_hits(&self) -> bool {
        let has_none = self.spots.is_empty() && self.inner.is_empty();
        has_none && !self.counted && self.hitless.is_none()
    }

    /// Puts the bytes of an answer back into the asked shape, where it [is of hits](Self::is_of_hits).
    ///
    /// # Errors
    /// Gives the answer back where it is not JSON without spaces, or lacks what the rewritten search asked for.
    pub fn apply_to_bytes(&self, answer: Vec<u8>) -> Result<Vec<u8>, Vec<u8>> {
        match self.ties {
            _ if !self.is_of_hits() => Err(answer),
            Ties::Untouched => Ok(answer),
            ties => raw::without(answer, ties),
        }
    }

    /// Puts the answer back into the asked shape.
    ///
    /// # Errors
    /// When the answer lacks what the rewritten search asked for, or what the caller asked for: it must not be given to
    /// the caller then.
    pub fn apply(&self, response: &mut Value) -> Result<(), Withheld> {
        if let Some(most) = self.most {
            count_up_to(response, most);
        }
        if let Some(most) = self.hitless {
            tell_whether_ended(response, most).ok_or(Misshapen)?;
        }
        if self.counted {
            let hits = response.get_mut("hits").and_then(Value::as_object_mut);
            hits.ok_or(Misshapen)?.shift_remove("total");
        }
        self.forget_ties(response)?;
        if self.spots.is_empty() {
            return Ok(());
        }
        let aggregations = response.get_mut("aggregations").and_then(Value::as_object_mut);
        restore(&self.spots, aggregations.ok_or(Misshapen)?)
    }

    fn forget_ties(&self, response: &mut Value) -> Result<(), Misshapen> {
        let response = response.as_object_mut().ok_or(Misshapen)?;
        self.ties.forget(response)?;
        if self.inner.is_empty() {
            return Ok(());
        }
        hits::list(response)?.iter_mut().try_for_each(|hit| {
            self.inner.iter().try_for_each(|(name, ties)| {
                let inner = hit.get_mut("inner_hits").and_then(|lists| lists.get_mut(name));
                ties.forget(inner.and_then(Value::as_object_mut).ok_or(Misshapen)?)
            })
        })
    }
}

/// Hits are counted up to so many; whether there are more tells the relation.
fn count_up_to(response: &mut Value, most: u64) {
    let Some(total) = response.pointer_mut("/hits/total").and_then(Value::as_object_mut) else {
        return;
    };
    if total.get("value").and_then(Value::as_u64).is_some_and(|value| value > most) {
        total.insert("value".into(), most.into());
        total.insert("relation".into(), "gte".into());
    }
}

/// Whether as many were counted as were allowed; of a search without a limit nothing is told.
fn tell_whether_ended(response: &mut Value, most: u64) -> Option<()> {
    let counted = response.pointer("/hits/total/value").and_then(Value::as_u64);
    let response = response.as_object_mut()?;
    match response.get_mut("terminated_early") {
        Some(ended) if most > 0 => *ended = counted.is_some_and(|counted| counted >= most).into(),
        Some(_) => drop(response.shift_remove("terminated_early")),
        None => {}
    }
    Some(())
}

fn restore(spots: &[Spot], holder: &mut Map<String, Value>) -> Result<(), Withheld> {
    spots.iter().try_for_each(|spot| {
        let answer = holder.get_mut(&spot.name).and_then(Value::as_object_mut);
        spot.restore(answer.ok_or(Misshapen)?)
    })
}

impl Spot {
    fn restore(&self, answer: &mut Map<String, Value>) -> Result<(), Withheld> {
        // OpenSearch may add one where all groups, or none, have a date in a range of its filters.
        if !self.annotated {
            answer.shift_remove("meta");
        }
        match &self.mend {
            Mend::Nothing => {}
            Mend::Lift => lift(answer)?,
            Mend::Significant(terms) => terms.restore(answer)?,
            Mend::Hits(hits) => hits.restore(answer)?,
        }
        if !self.buckets {
            return restore(&self.below, answer);
        }
        match answer.get_mut("buckets") {
            Some(Value::Array(buckets)) => self.restore_each(buckets.iter_mut()),
            Some(Value::Object(buckets)) => self.restore_each(buckets.values_mut()),
            _ => Err(Misshapen.into()),
        }
    }

    fn restore_each<'v>(
        &self,
        mut buckets: impl Iterator<Item = &'v mut Value>,
    ) -> Result<(), Withheld> {
        buckets
            .try_for_each(|bucket| restore(&self.below, bucket.as_object_mut().ok_or(Misshapen)?))
    }
}

/// What the filter beneath found takes the place of what was found without it.
fn lift(answer: &mut Map<String, Value>) -> Result<(), Misshapen> {
    let Some(Value::Object(mut inner)) = answer.shift_remove(BENEATH) else {
        return Err(Misshapen);
    };
    let count = inner.shift_remove("doc_count").ok_or(Misshapen)?;
    inner.shift_remove("meta");
    answer.insert("doc_count".into(), count);
    answer.extend(inner);
    Ok(())
}
