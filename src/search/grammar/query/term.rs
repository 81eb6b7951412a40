//! Queries for terms, ranges and places.

use crate::search::grammar::Rule::{
    self, Among, Barred, Hides, List, Object as Keys, Or, OwnIndex, Query, Range, Short,
};
use crate::search::grammar::{CUT, FREE, LEAF, Object, SCALARS, SCRIPT, Set, Value};

pub(super) fn clause(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "exists" => &EXISTS,
        "fuzzy" => &FUZZY,
        "geo_bounding_box" | "geo_distance" | "geo_polygon" => &GEO,
        "geo_shape" => &GEO_SHAPE,
        "ids" => &IDS,
        "prefix" | "wildcard" | "regexp" => &PATTERN,
        "range" => &RANGE,
        "span_term" | "term" => &TERM,
        "terms" => &TERMS,
        "terms_set" => &TERMS_SET,
        _ => return None,
    })
}

/// The ways to expand that take every term there is.
pub(super) const REWRITES: &[&str] = &["constant_score", "constant_score_blended"];
/// Every term that is near is taken, where Lucene would take the 50 best of all documents.
pub(super) const ALL_NEAR: Value = Value::Text("\"constant_score\"");

static EXISTS: Rule = Keys(&options![field boost _name]);
static IDS: Rule = Keys(&options![boost _name].and(&[("values", SCALARS), ("type", SCALARS)]));

static TERM: Rule = Keys(&options![boost _name].one(&Short("value", &TERM_OPTIONS)));
static TERM_OPTIONS: Object = options![value term case_insensitive boost _name];

static TERMS: Rule = Keys(&options![value_type boost _name].one(&Or(&List(&LEAF), &LOOKUP)));
static LOOKUP: Rule = Hides(
    "a lookup in another document is not bounded by the access filter",
    &Keys(&options![id path routing store].and(&[("index", OwnIndex), ("query", Query)])),
);
static TERMS_SET: Rule = Keys(&options![].one(&TERMS_SET_OPTIONS));
static TERMS_SET_OPTIONS: Rule = Keys(
    &options![minimum_should_match_field boost _name]
        .and(&[("terms", List(&LEAF)), ("minimum_should_match_script", SCRIPT)]),
);

static RANGE: Rule = Range(&Keys(&options![_name].one(&Keys(&RANGE_OPTIONS))));
static RANGE_OPTIONS: Object = options![
    gte gt lte lt from to include_lower include_upper format time_zone relation boost _name
];

static PATTERN: Rule = Keys(&options![boost _name].one(&Short("value", &PATTERN_OPTIONS)));
static PATTERN_OPTIONS: Object = options![
    value prefix wildcard regexp flags flags_value max_determinized_states case_insensitive boost _name
]
.and(&[("rewrite", Among(REWRITES, CUT))]);

static FUZZY: Rule = Keys(&options![boost _name].one(&Short("value", &FUZZY_OPTIONS)));
static FUZZY_OPTIONS: Object = options![
    value term fuzziness prefix_length max_expansions transpositions rewrite boost _name
]
.setting(&[Set { key: "rewrite", to: ALL_NEAR, given: None }]);

static GEO: Rule = Keys(
    &options![distance distance_type unit type validation_method ignore_unmapped boost _name]
        .one(&FREE),
);
static GEO_SHAPE: Rule = Keys(&options![ignore_unmapped boost _name].one(&SHAPE));
static SHAPE: Rule =
    Keys(&options![relation strategy].and(&[
        ("shape", FREE),
        ("indexed_shape", Barred("it reads a document of another index")),
    ]));
