//! What is refused, because it tells of hidden groups or might: if it were let through, the law
//! would have to find it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::cut;
use super::make::{Json, both, clause, either, just, keyed, list, map, mostly, object, of};
use super::words::{
    DATES, ELSEWHERE, KEYWORDS, NUMBERS, counts, fields, phrases, prefixes, texts, words,
};

/// A clause that a query may not have.
pub(crate) fn queries() -> Json {
    let script = |source: &str| json!({ "script": { "source": source } });
    let hidden = json!({ "range": { "latest_version": { "gt": 6 } } });
    let own = || ("index", just(".plugins-ml-model-group"));
    let other = || ("index", just(ELSEWHERE));
    let lookup = either([
        object([own(), ("id", ids()), ("path", of(["name.keyword", "access"]))], []),
        object([other(), ("id", just("1")), ("path", just("access"))], []),
    ]);
    let like = either([
        phrases(),
        object([("_id", ids())], [("_index", just(".plugins-ml-model-group"))]),
        object([("_id", just("1")), ("_index", just(ELSEWHERE))], []),
    ]);
    let expansion = either([
        keyed(of(["prefix"]), object([("prefix", prefixes())], [])),
        keyed(of(["wildcard"]), object([("pattern", of(["r*"]))], [])),
        keyed(of(["regexp"]), object([("pattern", of(["re.*"]))], [])),
        keyed(of(["fuzzy"]), object([("term", words())], [("fuzziness", of(["2"]))])),
    ]);
    let rewrites = || {
        of([
            "top_terms_1",
            "top_terms_boost_2",
            "top_terms_blended_freqs_1",
            "scoring_boolean",
            "constant_score_boolean",
        ])
    };
    let pattern = |kind: &'static str, value: Json| {
        clause(
            kind,
            keyed(
                either([texts(), of(KEYWORDS)]),
                object([("value", value), ("rewrite", rewrites())], []),
            ),
        )
    };
    let multi = keyed(of(["prefix"]), keyed(texts(), prefixes()));
    mostly([
        (2, lookups()),
        (
            2,
            just(
                json!({ "script": script("doc['latest_version'].size() == 0 || 1 / (doc['latest_version'].value > 6 ? 0 : 1) > 0") }),
            ),
        ),
        (
            2,
            just(
                json!({ "script_score": { "query": { "range": { "latest_version": { "gte": 0 } } }, "script": { "source": "1 / (doc['latest_version'].value > 6 ? 0 : 1)" }, "min_score": 0.5 } }),
            ),
        ),
        (
            2,
            just(
                json!({ "function_score": { "functions": [{ "filter": hidden, "field_value_factor": { "field": "latest_version", "factor": 0, "modifier": "log" } }], "min_score": 0.5 } }),
            ),
        ),
        (1, just(json!({ "function_score": { "script_score": script("1"), "min_score": 0.5 } }))),
        (1, just(json!({ "function_score": { "random_score": {} } }))),
        (
            1,
            clause(
                "function_score",
                object(
                    [
                        ("query", clause("match", keyed(texts(), words()))),
                        ("min_score", of([0.1, 1.0])),
                    ],
                    [("field_value_factor", just(json!({ "field": "latest_version" })))],
                ),
            ),
        ),
        (
            3,
            clause(
                "more_like_this",
                object(
                    [
                        ("fields", list(texts(), 1..=2)),
                        ("like", like),
                        ("min_term_freq", just(1)),
                        ("min_doc_freq", counts()),
                    ],
                    [("max_query_terms", of([1, 2]))],
                ),
            ),
        ),
        (
            2,
            clause(
                "common",
                keyed(
                    texts(),
                    object([("query", phrases())], [("cutoff_frequency", of([0.01, 2.0]))]),
                ),
            ),
        ),
        (2, clause("terms", keyed(of(["name.keyword", "access"]), lookup))),
        (1, clause("span_multi", object([("match", multi)], []))),
        (2, cut::one_word()),
        (3, clause("intervals", keyed(texts(), expansion))),
        (2, pattern("prefix", prefixes())),
        (2, pattern("wildcard", of(["r*", "*e*"]))),
        (1, pattern("regexp", of(["re.*"]))),
        (
            1,
            clause(
                "query_string",
                object([("query", prefixes()), ("type", just("phrase_prefix"))], []),
            ),
        ),
        (
            2,
            clause(
                "query_string",
                object(
                    [("query", of(["r*", "re*", "*e*"])), ("rewrite", rewrites())],
                    [("fields", list(texts(), 1..=1))],
                ),
            ),
        ),
        (
            2,
            clause(
                "simple_query_string",
                object(
                    [("query", of(["rod~2", "red~1", "rex~2"]))],
                    [("fields", list(texts(), 1..=1)), ("fuzzy_max_expansions", of([1, 2]))],
                ),
            ),
        ),
        (
            2,
            clause(
                "match",
                keyed(
                    texts(),
                    object(
                        [("query", phrases()), ("cutoff_frequency", of([0.01, 2.0, 10.0]))],
                        [("operator", of(["and"]))],
                    ),
                ),
            ),
        ),
    ])
}

fn ids() -> Json {
    of(["0a000", "0b000", "va001", "v00"])
}

/// An aggregation that may not be.
pub(crate) fn aggregations() -> Json {
    let count = |field: Json| clause("value_count", object([("field", field)], []));
    let sample = |kind: &'static str, body: Json| {
        both(clause(kind, body), clause("aggs", object([("m", count(fields()))], [])))
    };
    let zero = || ("min_doc_count", just(0));
    let terms = || ("field", of(KEYWORDS));
    let significant = clause(
        "significant_terms",
        object(
            [
                ("field", of(["owner.name.keyword", "owner.roles.keyword"])),
                ("min_doc_count", just(1)),
            ],
            [],
        ),
    );
    let inside = both(
        clause("nested", just(json!({ "path": "owner" }))),
        clause("aggs", object([("s", significant)], [])),
    );
    let significant = clause(
        "significant_terms",
        object([("field", of(KEYWORDS)), ("min_doc_count", just(1))], []),
    );
    let merged = both(
        clause("auto_date_histogram", object([("field", of(DATES)), ("buckets", counts())], [])),
        clause("aggs", object([("s", significant)], [])),
    );
    let aggregation = mostly([
        (2, merged),
        (2, sample("sampler", object([("shard_size", counts())], []))),
        (
            2,
            sample(
                "diversified_sampler",
                object(
                    [("shard_size", counts()), ("field", of(KEYWORDS))],
                    [("max_docs_per_value", of([1]))],
                ),
            ),
        ),
        (2, clause("significant_terms", object([terms(), zero()], []))),
        (
            2,
            clause(
                "multi_terms",
                object([("terms", list(object([terms()], []), 2..=2)), zero()], []),
            ),
        ),
        (2, clause("significant_text", object([("field", texts()), zero()], []))),
        (3, in_order()),
        (3, inside),
        (2, clause("terms", object([terms(), zero(), ("missing", of(["x"]))], []))),
        (
            1,
            just(
                json!({ "scripted_metric": { "init_script": "state.n = 0", "map_script": "state.n += 1", "combine_script": "return state.n", "reduce_script": "def n = 0; for (s in states) { n += s } return n" } }),
            ),
        ),
        (1, just(json!({ "terms": { "script": { "source": "doc['access'].size()" } } }))),
        (
            1,
            just(
                json!({ "significant_terms": { "field": "access", "min_doc_count": 1, "script_heuristic": { "script": { "source": "params._superset_size" } } } }),
            ),
        ),
        (
            1,
            just(
                json!({ "date_histogram": { "field": "created_time", "calendar_interval": "day", "min_doc_count": 0 }, "aggs": { "b": { "bucket_selector": { "buckets_path": { "n": "_count" }, "script": "params.n >= 0" } } } }),
            ),
        ),
    ]);
    object([("aggs", map(of(["h"]), aggregation, 1..=1))], [])
}

/// Aggregations that go by the order in which Lucene has the groups.
fn in_order() -> Json {
    let numbers = || ("field", of(NUMBERS));
    let few = [("buckets", of([1, 2, 5])), ("shard_size", of([10])), ("initial_buffer", of([2]))];
    either([
        clause("variable_width_histogram", object([numbers()], few)),
        clause("matrix_stats", object([("fields", list(of(NUMBERS), 1..=2))], [])),
        clause("median_absolute_deviation", object([numbers()], [("compression", of([20]))])),
        clause("percentiles", object([numbers(), ("tdigest", object([], []))], [])),
        clause("percentile_ranks", object([numbers(), ("values", just(json!([1, 3])))], [])),
        clause(
            "significant_text",
            object([("field", texts()), ("filter_duplicate_text", just(true))], []),
        ),
    ])
}

/// A key that a search may not have.
pub(crate) fn keys() -> Json {
    let suggestion = |kind: &'static str| {
        object(
            [
                ("text", phrases()),
                (kind, object([("field", texts())], [("min_doc_freq", counts())])),
            ],
            [],
        )
    };
    let suggest = clause(
        "suggest",
        map(of(["s"]), either([suggestion("term"), suggestion("phrase")]), 1..=1),
    );
    let script = || json!({ "f": { "script": { "source": "doc['latest_version'].value" } } });
    mostly([
        (3, suggest),
        (2, clause("explain", just(true))),
        (2, clause("profile", just(true))),
        (1, just(json!({ "slice": { "id": 0, "max": 2 } }))),
        (2, clause("terminate_after", of([1, 3, 100]))),
        (1, clause("script_fields", just(script()))),
        (2, derived()),
        (2, plain()),
        (2, cut_short()),
        (
            1,
            just(
                json!({ "sort": { "_script": { "type": "number", "script": { "source": "doc['latest_version'].size()" } } } }),
            ),
        ),
        (1, just(json!({ "search_pipeline": "any" }))),
        (1, just(json!({ "query": { "wrapper": { "query": wrapped() } } }))),
        (1, just(json!({ "ext": {} }))),
    ])
}

/// A lookup in an index that no caller may read, as `wrapper` hides it.
fn wrapped() -> String {
    let lookup =
        json!({ "terms": { "access": { "index": ELSEWHERE, "id": "1", "path": "access" } } });
    STANDARD.encode(lookup.to_string())
}

/// What reads a document of an index that no caller may read.
fn lookups() -> Json {
    let shape = json!({ "index": ELSEWHERE, "id": "1", "path": "access" });
    let document = json!({ "field": "name", "index": ELSEWHERE, "id": "1" });
    either([
        clause("geo_shape", keyed(of(["location"]), just(json!({ "indexed_shape": shape })))),
        clause("percolate", just(document)),
    ])
}

/// A field out of a script that fails on groups that only others may see.
fn derived() -> Json {
    let source = "emit(doc['latest_version'].size() == 0 ? 1 : 1 / (doc['latest_version'].value > 6 ? 0 : 1))";
    let field = json!({ "d": { "type": "long", "script": { "source": source } } });
    let range = json!({ "range": { "d": { "gt": 0 } } });
    let query = of([range.clone(), json!({ "bool": { "must_not": range } })]);
    object([("derived", just(field)), ("query", query)], [])
}

/// What is highlighted plainly, beside a range that all visible groups may be in.
fn plain() -> Json {
    let ends = |end: &'static str, times: [i64; 2]| clause(end, of(times));
    let range = either([
        ends("gte", [1_600_000_000_000, 1_700_000_000_000]),
        ends("lte", [1_701_000_000_000, 1_750_000_000_000]),
    ]);
    let query = object(
        [
            ("must", clause("match", keyed(texts(), words()))),
            ("should", clause("range", keyed(of(DATES), range))),
        ],
        [],
    );
    let highlight = json!({ "type": "plain", "fields": { "name": {}, "description": {} } });
    object([("query", clause("bool", query)), ("highlight", just(highlight))], [])
}

/// What is counted of the groups that score best, where the terms of all groups say which these are.
pub(crate) fn sampled() -> Json {
    let two = of(["red green", "blue model", "ranker search", "reranker embedding"]);
    let sizes = || ("shard_size", of([1, 2, 3]));
    let spread = [sizes(), ("field", just("access")), ("max_docs_per_value", of([1, 2]))];
    let sample = either([
        clause("sampler", object([sizes()], [])),
        clause("diversified_sampler", object(spread, [])),
    ]);
    let latest = clause("m", clause("max", object([("field", of(DATES))], [])));
    let counted = both(sample, clause("aggs", latest));
    let query = clause("match", keyed(texts(), two));
    object([("query", query), ("size", just(0)), ("aggs", clause("h", counted))], [])
}

/// The first groups by an order that Lucene finds without looking at all of them.
fn cut_short() -> Json {
    let order = keyed(of(DATES), of(["asc", "desc"]));
    let ends = [("terminate_after", of([1, 2, 3, 5])), ("size", of([1, 2])), ("sort", order)];
    object(ends, [("track_total_hits", just(false))])
}

/// A query that goes on with a clause that it may not have, and how that occurs. Where both must match, OpenSearch asks
/// it only about what the other has found.
pub(crate) fn query_of(query: Value, hostile: &Value, occurs: &str) -> Value {
    match (query, occurs) {
        (_, "must_not") => json!({ "bool": { "must_not": hostile } }),
        (Value::Null, _) => hostile.clone(),
        (query, occurs) => json!({ "bool": { occurs: [query, hostile] } }),
    }
}
