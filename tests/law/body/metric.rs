//! Aggregations that give a number or some, and those that go by others' numbers.

use serde_json::json;

use super::feature;
use super::make::{Json, both, clause, either, just, keyed, list, mostly, object, of};
use super::query::Queries;
use super::words::{NUMBERS, dates, fields, known_fields, numbers};

/// The values of a field.
pub(crate) fn values(fields: Json) -> Json {
    let options = [("missing", of([0, 7])), ("value_type", of(["long"]))];
    object([("field", fields)], options)
}

pub(crate) fn metrics(queries: &Queries) -> Json {
    let any = || mostly([(6, known_fields()), (1, fields())]);
    let plain = of(["avg", "sum", "min", "max", "stats", "value_count"]);
    let percentiles =
        object([], [("keyed", of([false])), ("percents", just(json!([10, 50, 99.9])))]);
    let digits = object([], [("number_of_significant_value_digits", of([2]))]);
    let method = || clause("hdr", digits.clone());
    let ranks = object([("values", just(json!([1, 3])))], [("keyed", of([false]))]);
    let weight = || object([("field", numbers())], [("missing", of([1]))]);
    mostly([
        (4, keyed(plain, values(numbers()))),
        (1, clause("value_count", object([("field", any())], []))),
        (
            2,
            clause(
                "cardinality",
                both(
                    object([("field", any())], []),
                    object(
                        [],
                        [
                            ("precision_threshold", of([0, 2, 100])),
                            ("missing", of(["x"])),
                            ("execution_hint", of(["direct", "ordinals"])),
                        ],
                    ),
                ),
            ),
        ),
        (
            1,
            clause("extended_stats", both(values(of(NUMBERS)), object([], [("sigma", of([3.0]))]))),
        ),
        (2, clause("percentiles", both(both(values(of(NUMBERS)), percentiles), method()))),
        (1, clause("percentile_ranks", both(both(values(of(NUMBERS)), ranks), method()))),
        (
            1,
            clause(
                "weighted_avg",
                object([("value", weight()), ("weight", weight())], [("format", of(["0.00"]))]),
            ),
        ),
        (1, keyed(of(["geo_centroid"]), object([("field", of(["location"]))], []))),
        (3, feature::top_hits(queries)),
    ])
}

/// Buckets whose metrics others go by.
pub(crate) fn piped() -> Json {
    let metric = keyed(of(["sum", "avg", "max"]), object([("field", numbers())], []));
    let path = |path: &'static str| ("buckets_path", just(path));
    let gaps = || ("gap_policy", of(["skip", "insert_zeros"]));
    let parent = either([
        clause("cumulative_sum", object([path("m")], [("format", of(["0.0"]))])),
        clause("derivative", object([path("m")], [gaps(), ("unit", of(["1d"]))])),
        clause("serial_diff", object([path("m")], [("lag", of([1, 2])), gaps()])),
        clause(
            "moving_avg",
            object(
                [path("_count")],
                [("window", of([2])), ("model", of(["simple", "linear"])), ("predict", of([1]))],
            ),
        ),
        clause(
            "bucket_sort",
            object(
                [("sort", list(just(json!({ "m": { "order": "desc" } })), 1..=1))],
                [("from", of([1])), ("size", of([1, 3])), gaps()],
            ),
        ),
    ]);
    let sibling = either([
        keyed(
            of(["avg_bucket", "sum_bucket", "min_bucket", "max_bucket", "stats_bucket"]),
            object([path("h>m")], [gaps(), ("format", of(["0.0"]))]),
        ),
        clause("extended_stats_bucket", object([path("h>_count")], [("sigma", of([1.0]))])),
        clause(
            "percentiles_bucket",
            object([path("h>m")], [("percents", just(json!([50.0]))), ("keyed", of([false]))]),
        ),
    ]);
    let zero = || ("min_doc_count", of([0]));
    let buckets = mostly([
        (
            2,
            clause(
                "histogram",
                object([("field", of(NUMBERS)), ("interval", of([1, 2]))], [zero()]),
            ),
        ),
        (
            2,
            clause(
                "date_histogram",
                object([("field", dates()), ("calendar_interval", of(["day"]))], [zero()]),
            ),
        ),
    ]);
    let below = object([("m", metric)], [("p", parent)]);
    object(
        [("h", both(buckets, object([("aggs", below)], [])))],
        [("s", sibling.clone()), ("s2", sibling)],
    )
}

/// What may be left out of a list of terms.
pub(crate) fn chosen() -> Json {
    list(of(["red", "public", "IT", "payroll"]), 1..=3)
}

pub(crate) fn matching() -> Json {
    of(["r.*", "public|private", ".*e.*", "(payroll|secret|zebra).*"])
}
