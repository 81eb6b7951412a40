//! Aggregations by ranges, by times and by pages.

use serde_json::json;

use super::make::{Json, both, clause, either, just, keyed, list, mostly, object, of};
use super::terms::any_keyword;
use super::words::{NUMBERS, OWNERS, ROLES, dates, numbers, times};

pub(super) fn histograms() -> Json {
    let common = || {
        vec![
            ("min_doc_count", of([0, 1])),
            ("keyed", of([true])),
            ("order", keyed(of(["_key", "_count"]), of(["asc", "desc"]))),
        ]
    };
    let bounds = |low: i64, high: i64| {
        object(
            [],
            [
                ("extended_bounds", just(json!({ "min": low, "max": high }))),
                ("hard_bounds", just(json!({ "min": low, "max": high }))),
            ],
        )
    };
    let numeric = both(
        object([("field", of(NUMBERS)), ("interval", of([1, 2, 10]))], [("offset", of([1]))]),
        bounds(0, 4),
    );
    let intervals = either([
        clause("calendar_interval", of(["day", "month", "1w"])),
        clause("fixed_interval", of(["1d", "12h"])),
    ]);
    let times = object(
        [("field", dates())],
        [
            ("time_zone", of(["Europe/Paris", "-03:00"])),
            ("offset", of(["+6h"])),
            ("format", of(["yyyy-MM-dd"])),
        ],
    );
    let times = both(both(times, intervals), bounds(1_700_000_000_000, 1_700_400_000_000));
    either([
        clause("histogram", both(numeric, object([], common()))),
        clause("date_histogram", both(times, object([], common()))),
        clause(
            "auto_date_histogram",
            object(
                [("field", dates())],
                [
                    ("buckets", of([1, 3, 10])),
                    ("minimum_interval", of(["day"])),
                    ("time_zone", of(["+02:00"])),
                ],
            ),
        ),
    ])
}

pub(super) fn ranges() -> Json {
    let keyed_or_not = || object([], [("keyed", of([true])), ("missing", of([1]))]);
    let numbers = just(json!([{ "to": 2 }, { "from": 1, "to": 900, "key": "k" }, { "from": 2 }]));
    let numbers = object([("field", of(NUMBERS)), ("ranges", numbers)], []);
    let spans = list(object([], [("from", times()), ("to", times()), ("key", of(["k1"]))]), 1..=3);
    let dates = object(
        [("field", dates()), ("ranges", spans)],
        [("time_zone", of(["+01:00"])), ("format", of(["epoch_millis||strict_date_time"]))],
    );
    let distance = json!({ "field": "location", "origin": [1, 2], "unit": "km", "distance_type": "plane", "ranges": [{ "to": 5 }] });
    mostly([
        (4, clause("range", both(numbers, keyed_or_not()))),
        (4, clause("date_range", both(dates, object([], [("keyed", of([true]))])))),
        (
            1,
            clause(
                "ip_range",
                just(json!({ "field": "location", "ranges": [{ "to": "10.0.0.5" }] })),
            ),
        ),
        (1, clause("geo_distance", just(distance))),
    ])
}

pub(super) fn composite() -> Json {
    let missing = object(
        [("missing_bucket", just(true))],
        [("missing_order", of(["first", "last", "default"]))],
    );
    let order = || object([], [("order", of(["asc", "desc"]))]);
    let options = || mostly([(2, order()), (1, both(order(), missing.clone()))]);
    let source = either([
        clause(
            "terms",
            both(object([("field", either([any_keyword(), numbers()]))], []), options()),
        ),
        clause(
            "histogram",
            both(object([("field", of(NUMBERS)), ("interval", of([2]))], []), options()),
        ),
        clause(
            "date_histogram",
            both(
                object(
                    [("field", dates()), ("calendar_interval", of(["day"]))],
                    [
                        ("time_zone", of(["+01:00"])),
                        ("format", of(["yyyy-MM-dd"])),
                        ("offset", of(["+1h"])),
                    ],
                ),
                options(),
            ),
        ),
    ]);
    let one = |name: &'static str| clause(name, source.clone());
    let sources = either([list(one("x"), 1..=1), (one("x"), one("y")).prop_map_list()]);
    let any = object([("sources", sources)], [("size", of([1, 2, 5]))]);
    let names = clause("terms", both(object([("field", any_keyword())], []), order()));
    let after = clause("x", either([of(OWNERS), of(ROLES), of(["m", "public"])]));
    let next = object(
        [("sources", list(clause("x", names), 1..=1)), ("after", after)],
        [("size", of([1, 2, 5]))],
    );
    clause("composite", either([any, next]))
}

/// Two strategies as one of an array.
trait AsList {
    fn prop_map_list(self) -> Json;
}

impl AsList for (Json, Json) {
    fn prop_map_list(self) -> Json {
        use proptest::strategy::Strategy;
        self.prop_map(|(one, other)| json!([one, other])).boxed()
    }
}
