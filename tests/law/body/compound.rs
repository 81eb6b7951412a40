//! Queries with others inside, and those that make scores.

use proptest::strategy::Strategy;

use super::feature;
use super::make::{Json, both, clause, either, just, keyed, list, many, mostly, object, of};
use super::query::{Queries, Scores};
use super::words::{DATES, NUMBERS, OWNER_KEYWORDS, OWNERS, fields, small_numbers};

/// Queries with others inside.
pub(super) fn around(queries: &Queries) -> Json {
    let (scored, unscored) = (|| queries.scored.clone(), || queries.filter.clone());
    let named = || ("_name", of(["n3", "n4"]));
    mostly([
        (
            6,
            clause(
                "bool",
                object(
                    [],
                    [
                        ("must", many(scored())),
                        ("should", many(scored())),
                        ("filter", many(unscored())),
                        ("must_not", many(unscored())),
                        ("mustNot", unscored()),
                        ("minimum_should_match", of(["1", "2", "50%"])),
                        ("adjust_pure_negative", of([true, false])),
                        ("boost", of([2.0])),
                        named(),
                    ],
                ),
            ),
        ),
        (2, clause("constant_score", object([("filter", unscored())], [("boost", of([3.0]))]))),
        (1, clause("dis_max", object([("queries", many(scored()))], [("tie_breaker", of([0.5]))]))),
        (
            1,
            clause(
                "boosting",
                object(
                    [
                        ("positive", scored()),
                        ("negative", unscored()),
                        ("negative_boost", of([0.5])),
                    ],
                    [],
                ),
            ),
        ),
        (3, nested(queries)),
        (2, function_score(scored(), unscored())),
        (1, joined(unscored())),
        (1, geo()),
        (1, beside_a_range(queries)),
    ])
}

/// What stands beside a range that no visible group is in: OpenSearch reads it only if any group is.
fn beside_a_range(queries: &Queries) -> Json {
    let late = of([1_710_000_000_000_i64, 1_730_000_000_000, 1_750_000_000_000]);
    let range = clause("range", keyed(of(DATES), clause("gte", late)));
    let unread = just(
        serde_json::json!({ "nested": { "path": "no_such_path", "query": { "match_all": {} } } }),
    );
    let beside = either([unread, nested(queries)]);
    let both = (range, beside).prop_map(|(range, beside)| serde_json::json!([range, beside]));
    let both = clause("bool", clause("must", both.boxed()));
    let anything = just(serde_json::json!({ "match_all": {} }));
    let either_one =
        (both.clone(), anything).prop_map(|(both, any)| serde_json::json!([both, any]));
    either([both, clause("bool", clause("should", either_one.boxed()))])
}

/// No group has children: these are understood, and find nothing.
fn joined(query: Json) -> Json {
    let unmapped = || ("ignore_unmapped", just(true));
    let children = [("type", of(["t"])), ("query", query.clone()), unmapped()];
    let parents = [("parent_type", of(["t"])), ("query", query), unmapped()];
    either([
        clause("has_child", object(children, [("score_mode", of(["none", "max"]))])),
        clause("has_parent", object(parents, [("score", of([true]))])),
        clause("parent_id", object([("type", of(["t"])), ("id", of(["v00"])), unmapped()], [])),
    ])
}

fn nested(queries: &Queries) -> Json {
    let term = clause("term", keyed(of(["owner.name.keyword"]), of(OWNERS)));
    let exists = clause("exists", object([("field", of(OWNER_KEYWORDS))], []));
    let inside = either([queries.scored.clone(), term, exists]);
    let modes = ("score_mode", of(["none", "avg", "max", "sum", "min"]));
    let inner_hits = ("inner_hits", feature::inner_hits(queries));
    let paths = mostly([(20, just("owner")), (1, just("no_such_path"))]);
    let any = object(
        [("path", paths), ("query", inside)],
        [modes, inner_hits, ("ignore_unmapped", of([true, false])), ("boost", of([2.0]))],
    );
    match queries.scores {
        Scores::Constant => clause("nested", any),
        Scores::Free => clause("nested", mostly([(3, any), (1, scored_owner())])),
    }
}

/// Owners by a word of their names, with scores of their own: a group has one owner, so that these order nothing.
fn scored_owner() -> Json {
    let query = clause("match", keyed(of(["owner.name"]), of(OWNERS)));
    object(
        [("path", just("owner")), ("query", query)],
        [("inner_hits", just(serde_json::json!({})))],
    )
}

fn function_score(query: Json, filter: Json) -> Json {
    let decay = |field: Json, origin: Json, scale: Json| {
        let options = object(
            [("origin", origin), ("scale", scale)],
            [("offset", of([0])), ("decay", of([0.3]))],
        );
        both(keyed(field, options), object([], [("multi_value_mode", of(["min", "avg"]))]))
    };
    let decays = || {
        either([
            decay(of(NUMBERS), small_numbers(), of([2])),
            decay(of(DATES), of([1_700_086_400_000_i64]), of(["1d"])),
        ])
    };
    let modifiers = of(["none", "log1p", "ln2p", "sqrt", "reciprocal", "log", "square"]);
    let value = object(
        [("field", fields_of_value())],
        [("factor", of([1.5])), ("modifier", modifiers), ("missing", of([1, 2]))],
    );
    let random = object([("seed", of([1, 7])), ("field", of(["_id", "latest_version"]))], []);
    let functions = || {
        vec![
            clause("weight", of([2, 3])),
            clause("gauss", decays()),
            clause("linear", decays()),
            clause("exp", decays()),
            clause("field_value_factor", value.clone()),
            clause("random_score", random.clone()),
        ]
    };
    let filtered = both(either(functions()), object([], [("filter", filter), ("weight", of([2]))]));
    let all = either([either(functions()), clause("functions", list(filtered, 0..=3))]);
    let options = object(
        [("query", query)],
        [
            ("score_mode", of(["sum", "max", "first", "multiply"])),
            ("boost_mode", of(["replace", "sum", "multiply"])),
            ("max_boost", of([5])),
            ("boost", of([2.0])),
        ],
    );
    clause("function_score", both(all, options))
}

fn fields_of_value() -> Json {
    either([of(NUMBERS), of(NUMBERS), of(DATES), fields()])
}

/// No group has a place: these are understood, and find nothing or fail.
fn geo() -> Json {
    let ignored = || ("ignore_unmapped", just(true));
    let location = |value: Json| keyed(of(["location"]), value);
    let point = || just(serde_json::json!({ "lat": 1, "lon": 2 }));
    let other = || just(serde_json::json!({ "lat": 3, "lon": 1 }));
    let corners = object([("top_left", other()), ("bottom_right", point())], []);
    either([
        clause(
            "geo_distance",
            both(location(point()), object([("distance", of(["1km"])), ignored()], [])),
        ),
        clause("geo_bounding_box", both(location(corners), object([ignored()], []))),
        clause(
            "geo_polygon",
            both(
                location(just(serde_json::json!({ "points": [[1, 1], [2, 3], [3, 1]] }))),
                object([ignored()], []),
            ),
        ),
    ])
}
