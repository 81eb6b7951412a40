//! Aggregations by terms, ordinary, rare and significant ones.

use serde_json::json;

use super::make::{Json, both, clause, either, just, keyed, list, many, mostly, object, of};
use super::metric::{chosen, matching};
use super::words::{KEYWORDS, NUMBERS, OWNER_KEYWORDS, numbers, small_numbers, texts};

pub(super) fn any_keyword() -> Json {
    either([of(KEYWORDS), of(OWNER_KEYWORDS)])
}

fn orders() -> Json {
    let way = || of(["asc", "desc"]);
    let by = || keyed(of(["_key", "_count", "_term"]), way());
    either([by(), by(), by(), mostly([(9, by()), (1, keyed(of(["a", "b.avg", "c>a"]), way()))])])
}

fn sizes() -> Vec<(&'static str, Json)> {
    vec![
        ("size", of([1, 2, 3, 50])),
        ("shard_size", of([1, 2, 50])),
        ("show_term_doc_count_error", of([true])),
        ("collect_mode", of(["breadth_first", "depth_first"])),
        ("shard_min_doc_count", of([0, 1, 2])),
    ]
}

pub(super) fn terms() -> Json {
    let options = |zero: bool| {
        let few = if zero { of([0]) } else { of([1, 2]) };
        let limits =
            object([], [("order", orders()), ("execution_hint", of(["map", "global_ordinals"]))]);
        both(object([("min_doc_count", few)], sizes()), limits)
    };
    let plain = || {
        both(
            object(
                [("field", either([any_keyword(), any_keyword(), numbers()]))],
                [("missing", of(["0"]))],
            ),
            options(false),
        )
    };
    let partition = just(json!({ "partition": 0, "num_partitions": 2 }));
    let chosen = |fields: Json| {
        let one = |by: Json| {
            let included = object([("include", by.clone())], []);
            either([included, object([], [("include", by.clone()), ("exclude", by)])])
        };
        both(object([("field", fields)], []), either([one(chosen()), one(matching())]))
    };
    let numeric = object([("field", of(NUMBERS))], [("exclude", list(small_numbers(), 1..=2))]);
    let empty = || both(mostly([(3, chosen(any_keyword())), (1, numeric)]), options(true));
    let multi = object(
        [(
            "terms",
            list(
                object([("field", either([any_keyword(), numbers()]))], [("missing", of(["0"]))]),
                2..=3,
            ),
        )],
        sizes(),
    );
    let multi = both(multi, object([], [("order", orders()), ("min_doc_count", of([1, 2]))]));
    let rarely = || {
        object(
            [],
            [("max_doc_count", of([1, 2, 100])), ("precision", of([0.01])), ("missing", of(["0"]))],
        )
    };
    let rare = either([
        object([("field", any_keyword())], [("include", of(["r.*"])), ("exclude", of(["p.*"]))]),
        object([("field", numbers())], []),
    ]);
    let rare = both(rare, rarely());
    mostly([
        (3, clause("terms", plain())),
        (2, clause("terms", both(chosen(any_keyword()), options(false)))),
        (
            1,
            clause(
                "terms",
                both(
                    object([("field", any_keyword()), ("include", partition)], []),
                    options(false),
                ),
            ),
        ),
        (3, clause("terms", empty())),
        (2, clause("multi_terms", multi)),
        (2, clause("rare_terms", rare)),
    ])
}

pub(super) fn significant(filter: &Json) -> Json {
    // Only a map has terms in the order of their documents.
    let hint = |of| object([("execution_hint", just(of))], []);
    let execution =
        || mostly([(2, hint("map")), (1, hint("global_ordinals")), (2, object([], []))]);
    let chosen =
        object([("field", of(KEYWORDS))], [("include", matching()), ("exclude", matching())]);
    let fields = mostly([(3, chosen), (1, object([("field", of(NUMBERS))], []))]);
    clause("significant_terms", both(both(fields, execution()), background(filter)))
}

pub(super) fn significant_text(filter: &Json) -> Json {
    let more = [
        ("source_fields", many(texts())),
        ("filter_duplicate_text", of([false])),
        ("include", chosen()),
    ];
    clause("significant_text", both(object([("field", texts())], more), background(filter)))
}

fn background(filter: &Json) -> Json {
    let heuristics = either([
        clause("jlh", object([], [])),
        clause("gnd", object([], [("background_is_superset", of([true, false]))])),
        clause("chi_square", object([], [("include_negatives", of([true]))])),
        clause(
            "mutual_information",
            object(
                [],
                [("include_negatives", of([true])), ("background_is_superset", of([false]))],
            ),
        ),
        clause("percentage", object([], [])),
        object([], []),
    ]);
    let more = [("background_filter", filter.clone()), ("shard_min_doc_count", of([0, 1]))];
    // Most are few of many that have one score, left out by the shard already.
    let size = || ("size", of([1, 2, 3, 50]));
    let shard_size = || ("shard_size", of([1, 2, 3, 50]));
    let sizes = mostly([
        (4, object([size(), shard_size()], [])),
        (1, object([size()], [])),
        (1, object([], [])),
    ]);
    both(both(object([("min_doc_count", of([1, 1, 2]))], more), sizes), heuristics)
}
