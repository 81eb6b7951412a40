//! How an answer is put back into the shape that was asked for.

use serde_json::{Map, Value};

/// The name of the aggregation that is put beneath one that reaches beyond the query.
pub(super) const BENEATH: &str = "modelgate";

/// The answer lacks what the rewritten search asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer to a rewritten search has not the shape that was asked for")]
pub struct Misshapen;

/// The aggregations under which something was put.
#[derive(Debug, Default)]
pub struct Restore(pub(super) Vec<Spot>);

/// An aggregation that was changed, or has changed ones below.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) name: String,
    /// Whether what stands beneath it is lifted into its place.
    pub(super) lifted: bool,
    /// Whether it answers with buckets.
    pub(super) buckets: bool,
    pub(super) below: Vec<Self>,
}

impl Restore {
    /// Whether answers are as they should be already.
    pub fn is_identity(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts the answer back into the asked shape.
    ///
    /// # Errors
    /// When the answer lacks what the rewritten search asked for: it must not be given to the caller then.
    pub fn apply(&self, response: &mut Value) -> Result<(), Misshapen> {
        if self.is_identity() {
            return Ok(());
        }
        let aggregations = response.get_mut("aggregations").and_then(Value::as_object_mut);
        restore(&self.0, aggregations.ok_or(Misshapen)?)
    }
}

fn restore(spots: &[Spot], holder: &mut Map<String, Value>) -> Result<(), Misshapen> {
    spots.iter().try_for_each(|spot| {
        let answer = holder.get_mut(&spot.name).and_then(Value::as_object_mut);
        spot.restore(answer.ok_or(Misshapen)?)
    })
}

impl Spot {
    fn restore(&self, answer: &mut Map<String, Value>) -> Result<(), Misshapen> {
        if self.lifted {
            lift(answer)?;
        }
        if !self.buckets {
            return restore(&self.below, answer);
        }
        match answer.get_mut("buckets") {
            Some(Value::Array(buckets)) => self.restore_each(buckets.iter_mut()),
            Some(Value::Object(buckets)) => self.restore_each(buckets.values_mut()),
            _ => Err(Misshapen),
        }
    }

    fn restore_each<'v>(
        &self,
        mut buckets: impl Iterator<Item = &'v mut Value>,
    ) -> Result<(), Misshapen> {
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
