//! Queries for words.

use super::term::{ALL_NEAR, REWRITES};
use crate::search::grammar::Rule::{
    self, Among, Hides, List, Map, MultiMatch, NotFuzzy, Object as Keys, PhrasePrefix, Short,
};
use crate::search::grammar::{CUT, LEAF, Object, SCALARS, SCRIPT, Set, Value};

pub(super) fn clause(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "combined_fields" => &COMBINED_FIELDS,
        "intervals" => &INTERVALS,
        "match" | "match_bool_prefix" => &MATCH,
        "match_phrase" => &MATCH_PHRASE,
        "match_phrase_prefix" => &MATCH_PHRASE_PREFIX,
        "multi_match" => &MULTI_MATCH,
        "query_string" => &QUERY_STRING,
        "simple_query_string" => &SIMPLE_QUERY_STRING,
        _ => return None,
    })
}

/// Every term with the prefix is taken, where Lucene would take the first 50 of all documents.
const ALL_PREFIXED: Value = Value::Text("2147483647");

static MATCH: Rule = Keys(&options![boost _name].one(&Short("query", &MATCH_OPTIONS)));
static MATCH_OPTIONS: Object = options![
    query operator minimum_should_match fuzziness fuzzy_rewrite fuzzy_transpositions prefix_length
    max_expansions zero_terms_query auto_generate_synonyms_phrase_query lenient analyzer boost _name
]
.and(&[("cutoff_frequency", Hides(CUT, &LEAF))])
.setting(&[NEAR]);
const NEAR: Set = Set { key: "fuzzy_rewrite", to: ALL_NEAR, given: Some("fuzziness") };

static MATCH_PHRASE: Rule = Keys(&options![boost _name].one(&Short("query", &PHRASE_OPTIONS)));
static PHRASE_OPTIONS: Object = options![query slop zero_terms_query analyzer boost _name];

static MATCH_PHRASE_PREFIX: Rule =
    PhrasePrefix(&Keys(&options![boost _name].one(&Short("query", &PREFIX_OPTIONS))));
static PREFIX_OPTIONS: Object =
    options![query slop max_expansions zero_terms_query analyzer boost _name].setting(&[Set {
        key: "max_expansions",
        to: ALL_PREFIXED,
        given: None,
    }]);

static MULTI_MATCH: Rule = MultiMatch(&Keys(
    &options![
        query type tie_breaker operator minimum_should_match fuzziness fuzzy_rewrite
        fuzzy_transpositions prefix_length max_expansions slop zero_terms_query
        auto_generate_synonyms_phrase_query lenient analyzer boost _name
    ]
    .and(&[("fields", SCALARS), ("cutoff_frequency", Hides(CUT, &LEAF))])
    .setting(&[NEAR, Set { key: "max_expansions", to: ALL_PREFIXED, given: Some("type") }]),
));
static COMBINED_FIELDS: Rule = Keys(
    &options![
        query operator minimum_should_match auto_generate_synonyms_phrase_query zero_terms_query boost
        _name
    ]
    .and(&[("fields", SCALARS)]),
);

static QUERY_STRING: Rule = Keys(
    &options![
        query default_field default_operator analyzer quote_analyzer allow_leading_wildcard
        analyze_wildcard max_determinized_states enable_position_increments escape fuzziness
        fuzzy_prefix_length fuzzy_max_expansions fuzzy_rewrite fuzzy_transpositions phrase_slop
        tie_breaker minimum_should_match quote_field_suffix time_zone
        auto_generate_synonyms_phrase_query lenient boost _name
    ]
    .and(&[("fields", SCALARS), ("type", Among(TYPES, CUT)), ("rewrite", Among(REWRITES, CUT))])
    .setting(&[Set { key: "fuzzy_rewrite", to: ALL_NEAR, given: None }]),
);
/// All but `phrase_prefix`, whose expansion a query string cannot set.
const TYPES: &[&str] =
    &["best_fields", "boolean", "most_fields", "cross_fields", "phrase", "bool_prefix"];

static SIMPLE_QUERY_STRING: Rule = Keys(
    &options![
        default_operator flags analyze_wildcard minimum_should_match quote_field_suffix
        fuzzy_prefix_length fuzzy_max_expansions fuzzy_transpositions
        auto_generate_synonyms_phrase_query lowercase_expanded_terms locale all_fields lenient analyzer
        boost _name
    ]
    .and(&[("query", NotFuzzy(CUT)), ("fields", SCALARS)]),
);

static INTERVALS: Rule = Keys(&options![boost _name].one(&INTERVAL));
static INTERVAL: Rule = Keys(&options![boost _name].and(&[
    ("match", Keys(&INTERVAL_MATCH)),
    ("all_of", Keys(&INTERVAL_GROUP)),
    ("any_of", Keys(&INTERVAL_GROUP)),
    ("prefix", EXPANDED),
    ("wildcard", EXPANDED),
    ("regexp", EXPANDED),
    ("fuzzy", EXPANDED),
]));
const EXPANDED: Rule = Hides(CUT, &Map(&LEAF));
static INTERVAL_MATCH: Object = options![query max_gaps ordered mode use_field analyzer]
    .and(&[("filter", Keys(&INTERVAL_FILTER))]);
static INTERVAL_GROUP: Object = options![max_gaps ordered mode]
    .and(&[("intervals", List(&INTERVAL)), ("filter", Keys(&INTERVAL_FILTER))]);
static INTERVAL_FILTER: Object = options![].and(&[("script", SCRIPT)]).any(&INTERVAL);
