//! Queries for words, whose scores go by what all documents have.

use super::cut;
use super::make::{Json, both, clause, either, just, keyed, levels, list, mostly, object, of};
use super::words::{patterns, phrases, prefixes, texts, words};

pub(crate) fn queries() -> Json {
    mostly([
        (4, matching()),
        (2, cut::near()),
        (1, cut::begun()),
        (2, multi_match()),
        (
            1,
            clause(
                "combined_fields",
                object(
                    [("query", phrases()), ("fields", list(texts(), 1..=2))],
                    [("operator", of(["and", "or"])), ("minimum_should_match", of(["1", "50%"]))],
                ),
            ),
        ),
        (2, query_string()),
        (2, simple_query_string()),
        (1, clause("intervals", keyed(texts(), levels(interval_match(), 2, interval_groups)))),
        (1, levels(clause("span_term", keyed(just("name"), words())), 2, spans)),
        (1, levels(clause("span_term", keyed(just("description"), words())), 2, spans)),
        (
            1,
            clause(
                "term",
                keyed(
                    texts(),
                    either([
                        words(),
                        object([("value", words())], [("case_insensitive", of([true]))]),
                    ]),
                ),
            ),
        ),
        (1, clause("prefix", keyed(texts(), prefixes()))),
        (
            1,
            clause(
                "wildcard",
                keyed(
                    texts(),
                    object(
                        [("value", of(["r*", "*e*", "pay*"]))],
                        [("case_insensitive", of([true]))],
                    ),
                ),
            ),
        ),
        (1, clause("regexp", keyed(texts(), of(["re.*", "r.d"])))),
    ])
}

fn fuzzy() -> Vec<(&'static str, Json)> {
    vec![
        ("fuzziness", of(["AUTO", "0", "1", "2"])),
        ("max_expansions", of([1, 2, 50])),
        ("prefix_length", of([0, 1])),
        ("fuzzy_transpositions", of([true, false])),
        ("fuzzy_rewrite", of(["constant_score", "top_terms_1", "top_terms_blended_freqs_1"])),
        ("operator", of(["and", "or"])),
        ("minimum_should_match", of(["1", "2", "75%"])),
        ("zero_terms_query", of(["all", "none"])),
        ("lenient", of([true])),
        ("auto_generate_synonyms_phrase_query", of([true, false])),
        ("analyzer", of(["standard", "whitespace", "keyword"])),
        ("boost", of([2.0])),
        ("_name", of(["t1", "t2"])),
    ]
}

fn matching() -> Json {
    let options = |more: Vec<(&'static str, Json)>| object([("query", phrases())], more);
    let phrase = || {
        vec![
            ("slop", of([0, 2])),
            ("analyzer", of(["standard"])),
            ("zero_terms_query", of(["all"])),
        ]
    };
    let without = ["zero_terms_query", "lenient", "auto_generate_synonyms_phrase_query"];
    let bool_prefix = fuzzy().into_iter().filter(|(name, _)| !without.contains(name)).collect();
    let mut prefix = phrase();
    prefix.push(("max_expansions", of([1, 2, 50])));
    either([
        clause("match", keyed(texts(), either([phrases(), options(fuzzy())]))),
        clause("match_bool_prefix", keyed(texts(), either([beginnings(), options(bool_prefix)]))),
        clause("match_phrase", keyed(texts(), either([phrases(), options(phrase())]))),
        clause(
            "match_phrase_prefix",
            keyed(
                texts(),
                either([
                    beginnings(),
                    both(options(prefix), object([("query", beginnings())], [])),
                ]),
            ),
        ),
    ])
}

/// Words, and the beginning of one.
fn beginnings() -> Json {
    either([prefixes(), of(["red r", "green re", "blue m", "search gr"])])
}

fn multi_match() -> Json {
    let types = of([
        "best_fields",
        "most_fields",
        "cross_fields",
        "phrase",
        "phrase_prefix",
        "bool_prefix",
    ]);
    let mut options = fuzzy();
    options.extend([("type", types), ("tie_breaker", of([0.3])), ("slop", of([1]))]);
    let fields = list(either([patterns(), of(["name^2", "description"])]), 0..=3);
    clause(
        "multi_match",
        object(
            [("query", either([phrases(), beginnings()]))],
            options.into_iter().chain([("fields", fields)]),
        ),
    )
}

fn query_string() -> Json {
    let written = of([
        "red AND name:gr*",
        "\"red green\"~2",
        "description:/re.*/",
        "rod~",
        "red~1 OR payroll~2",
        "r*d",
        "latest_version:[1 TO 3]",
        "_exists_:tenant_id",
        "*:*",
        "NOT access:private",
        "name:(red blue)^2",
        "access:public",
        "backend_roles.keyword:IT",
        "owner.name:alice",
        "pay*",
        "gr?en",
        "latest_version:>2",
        "created_time:[2023-11-14 TO 2023-11-20]",
        "created_time:>2023-11-20 last_updated_time:<2023-11-20",
    ]);
    let options = vec![
        ("default_field", patterns()),
        ("default_operator", of(["and", "or"])),
        ("fields", list(patterns(), 1..=2)),
        ("type", of(["best_fields", "phrase", "cross_fields", "bool_prefix"])),
        ("fuzziness", of(["AUTO", "2"])),
        ("fuzzy_max_expansions", of([1, 50])),
        ("fuzzy_prefix_length", of([1])),
        ("fuzzy_rewrite", of(["top_terms_1"])),
        ("fuzzy_transpositions", of([false])),
        ("rewrite", of(["constant_score"])),
        ("lenient", of([true])),
        ("analyze_wildcard", of([true])),
        ("allow_leading_wildcard", of([false])),
        ("phrase_slop", of([1])),
        ("tie_breaker", of([0.5])),
        ("minimum_should_match", of(["2"])),
        ("quote_field_suffix", of([".keyword"])),
        ("time_zone", of(["+01:00"])),
        ("escape", of([true])),
        ("max_determinized_states", of([10_000])),
        ("quote_analyzer", of(["standard"])),
        ("analyzer", of(["standard"])),
        ("boost", of([2.0])),
        ("enable_position_increments", of([false])),
        ("auto_generate_synonyms_phrase_query", of([false])),
    ];
    clause("query_string", object([("query", either([written, phrases()]))], options))
}

fn simple_query_string() -> Json {
    let written = of([
        "red + -blue",
        "gr*",
        "\"red green\"~2",
        "red | (green + ranker)",
        "-secret",
        "pay* | zebra",
        "\"red",
    ]);
    let options = vec![
        ("fields", list(patterns(), 1..=2)),
        ("default_operator", of(["and", "or"])),
        ("flags", of(["ALL", "PREFIX|PHRASE", "NONE"])),
        ("analyze_wildcard", of([true])),
        ("minimum_should_match", of(["2"])),
        ("quote_field_suffix", of([".keyword"])),
        ("fuzzy_prefix_length", of([1])),
        ("fuzzy_max_expansions", of([1])),
        ("fuzzy_transpositions", of([false])),
        ("lenient", of([true])),
        ("analyzer", of(["standard"])),
        ("auto_generate_synonyms_phrase_query", of([false])),
        ("all_fields", of([true])),
        ("locale", of(["en"])),
        ("lowercase_expanded_terms", of([true])),
        ("boost", of([2.0])),
    ];
    clause("simple_query_string", object([("query", either([written, phrases()]))], options))
}

fn interval_match() -> Json {
    let options = vec![
        ("max_gaps", of([-1, 0, 2])),
        ("ordered", of([true])),
        ("analyzer", of(["standard"])),
        ("use_field", texts()),
    ];
    clause("match", object([("query", phrases())], options))
}

fn interval_groups(inner: Json) -> Json {
    let filters = [
        "containing",
        "not_containing",
        "before",
        "after",
        "overlapping",
        "contained_by",
        "not_overlapping",
    ];
    let filter = keyed(of(filters), inner.clone());
    let options = || {
        vec![("max_gaps", of([-1, 2])), ("ordered", of([true, false])), ("filter", filter.clone())]
    };
    let group = || vec![("intervals", list(inner.clone(), 1..=2))];
    either([
        clause("all_of", object(group(), options())),
        clause("any_of", object(group(), [("filter", filter.clone())])),
        clause("match", object([("query", phrases())], options())),
    ])
}

fn spans(inner: Json) -> Json {
    let one = || inner.clone();
    let clauses = || ("clauses", list(inner.clone(), 1..=3));
    either([
        clause(
            "span_near",
            object([clauses(), ("slop", of([0, 3]))], [("in_order", of([true, false]))]),
        ),
        clause("span_or", object([clauses()], [("boost", of([2.0]))])),
        clause(
            "span_not",
            object([("include", one()), ("exclude", one())], [("pre", of([1])), ("post", of([1]))]),
        ),
        clause("span_first", object([("match", one()), ("end", of([1, 3]))], [])),
        clause("span_containing", object([("big", one()), ("little", one())], [])),
        clause("span_within", object([("big", one()), ("little", one())], [])),
        clause(
            "span_or",
            object(
                [(
                    "clauses",
                    list(
                        clause(
                            "field_masking_span",
                            object([("query", one()), ("field", texts())], []),
                        ),
                        1..=1,
                    ),
                )],
                [],
            ),
        ),
        clause(
            "span_near",
            object(
                [
                    (
                        "clauses",
                        just(
                            serde_json::json!([{ "span_term": { "name": "red" } }, { "span_gap": { "name": 1 } }, { "span_term": { "name": "blue" } }]),
                        ),
                    ),
                    ("slop", of([2])),
                    ("in_order", just(true)),
                ],
                [],
            ),
        ),
    ])
}
