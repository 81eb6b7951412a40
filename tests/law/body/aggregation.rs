//! Aggregations that give buckets.

use serde_json::json;

use super::bucket::{composite, histograms, ranges};
use super::make::{Json, both, clause, either, just, levels, list, map, mostly, object, of};
use super::metric::{metrics, piped};
use super::query::Queries;
use super::terms::{significant, significant_text, terms};
use super::words::known_fields;

/// Aggregations by name, some inside others.
pub(crate) fn aggregations(queries: &Queries) -> Json {
    let names = || of(["a", "b", "c"]);
    let meta = || object([], [("meta", just(json!({ "m": 1 })))]);
    let leaf = both(either([metrics(queries), buckets(&queries.filter)]), meta());
    let back = clause("reverse_nested", object([], []));
    let around = |inner: Json| {
        let below = || mostly([(4, map(names(), inner.clone(), 1..=2)), (1, piped())]);
        let inside = || either([clause("aggs", below()), clause("aggregations", below())]);
        let return_ = both(back.clone(), inside());
        let nested = both(
            clause("nested", just(json!({ "path": "owner" }))),
            clause("aggs", map(names(), either([return_, inner.clone()]), 1..=2)),
        );
        let plain = both(mostly([(4, parents(&queries.filter)), (3, reaching())]), inside());
        both(mostly([(5, plain), (1, nested)]), meta())
    };
    let any = levels(leaf, 3, around);
    let global = both(
        clause("global", object([], [])),
        object([], [("aggs", map(names(), any.clone(), 1..=2))]),
    );
    let top = mostly([(8, any), (1, global), (1, composite())]);
    mostly([(4, map(names(), top, 1..=3)), (1, piped())])
}

/// Those that look at other documents than those of the bucket that they stand in.
fn reaching() -> Json {
    mostly([
        (3, clause("nested", object([("path", of(["owner"]))], []))),
        (1, clause("nested", object([("path", of(["no_such_path"]))], []))),
        (1, clause("children", object([("type", of(["t"]))], []))),
    ])
}

fn buckets(filter: &Json) -> Json {
    mostly([(12, parents(filter)), (1, significant_text(filter))])
}

/// Those that can have others beneath.
fn parents(filter: &Json) -> Json {
    let filters = || filter.clone();
    let named_filters = || map(of(["f1", "f2", "f3"]), filters(), 1..=3);
    mostly([
        (5, terms()),
        (3, significant(filter)),
        (3, histograms()),
        (2, ranges()),
        (2, clause("filter", filters())),
        (
            2,
            clause(
                "filters",
                object(
                    [("filters", either([named_filters(), list(filters(), 1..=3)]))],
                    [("other_bucket", of([true, false])), ("other_bucket_key", of(["rest"]))],
                ),
            ),
        ),
        (
            1,
            clause(
                "adjacency_matrix",
                object(
                    [("filters", named_filters())],
                    [("separator", of(["+"])), ("show_only_intersecting", of([true]))],
                ),
            ),
        ),
        (2, clause("missing", object([("field", known_fields())], [("missing", of([0]))]))),
        (2, reaching()),
    ])
}
