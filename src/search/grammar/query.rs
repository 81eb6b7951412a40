//! The query clauses, and how each of them nests others (OpenSearch 3.4, `index/query`).

use super::Rule::{
    Among, Barred, Bounded, Hides, List, Many, Map, NotFuzzy, Or, OwnIndex, Query, Short,
};
use super::feature::INNER_HITS;
use super::{
    CUT, FREE, LEAF, Object, QUERIES, Rule, SCALARS, SCRIPT, Set, TOLD, Value, field, keys,
};

/// What the body of a query clause holds.
pub(in crate::search) fn clause(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "bool" => &BOOL,
        "boosting" => &BOOSTING,
        "combined_fields" => &COMBINED_FIELDS,
        "constant_score" => &CONSTANT_SCORE,
        "dis_max" => &DIS_MAX,
        "distance_feature" => &DISTANCE_FEATURE,
        "exists" => &EXISTS,
        "field_masking_span" | "span_field_masking" => &SPAN_MASKING,
        "function_score" => &FUNCTION_SCORE,
        "fuzzy" => &FUZZY,
        "geo_bounding_box" | "geo_distance" | "geo_polygon" => &GEO,
        "geo_shape" => &GEO_SHAPE,
        "has_child" | "has_parent" => &JOIN,
        "hybrid" => &HYBRID,
        "ids" => &IDS,
        "intervals" => &INTERVALS,
        "match" | "match_bool_prefix" => &MATCH,
        "match_all" | "match_none" => &NOTHING,
        "match_phrase" => &MATCH_PHRASE,
        "match_phrase_prefix" => &MATCH_PHRASE_PREFIX,
        "multi_match" => &MULTI_MATCH,
        "nested" => &NESTED,
        "parent_id" => &PARENT_ID,
        "prefix" | "wildcard" | "regexp" => &PATTERN,
        "query_string" => &QUERY_STRING,
        "range" => &RANGE,
        "rank_feature" => &RANK_FEATURE,
        "simple_query_string" => &SIMPLE_QUERY_STRING,
        "span_containing" | "span_within" => &SPAN_PAIR,
        "span_first" => &SPAN_FIRST,
        "span_gap" => &SPAN_GAP,
        "span_near" | "span_or" => &SPAN_LIST,
        "span_not" => &SPAN_NOT,
        "span_term" | "term" => &TERM,
        "terms" => &TERMS,
        "terms_set" => &TERMS_SET,
        other => return refused(other),
    })
}

/// The clauses that are known, and kept from some or all.
fn refused(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "common" => {
            &Hides("which words count as common depends on groups that you may not see", &FREE)
        }
        "more_like_this" => &MORE_LIKE_THIS,
        "percolate" => &Barred("it reads documents of other indices"),
        "script" => &SCRIPT,
        "script_score" => &SCRIPT_SCORE,
        "span_multi" => &SPAN_MULTI,
        "template" => &Barred("its text is filled in after it was read"),
        "wrapper" => &Barred("its content is encoded, and so cannot be read"),
        _ => return None,
    })
}

macro_rules! rule {
    ($name:ident, $object:expr) => {
        static $name: Rule = Rule::Object(&$object);
    };
}

const BOOST: (&str, Rule) = ("boost", LEAF);
const NAME: (&str, Rule) = ("_name", LEAF);
const ANALYZER: (&str, Rule) = ("analyzer", LEAF);
const INNER: (&str, Rule) = ("inner_hits", Rule::Object(&INNER_HITS));
const REWRITES: &[&str] = &["constant_score", "constant_score_blended"];
const REWRITE: (&str, Rule) = ("rewrite", Among(REWRITES, CUT));
const LENIENT: (&str, Rule) = ("lenient", LEAF);
const QUERY: (&str, Rule) = ("query", Query);

/// Every term that matches is taken, where Lucene would take the 50 best of all documents.
const ALL_FUZZY: Value = Value::Text("\"constant_score\"");
/// Every term with the prefix is taken, where Lucene would take the first 50 of all documents.
const ALL_PREFIXED: Value = Value::Text("2147483647");

rule!(NOTHING, keys(&[BOOST, NAME]));
rule!(
    BOOL,
    keys(&[
        ("must", QUERIES),
        ("filter", QUERIES),
        ("should", QUERIES),
        ("must_not", QUERIES),
        ("mustNot", QUERIES),
        ("minimum_should_match", LEAF),
        ("adjust_pure_negative", LEAF),
        BOOST,
        NAME
    ])
);
rule!(
    BOOSTING,
    keys(&[("positive", Query), ("negative", Query), ("negative_boost", LEAF), BOOST, NAME])
);
rule!(CONSTANT_SCORE, keys(&[("filter", Query), BOOST, NAME]));
rule!(DIS_MAX, keys(&[("queries", QUERIES), ("tie_breaker", LEAF), BOOST, NAME]));
// It may stand at the top only, where it cannot be wrapped.
rule!(
    HYBRID,
    keys(&[
        ("queries", List(&Bounded)),
        ("filter", Query),
        ("pagination_depth", LEAF),
        BOOST,
        NAME
    ])
);
rule!(
    NESTED,
    keys(&[
        QUERY,
        ("path", LEAF),
        ("score_mode", LEAF),
        ("ignore_unmapped", LEAF),
        INNER,
        BOOST,
        NAME
    ])
);
rule!(
    JOIN,
    keys(&[
        ("query", Bounded),
        ("type", LEAF),
        ("parent_type", LEAF),
        ("score_mode", LEAF),
        ("score", LEAF),
        ("min_children", LEAF),
        ("max_children", LEAF),
        ("ignore_unmapped", LEAF),
        INNER,
        BOOST,
        NAME
    ])
);
rule!(PARENT_ID, keys(&[("type", LEAF), ("id", LEAF), ("ignore_unmapped", LEAF), BOOST, NAME]));
rule!(EXISTS, keys(&[("field", LEAF), BOOST, NAME]));
rule!(IDS, keys(&[("values", SCALARS), ("type", SCALARS), BOOST, NAME]));

rule!(TERM, field(&Short("value", &TERM_OPTIONS), &[BOOST, NAME]));
static TERM_OPTIONS: Object =
    keys(&[("value", LEAF), ("term", LEAF), ("case_insensitive", LEAF), BOOST, NAME]);

rule!(TERMS, field(&Or(&List(&LEAF), &LOOKUP), &[("value_type", LEAF), BOOST, NAME]));
static LOOKUP: Rule =
    Hides("a lookup in another document is not bounded by the access filter", &LOOKUP_KEYS);
rule!(
    LOOKUP_KEYS,
    keys(&[
        ("index", OwnIndex),
        ("id", LEAF),
        ("path", LEAF),
        ("routing", LEAF),
        ("store", LEAF),
        QUERY
    ])
);
rule!(
    TERMS_SET,
    field(
        &Rule::Object(&keys(&[
            ("terms", List(&LEAF)),
            ("minimum_should_match_field", LEAF),
            ("minimum_should_match_script", SCRIPT),
            BOOST,
            NAME
        ])),
        &[]
    )
);
rule!(RANGE, field(&Rule::Object(&RANGE_OPTIONS), &[NAME]));
static RANGE_OPTIONS: Object = keys(&[
    ("gte", LEAF),
    ("gt", LEAF),
    ("lte", LEAF),
    ("lt", LEAF),
    ("from", LEAF),
    ("to", LEAF),
    ("include_lower", LEAF),
    ("include_upper", LEAF),
    ("format", LEAF),
    ("time_zone", LEAF),
    ("relation", LEAF),
    BOOST,
    NAME,
]);
rule!(PATTERN, field(&Short("value", &PATTERN_OPTIONS), &[BOOST, NAME]));
static PATTERN_OPTIONS: Object = keys(&[
    ("value", LEAF),
    ("prefix", LEAF),
    ("wildcard", LEAF),
    ("regexp", LEAF),
    ("flags", LEAF),
    ("flags_value", LEAF),
    ("max_determinized_states", LEAF),
    ("case_insensitive", LEAF),
    REWRITE,
    BOOST,
    NAME,
]);
rule!(FUZZY, field(&Short("value", &FUZZY_OPTIONS), &[BOOST, NAME]));
static FUZZY_OPTIONS: Object = keys(&[
    ("value", LEAF),
    ("term", LEAF),
    ("fuzziness", LEAF),
    ("prefix_length", LEAF),
    ("max_expansions", LEAF),
    ("transpositions", LEAF),
    ("rewrite", LEAF),
    BOOST,
    NAME,
])
.setting(&[Set { key: "rewrite", to: ALL_FUZZY, given: None }]);

rule!(MATCH, field(&Short("query", &MATCH_OPTIONS), &[NAME, BOOST]));
static MATCH_OPTIONS: Object = keys(&[
    ("query", LEAF),
    ("operator", LEAF),
    ("minimum_should_match", LEAF),
    ("fuzziness", LEAF),
    ("fuzzy_rewrite", LEAF),
    ("fuzzy_transpositions", LEAF),
    ("prefix_length", LEAF),
    ("max_expansions", LEAF),
    ("zero_terms_query", LEAF),
    ("cutoff_frequency", Hides(CUT, &LEAF)),
    ("auto_generate_synonyms_phrase_query", LEAF),
    LENIENT,
    ANALYZER,
    BOOST,
    NAME,
])
.setting(&[Set { key: "fuzzy_rewrite", to: ALL_FUZZY, given: Some("fuzziness") }]);
rule!(
    MATCH_PHRASE,
    field(
        &Short(
            "query",
            &keys(&[
                ("query", LEAF),
                ("slop", LEAF),
                ("zero_terms_query", LEAF),
                ANALYZER,
                BOOST,
                NAME
            ])
        ),
        &[NAME, BOOST]
    )
);
rule!(MATCH_PHRASE_PREFIX, field(&Short("query", &PHRASE_PREFIX_OPTIONS), &[NAME, BOOST]));
static PHRASE_PREFIX_OPTIONS: Object = keys(&[
    ("query", LEAF),
    ("slop", LEAF),
    ("max_expansions", LEAF),
    ("zero_terms_query", LEAF),
    ANALYZER,
    BOOST,
    NAME,
])
.setting(&[Set { key: "max_expansions", to: ALL_PREFIXED, given: None }]);
rule!(
    MULTI_MATCH,
    keys(&[
        ("query", LEAF),
        ("fields", SCALARS),
        ("type", LEAF),
        ("tie_breaker", LEAF),
        ("operator", LEAF),
        ("minimum_should_match", LEAF),
        ("fuzziness", LEAF),
        ("fuzzy_rewrite", LEAF),
        ("fuzzy_transpositions", LEAF),
        ("prefix_length", LEAF),
        ("max_expansions", LEAF),
        ("slop", LEAF),
        ("zero_terms_query", LEAF),
        ("cutoff_frequency", Hides(CUT, &LEAF)),
        ("auto_generate_synonyms_phrase_query", LEAF),
        LENIENT,
        ANALYZER,
        BOOST,
        NAME
    ])
    .setting(&[
        Set { key: "fuzzy_rewrite", to: ALL_FUZZY, given: Some("fuzziness") },
        Set { key: "max_expansions", to: ALL_PREFIXED, given: Some("type") }
    ])
);
rule!(
    COMBINED_FIELDS,
    keys(&[
        ("query", LEAF),
        ("fields", SCALARS),
        ("operator", LEAF),
        ("minimum_should_match", LEAF),
        ("auto_generate_synonyms_phrase_query", LEAF),
        ("zero_terms_query", LEAF),
        BOOST,
        NAME
    ])
);
rule!(
    QUERY_STRING,
    keys(&[
        ("query", LEAF),
        ("fields", SCALARS),
        ("default_field", LEAF),
        ("default_operator", LEAF),
        ("quote_analyzer", LEAF),
        ("allow_leading_wildcard", LEAF),
        ("analyze_wildcard", LEAF),
        ("max_determinized_states", LEAF),
        ("enable_position_increments", LEAF),
        ("escape", LEAF),
        ("fuzziness", LEAF),
        ("fuzzy_prefix_length", LEAF),
        ("fuzzy_max_expansions", LEAF),
        ("fuzzy_rewrite", LEAF),
        ("fuzzy_transpositions", LEAF),
        ("phrase_slop", LEAF),
        ("tie_breaker", LEAF),
        ("minimum_should_match", LEAF),
        ("quote_field_suffix", LEAF),
        ("time_zone", LEAF),
        ("type", Among(MULTI_TYPES, CUT)),
        ("auto_generate_synonyms_phrase_query", LEAF),
        REWRITE,
        LENIENT,
        ANALYZER,
        BOOST,
        NAME
    ])
    .setting(&[Set { key: "fuzzy_rewrite", to: ALL_FUZZY, given: None }])
);
/// All but `phrase_prefix`, whose expansions a query string cannot set.
const MULTI_TYPES: &[&str] =
    &["best_fields", "boolean", "most_fields", "cross_fields", "phrase", "bool_prefix"];
rule!(
    SIMPLE_QUERY_STRING,
    keys(&[
        ("query", NotFuzzy(CUT)),
        ("fields", SCALARS),
        ("default_operator", LEAF),
        ("flags", LEAF),
        ("analyze_wildcard", LEAF),
        ("minimum_should_match", LEAF),
        ("quote_field_suffix", LEAF),
        ("fuzzy_prefix_length", LEAF),
        ("fuzzy_max_expansions", LEAF),
        ("fuzzy_transpositions", LEAF),
        ("auto_generate_synonyms_phrase_query", LEAF),
        ("lowercase_expanded_terms", LEAF),
        ("locale", LEAF),
        ("all_fields", LEAF),
        LENIENT,
        ANALYZER,
        BOOST,
        NAME
    ])
);

rule!(INTERVALS, field(&INTERVAL, &[BOOST, NAME]));
rule!(
    INTERVAL,
    keys(&[
        ("match", Rule::Object(&INTERVAL_MATCH)),
        ("all_of", Rule::Object(&INTERVAL_GROUP)),
        ("any_of", Rule::Object(&INTERVAL_GROUP)),
        ("prefix", Hides(CUT, &Map(&LEAF))),
        ("wildcard", Hides(CUT, &Map(&LEAF))),
        ("regexp", Hides(CUT, &Map(&LEAF))),
        ("fuzzy", Hides(CUT, &Map(&LEAF))),
        BOOST,
        NAME
    ])
);
static INTERVAL_MATCH: Object = keys(&[
    ("query", LEAF),
    ("max_gaps", LEAF),
    ("ordered", LEAF),
    ("mode", LEAF),
    ("use_field", LEAF),
    ("filter", Rule::Object(&INTERVAL_FILTER)),
    ANALYZER,
]);
static INTERVAL_GROUP: Object = keys(&[
    ("intervals", List(&INTERVAL)),
    ("max_gaps", LEAF),
    ("ordered", LEAF),
    ("mode", LEAF),
    ("filter", Rule::Object(&INTERVAL_FILTER)),
]);
static INTERVAL_FILTER: Object = field(&INTERVAL, &[("script", SCRIPT)]);

rule!(
    FUNCTION_SCORE,
    keys(&[
        QUERY,
        ("filter", Query),
        ("functions", List(&Rule::Object(&FUNCTION))),
        ("score_mode", LEAF),
        ("boost_mode", LEAF),
        ("max_boost", LEAF),
        ("min_score", LEAF),
        ("weight", LEAF),
        SCRIPT_FUNCTION,
        GAUSS,
        LINEAR,
        EXP,
        RANDOM,
        FIELD_VALUE,
        BOOST,
        NAME
    ])
);
static FUNCTION: Object = keys(&[
    ("filter", Query),
    ("weight", LEAF),
    SCRIPT_FUNCTION,
    GAUSS,
    LINEAR,
    EXP,
    RANDOM,
    FIELD_VALUE,
]);
const SCRIPT_FUNCTION: (&str, Rule) = ("script_score", SCRIPT);
const GAUSS: (&str, Rule) = ("gauss", DECAY);
const LINEAR: (&str, Rule) = ("linear", DECAY);
const EXP: (&str, Rule) = ("exp", DECAY);
const DECAY: Rule = Rule::Object(&field(
    &Rule::Object(&keys(&[("origin", FREE), ("scale", LEAF), ("offset", LEAF), ("decay", LEAF)])),
    &[("multi_value_mode", LEAF), NAME],
));
const RANDOM: (&str, Rule) = (
    "random_score",
    Rule::Object(&keys(&[("seed", Rule::Scalar), ("field", Rule::Scalar), NAME]).needing(
        "seed",
        "without one it draws from document numbers, which count groups that you may not see",
    )),
);
const FIELD_VALUE: (&str, Rule) = (
    "field_value_factor",
    Rule::Object(&keys(&[
        ("field", LEAF),
        ("factor", LEAF),
        ("modifier", LEAF),
        ("missing", LEAF),
        NAME,
    ])),
);
static SCRIPT_SCORE: Rule = Hides(
    super::SCRIPTS,
    &Rule::Object(&keys(&[QUERY, ("script", FREE), ("min_score", LEAF), BOOST, NAME])),
);

rule!(DISTANCE_FEATURE, keys(&[("field", LEAF), ("origin", FREE), ("pivot", LEAF), BOOST, NAME]));
rule!(
    RANK_FEATURE,
    keys(&[
        ("field", LEAF),
        ("saturation", Map(&LEAF)),
        ("log", Map(&LEAF)),
        ("sigmoid", Map(&LEAF)),
        ("linear", Map(&LEAF)),
        BOOST,
        NAME
    ])
);
rule!(
    GEO,
    field(
        &FREE,
        &[
            ("distance", LEAF),
            ("distance_type", LEAF),
            ("unit", LEAF),
            ("type", LEAF),
            ("validation_method", LEAF),
            ("ignore_unmapped", LEAF),
            BOOST,
            NAME
        ]
    )
);
rule!(
    GEO_SHAPE,
    field(
        &Rule::Object(&keys(&[
            ("shape", FREE),
            ("relation", LEAF),
            ("strategy", LEAF),
            ("indexed_shape", Barred("it reads a document of another index"))
        ])),
        &[("ignore_unmapped", LEAF), BOOST, NAME]
    )
);

rule!(SPAN_FIRST, keys(&[("match", Query), ("end", LEAF), BOOST, NAME]));
rule!(SPAN_GAP, field(&LEAF, &[]));
rule!(
    SPAN_LIST,
    keys(&[("clauses", List(&Query)), ("slop", LEAF), ("in_order", LEAF), BOOST, NAME])
);
rule!(SPAN_MASKING, keys(&[QUERY, ("field", LEAF), BOOST, NAME]));
rule!(
    SPAN_NOT,
    keys(&[
        ("include", Query),
        ("exclude", Query),
        ("pre", LEAF),
        ("post", LEAF),
        ("dist", LEAF),
        BOOST,
        NAME
    ])
);
rule!(SPAN_PAIR, keys(&[("big", Query), ("little", Query), BOOST, NAME]));
static SPAN_MULTI: Rule = Hides(CUT, &Rule::Object(&keys(&[("match", Query), BOOST, NAME])));

static MORE_LIKE_THIS: Rule = Hides(TOLD, &Rule::Object(&MORE_LIKE_THIS_OPTIONS));
static MORE_LIKE_THIS_OPTIONS: Object = keys(&[
    ("fields", SCALARS),
    ("like", Many(&LIKE)),
    ("unlike", Many(&LIKE)),
    ("max_query_terms", LEAF),
    ("min_term_freq", LEAF),
    ("min_doc_freq", LEAF),
    ("max_doc_freq", LEAF),
    ("min_word_length", LEAF),
    ("max_word_length", LEAF),
    ("stop_words", SCALARS),
    ("minimum_should_match", LEAF),
    ("boost_terms", LEAF),
    ("include", LEAF),
    ("fail_on_unsupported_field", LEAF),
    ANALYZER,
    BOOST,
    NAME,
]);
static LIKE: Rule = Or(&LEAF, &Rule::Object(&LIKE_DOCUMENT));
static LIKE_DOCUMENT: Object = keys(&[
    ("_index", OwnIndex),
    ("_id", LEAF),
    ("doc", FREE),
    ("fields", SCALARS),
    ("per_field_analyzer", Map(&LEAF)),
    ("routing", LEAF),
    ("version", LEAF),
    ("version_type", LEAF),
]);
