//! Bodies of searches over the whole language.

use proptest::sample::select;
use proptest::strategy::{BoxedStrategy, Just, Strategy};
use serde_json::Value;

use make::merged;
use query::{Queries, Scores};

mod aggregation;
mod bucket;
mod compound;
mod cut;
mod feature;
mod hostile;
mod make;
mod metric;
mod query;
mod terms;
mod text;
pub(crate) mod words;

/// A search, and how its answers are to be compared.
#[derive(Clone, Debug)]
pub(crate) struct Body {
    pub(crate) value: Value,
    pub(crate) scores: Scores,
}

impl Body {
    /// Whether hits have an order that goes neither by statistics of all documents, nor where scores are made once more
    /// by Lucene's own.
    pub(crate) fn is_ordered(&self) -> bool {
        let is_rescored = self.value.get("rescore").is_some();
        self.value.get("sort").is_some() || self.scores == Scores::Constant && !is_rescored
    }
}

pub(crate) fn bodies() -> BoxedStrategy<Body> {
    proptest::prop_oneof![2 => of(Scores::Constant), 1 => of(Scores::Free)].boxed()
}

fn of(scores: Scores) -> BoxedStrategy<Body> {
    let queries = Queries::of(scores);
    let body = feature::body(&queries);
    let with_aggregations = (body.clone(), aggregation::aggregations(&queries))
        .prop_map(|(body, aggs)| merged(body, serde_json::json!({ "aggs": aggs })));
    let clean = proptest::prop_oneof![1 => body, 1 => with_aggregations];
    let body = move |value| Body { value, scores };
    proptest::prop_oneof![8 => clean.clone(), 2 => refused(clean)].prop_map(body).boxed()
}

/// The search, with something that is refused.
fn refused(clean: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let clean = clean.boxed();
    let with = |more: BoxedStrategy<Value>| (clean.clone(), more).prop_map(|(b, m)| merged(b, m));
    let occurs = select(vec!["must", "must", "should", "must_not"]);
    let queries =
        (clean.clone(), hostile::queries(), occurs).prop_map(|(mut body, hostile, occurs)| {
            body["query"] = hostile::query_of(body["query"].take(), &hostile, occurs);
            body
        });
    proptest::prop_oneof![
        3 => queries,
        2 => with(hostile::aggregations()),
        2 => with(hostile::keys()),
        1 => hostile::sampled(),
        1 => (Just(()), hostile::queries()).prop_map(|((), query)| serde_json::json!({ "query": query, "sort": "name.keyword" })),
    ]
}
