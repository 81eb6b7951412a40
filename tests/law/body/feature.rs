//! What stands beside the query.

use proptest::strategy::Strategy;
use serde_json::{Value, json};

use super::make::{
    Json, both, clause, either, just, keyed, list, many, map, merged, mostly, object, of,
};
use super::query::{Queries, Scores};
use super::words::{
    DATES, KEYWORDS, NUMBERS, OWNER_KEYWORDS, counts, known_fields, patterns, small_numbers, texts,
    times, words,
};

/// One order that goes by no score, and a value to go on behind.
fn order(filter: &Json) -> impl Strategy<Value = (Value, Value)> + use<> {
    let directions = || of(["asc", "desc"]);
    let missing = || ("missing", of(["_last", "_first"]));
    let unmapped = || ("unmapped_type", of(["keyword"]));
    let plain = |fields: Json, values: Json, modes: Json| {
        let options = object([("order", directions())], [missing(), ("mode", modes)]);
        let orders =
            either([fields.clone(), keyed(fields.clone(), directions()), keyed(fields, options)]);
        (orders, values).boxed()
    };
    let inner_filter = || ("filter", filter.clone());
    let inside = object([("path", just("owner"))], [inner_filter(), ("max_children", of([1, 5]))]);
    let owner =
        object([("nested", inside)], [("order", directions()), missing(), ("mode", of(["max"]))]);
    let legacy = object(
        [("nested_path", just("owner"))],
        [("nested_filter", filter.clone()), ("order", directions())],
    );
    let unknown = object([unmapped()], [("order", directions())]);
    let numeric =
        object([("numeric_type", of(["double", "long", "date"]))], [("order", directions())]);
    proptest::prop_oneof![
        3 => plain(of(KEYWORDS), words(), of(["min", "max"])),
        3 => plain(of(NUMBERS), small_numbers(), of(["min", "avg", "sum"])),
        2 => plain(of(DATES), times(), of(["min", "max"])),
        2 => (keyed(of(OWNER_KEYWORDS), either([owner, legacy])), words()),
        1 => (keyed(of(["access", "owner.user_requested_tenant.keyword"]), directions()), words()),
        1 => (keyed(of(["no_such_field", "_id", "owner.user_requested_tenant.keyword"]), unknown), words()),
        1 => (keyed(of(NUMBERS), numeric), small_numbers()),
        1 => (either([just("_doc"), keyed(of(["_doc"]), directions())]), small_numbers()),
        1 => (just(json!({ "_geo_distance": { "location": [1, 2], "order": "asc", "unit": "km", "ignore_unmapped": true } })), just(1)),
    ]
}

/// Orders, and perhaps a value for each of them to go on behind.
fn sorts(filter: &Json) -> Json {
    let orders = proptest::collection::vec(order(filter), 1..=3);
    (orders, proptest::bool::weighted(0.2))
        .prop_map(|(orders, goes_on)| {
            let (orders, after): (Vec<_>, Vec<_>) = orders.into_iter().unzip();
            // Where `_doc` goes on is a number of a write.
            let numbered = |order: &Value| order.to_string().contains("_doc");
            match goes_on && !orders.iter().any(numbered) {
                true => json!({ "sort": orders, "search_after": after }),
                false => json!({ "sort": orders }),
            }
        })
        .boxed()
}

/// The orders alone.
fn orders(filter: &Json) -> Json {
    sorts(filter).prop_map(|sorts| sorts["sort"].clone()).boxed()
}

/// An order that is always given where scores may go by others' groups.
fn ordered(queries: &Queries) -> Vec<(&'static str, Json)> {
    match queries.scores {
        Scores::Constant => Vec::new(),
        Scores::Free => vec![("sort", orders(&queries.filter))],
    }
}

fn sources() -> Json {
    let names = || many(patterns());
    either([
        of([true, false]),
        names(),
        object(
            [],
            [
                ("includes", names()),
                ("excludes", names()),
                ("include", patterns()),
                ("exclude", patterns()),
            ],
        ),
    ])
}

fn formatted() -> Json {
    let times = object([("field", of(DATES))], [("format", of(["epoch_millis"]))]);
    let unmapped = object([("field", patterns())], [("include_unmapped", of([true]))]);
    list(either([patterns(), times, unmapped]), 1..=2)
}

fn doc_values() -> Json {
    let times = object([("field", of(DATES))], [("format", of(["epoch_millis"]))]);
    list(either([known_fields(), of(["*_time", "_id"]), times]), 1..=2)
}

/// What hits inside other hits have.
fn shown(filter: &Json) -> Vec<(&'static str, Json)> {
    vec![
        ("from", of([0, 1])),
        ("size", of([0, 1, 5])),
        ("version", of([true])),
        ("track_scores", of([true])),
        ("_source", sources()),
        ("docvalue_fields", doc_values()),
        ("fields", formatted()),
        ("stored_fields", of(["name"])),
        ("highlight", highlights(filter)),
        ("sort", orders(filter)),
    ]
}

pub(crate) fn inner_hits(queries: &Queries) -> Json {
    let named = object([], [("name", of(["i1", "i2"])), ("ignore_unmapped", of([true]))]);
    both(both(object([], shown(&queries.filter)), named), object(ordered(queries), []))
}

pub(crate) fn top_hits(queries: &Queries) -> Json {
    clause("top_hits", both(object([], shown(&queries.filter)), object(ordered(queries), [])))
}

fn highlights(filter: &Json) -> Json {
    let options = || {
        object(
            [],
            [
                ("type", of(["unified", "plain", "unified", "plain", "fvh"])),
                ("fragment_size", of([5, 100])),
                ("number_of_fragments", of([0, 1])),
                ("highlight_query", filter.clone()),
                ("require_field_match", of([true, false])),
                ("order", of(["score", "none"])),
                ("no_match_size", of([10])),
                ("post_tags", many(of(["</b>"]))),
                ("boundary_scanner", of(["word", "sentence"])),
                ("boundary_scanner_locale", of(["en"])),
                ("boundary_max_scan", of([5])),
                ("boundary_chars", of([".,"])),
                ("fragmenter", of(["simple", "span"])),
                ("phrase_limit", of([2])),
                ("force_source", of([true])),
                ("highlight_filter", of([true])),
                ("max_analyzer_offset", of([20])),
                ("options", just(json!({}))),
            ],
        )
    };
    let fields = || {
        map(
            either([texts(), patterns()]),
            both(
                options(),
                object([], [("matched_fields", many(texts())), ("fragment_offset", of([1]))]),
            ),
            1..=2,
        )
    };
    let single = || map(texts(), options(), 1..=1);
    let tags = object([], [("tags_schema", of(["styled"]))]);
    let own_tags = just(json!({ "pre_tags": ["<b>"], "post_tags": ["</b>"] }));
    let whole = both(object([], [("encoder", of(["html", "default"]))]), either([tags, own_tags]));
    both(
        both(options(), whole),
        object([("fields", either([fields(), list(single(), 1..=2)]))], []),
    )
}

fn collapse(queries: &Queries) -> Json {
    let fields = of(["access", "latest_version", "name.keyword", "tenant_id"]);
    let named = |name: &'static str| both(inner_hits(queries), object([("name", just(name))], []));
    let second = object([("field", of(["access"]))], []);
    let deeper = both(named("c1"), object([], [("collapse", second)]));
    let inner = either([
        deeper.clone(),
        list(deeper, 1..=1),
        (named("x"), named("y")).prop_map(|(one, other)| json!([one, other])).boxed(),
    ]);
    object([("field", fields)], [("inner_hits", inner), ("max_concurrent_group_searches", of([2]))])
}

fn rescore(queries: &Queries) -> Json {
    let query = object(
        [("rescore_query", queries.scored.clone())],
        [
            ("query_weight", of([0.5])),
            ("rescore_query_weight", of([2.0])),
            ("score_mode", of(["max", "total", "avg"])),
        ],
    );
    many(object([("query", query)], [("window_size", of([1, 3, 50]))]))
}

/// What goes with any query and any order.
fn beside(filter: &Json) -> Json {
    object(
        [],
        [
            ("post_filter", filter.clone()),
            ("highlight", highlights(filter)),
            ("_source", sources()),
            ("fields", formatted()),
            ("docvalue_fields", doc_values()),
            ("track_total_hits", either([of([true, false]), counts()])),
            ("timeout", of(["1m"])),
            ("version", of([true, false])),
            ("seq_no_primary_term", of([true, false])),
            ("explain", of([false])),
            ("profile", of([false])),
            ("stored_fields", many(of(["name"]))),
            ("stats", list(of(["g"]), 1..=1)),
            ("indices_boost", just(json!([{ ".plugins-ml-model-group": 2 }]))),
            ("track_scores", of([true])),
            ("include_named_queries_score", of([true])),
            ("verbose_pipeline", of([false])),
        ],
    )
}

/// What stands beside the query, how it is ordered and which page is asked for, as far as the
/// scores allow.
fn page(queries: &Queries) -> Json {
    let paged = || [("from", of([0, 2])), ("size", of([0, 1, 3, 20]))];
    let collapsed =
        object([("sort", orders(&queries.filter)), ("collapse", collapse(queries))], paged());
    let plain = object([("sort", orders(&queries.filter))], paged());
    let sizes = object([], [("size", of([0, 1, 3, 20]))]);
    let beyond = list(of([1_600_000_000_000_i64, 1_700_000_000_000, 1_710_000_000_000]), 1..=1);
    let past_the_visible = object(
        [
            ("sort", keyed(of(DATES), of(["asc", "desc"]))),
            ("search_after", beyond),
            ("track_total_hits", just(false)),
        ],
        [],
    );
    let sorted = mostly([
        (2, collapsed),
        (2, both(sorts(&queries.filter), sizes)),
        (1, past_the_visible),
        (4, plain),
    ]);
    let unsorted = match queries.scores {
        Scores::Free => object([("size", just(1000))], [("rescore", rescore(queries))]),
        Scores::Constant => {
            let sort = either([just("_score"), just(json!(["_score", "access"]))]);
            let more = || {
                let least = ("min_score", of([0.5, 1.0, 1.5, 2.0]));
                paged().into_iter().chain([least])
            };
            mostly([
                (2, object([], more().chain([("sort", sort)]))),
                (1, object([("collapse", collapse(queries))], more())),
                (1, object([("rescore", rescore(queries)), ("size", just(1000))], [])),
            ])
        }
    };
    mostly([(3, sorted), (2, unsorted)])
}

/// A body with a query, a page and more.
pub(crate) fn body(queries: &Queries) -> Json {
    let query = object([], [("query", queries.scored.clone())]);
    let often = object([("query", queries.scored.clone())], []);
    let body = (mostly([(1, query), (4, often)]), beside(&queries.filter), page(queries));
    body.prop_map(|(query, beside, page)| merged(merged(beside, query), page)).boxed()
}
