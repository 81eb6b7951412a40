//! What hits show of an order that their caller did not ask for.

use serde_json::{Map, Value};

use super::{Mend, Misshapen};

/// How ties are decided in a list of hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::search) enum Ties {
    /// As OpenSearch does.
    #[default]
    Untouched,
    /// By a last order behind the score, where hits would show no sort values.
    BehindScore,
    /// By a last order behind the caller's own.
    BehindOrders,
}

/// How the hits of a bucket were asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::search) struct Hits {
    pub(in crate::search) ties: Ties,
    /// How many the caller leaves out at the front, which were asked for.
    pub(in crate::search) skipped: usize,
}

impl Ties {
    /// Takes out what the hits of an answer, or of a hit, show.
    pub(super) fn forget(self, holder: &mut Map<String, Value>) -> Result<(), Misshapen> {
        if self == Self::Untouched {
            return Ok(());
        }
        list(holder)?.iter_mut().try_for_each(|hit| self.forget_in(hit).ok_or(Misshapen))
    }

    fn forget_in(self, hit: &mut Value) -> Option<()> {
        match self {
            Self::Untouched => {}
            Self::BehindScore => drop(hit.as_object_mut()?.shift_remove("sort")?),
            Self::BehindOrders => drop(hit.get_mut("sort")?.as_array_mut()?.pop()?),
        }
        Some(())
    }
}

impl Hits {
    /// What is mended where they are shown.
    pub(in crate::search) fn mend(self) -> Mend {
        if self == Self::default() { Mend::Nothing } else { Mend::Hits(self) }
    }

    /// Puts the hits of a bucket back into the asked shape.
    pub(super) fn restore(self, bucket: &mut Map<String, Value>) -> Result<(), Misshapen> {
        if self.ties == Ties::BehindScore {
            tell_scores(bucket, self.skipped).ok_or(Misshapen)?;
        }
        self.ties.forget(bucket)
    }
}

/// Scores are the first sort values, and the first is the best.
fn tell_scores(bucket: &mut Map<String, Value>, skipped: usize) -> Option<()> {
    let hits = bucket.get_mut("hits")?.as_object_mut()?;
    let list = hits.get_mut("hits")?.as_array_mut()?;
    for hit in &mut *list {
        let score = hit.get("sort")?.get(0)?.clone();
        hit.as_object_mut()?.insert("_score".into(), score);
    }
    let best = list.first().map(|hit| hit["_score"].clone());
    list.drain(..skipped.min(list.len()));
    if let Some(best) = best {
        hits.insert("max_score".into(), best);
    }
    Some(())
}

/// The hits of an answer, or of a part of it that has some.
pub(super) fn list(holder: &mut Map<String, Value>) -> Result<&mut Vec<Value>, Misshapen> {
    let list = holder.get_mut("hits").and_then(|hits| hits.get_mut("hits"));
    list.and_then(Value::as_array_mut).ok_or(Misshapen)
}
