//! What stands beside the query: the keys of a search (OpenSearch 3.4, `SearchSourceBuilder`), and what they share.

use super::Rule::{Aggregations, Barred, Hides, List, Many, Map, Off, Or, Query, Sort};
use super::{
    FREE, LEAF, OWN_INDEX, Object, Rule, SCALAR, SCALARS, SCRIPT, TOLD, field, fields, keys,
};

/// The keys of a search, but for those that are always set: `query`, `_source`, `version` and `seq_no_primary_term`.
pub(in crate::search) fn key(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "from" | "size" | "timeout" | "terminate_after" | "min_score" => &SCALAR,
        "track_scores" | "track_total_hits" | "include_named_queries_score" => &SCALAR,
        "explain" => &Off(TOLD),
        "profile" => &Off(TOLD),
        "verbose_pipeline" => &Off("it shows what a pipeline is given"),
        "post_filter" => &Query,
        "aggs" | "aggregations" => &Aggregations,
        "sort" => &Sort,
        "search_after" => &List(&LEAF),
        "slice" => &SLICES,
        "stored_fields" => &SCALARS,
        "docvalue_fields" | "fields" => &FORMATTED,
        "highlight" => &HIGHLIGHTS,
        "collapse" => &COLLAPSES,
        "rescore" => &RESCORES,
        "stats" => &List(&LEAF),
        "indices_boost" => &BOOSTS,
        "script_fields" | "derived" => &SCRIPTED,
        "suggest" => &SUGGEST,
        "pit" => &Barred("a point in time can be of another index"),
        "search_pipeline" => &Barred("a pipeline can replace the query"),
        "ext" => &Barred("what an extension does is not known"),
        _ => return None,
    })
}

static BOOSTS: Rule =
    Many(&Rule::Object(&fields(&Barred("it names another index"), &[(OWN_INDEX, LEAF)])));
static SCRIPTED: Rule = SCRIPT;
static SLICES: Rule = Rule::Object(&keys(&[("field", LEAF), ("id", LEAF), ("max", LEAF)]));
static HIGHLIGHTS: Rule = Rule::Object(&HIGHLIGHT);
static COLLAPSES: Rule = Rule::Object(&COLLAPSE);
static RESCORES: Rule = Many(&Rule::Object(&RESCORE));
static FORMATTED: Rule = List(&Or(
    &LEAF,
    &Rule::Object(&keys(&[("field", LEAF), ("format", LEAF), ("include_unmapped", LEAF)])),
));

static RESCORE: Object = keys(&[("window_size", LEAF), ("query", Rule::Object(&RESCORE_QUERY))]);
static RESCORE_QUERY: Object = keys(&[
    ("rescore_query", Query),
    ("query_weight", LEAF),
    ("rescore_query_weight", LEAF),
    ("score_mode", LEAF),
]);

static COLLAPSE: Object = keys(&[
    ("field", LEAF),
    ("max_concurrent_group_searches", LEAF),
    ("inner_hits", Many(&Rule::Object(&INNER_HITS))),
]);

/// Hits inside a hit: of a nested object, of a collapsed group.
pub(super) static INNER_HITS: Object = keys(&[
    ("name", LEAF),
    ("ignore_unmapped", LEAF),
    ("from", LEAF),
    ("size", LEAF),
    ("explain", Off(TOLD)),
    ("version", LEAF),
    ("seq_no_primary_term", LEAF),
    ("track_scores", LEAF),
    ("stored_fields", SCALARS),
    ("docvalue_fields", Many(&FORMATTED)),
    ("fields", Many(&FORMATTED)),
    ("script_fields", SCRIPT),
    ("sort", Sort),
    ("_source", SOURCE),
    ("highlight", Rule::Object(&HIGHLIGHT)),
    ("collapse", Rule::Object(&COLLAPSE)),
]);

/// The hits of a bucket (`TopHitsAggregationBuilder`).
pub(super) static TOP_HITS: Object = keys(&[
    ("from", LEAF),
    ("size", LEAF),
    ("explain", Off(TOLD)),
    ("version", LEAF),
    ("seq_no_primary_term", LEAF),
    ("track_scores", LEAF),
    ("stored_fields", SCALARS),
    ("docvalue_fields", FORMATTED_OR_NAMES),
    ("fields", FORMATTED_OR_NAMES),
    ("script_fields", SCRIPT),
    ("sort", Sort),
    ("_source", SOURCE),
    ("highlight", Rule::Object(&HIGHLIGHT)),
]);
const FORMATTED_OR_NAMES: Rule = Many(&FORMATTED);

/// Which parts of the document come back; the search's own is replaced instead.
const SOURCE: Rule = Or(&SCALARS, &Map(&SCALARS));

static HIGHLIGHT: Object = keys(&[
    ("fields", Many(&Map(&Rule::Object(&HIGHLIGHT_FIELD)))),
    ("tags_schema", LEAF),
    ("encoder", LEAF),
    ("max_analyzer_offset", LEAF),
    ("pre_tags", SCALARS),
    ("post_tags", SCALARS),
    ("order", LEAF),
    ("highlight_filter", LEAF),
    ("fragment_size", LEAF),
    ("number_of_fragments", LEAF),
    ("require_field_match", LEAF),
    ("boundary_scanner", LEAF),
    ("boundary_max_scan", LEAF),
    ("boundary_chars", LEAF),
    ("boundary_scanner_locale", LEAF),
    ("type", LEAF),
    ("fragmenter", LEAF),
    ("no_match_size", LEAF),
    ("force_source", LEAF),
    ("phrase_limit", LEAF),
    ("options", Map(&SCALARS)),
    ("highlight_query", Query),
]);
static HIGHLIGHT_FIELD: Object = keys(&[
    ("fragment_offset", LEAF),
    ("matched_fields", SCALARS),
    ("max_analyzer_offset", LEAF),
    ("pre_tags", SCALARS),
    ("post_tags", SCALARS),
    ("order", LEAF),
    ("highlight_filter", LEAF),
    ("fragment_size", LEAF),
    ("number_of_fragments", LEAF),
    ("require_field_match", LEAF),
    ("boundary_scanner", LEAF),
    ("boundary_max_scan", LEAF),
    ("boundary_chars", LEAF),
    ("boundary_scanner_locale", LEAF),
    ("type", LEAF),
    ("fragmenter", LEAF),
    ("no_match_size", LEAF),
    ("force_source", LEAF),
    ("phrase_limit", LEAF),
    ("options", Map(&SCALARS)),
    ("highlight_query", Query),
]);

/// How a field, a score or a distance orders (`search/sort`).
pub(in crate::search) fn sort(name: &str) -> &'static Rule {
    match name {
        "_script" => &SCRIPTED,
        "_geo_distance" | "_geoDistance" => &BY_DISTANCE,
        _ => &BY_FIELD,
    }
}

static BY_FIELD: Rule = Or(&LEAF, &Rule::Object(&BY_FIELD_OPTIONS));
static BY_FIELD_OPTIONS: Object = keys(&[
    ("order", LEAF),
    ("missing", LEAF),
    ("mode", LEAF),
    ("unmapped_type", LEAF),
    ("numeric_type", LEAF),
    ("nested_path", LEAF),
    ("nested_filter", Query),
    ("nested", Rule::Object(&NESTED)),
]);
static NESTED: Object = keys(&[
    ("path", LEAF),
    ("filter", Query),
    ("max_children", LEAF),
    ("nested", Rule::Object(&NESTED)),
]);
static BY_DISTANCE: Rule = Rule::Object(&field(
    &FREE,
    &[
        ("order", LEAF),
        ("unit", LEAF),
        ("distance_type", LEAF),
        ("mode", LEAF),
        ("sort_mode", LEAF),
        ("validation_method", LEAF),
        ("ignore_unmapped", LEAF),
        ("nested_path", LEAF),
        ("nested_filter", Query),
        ("nested", Rule::Object(&NESTED)),
    ],
));

/// Suggesters, without the one option that runs a query of its own (`collate`).
static SUGGEST: Rule =
    Hides("it reads the terms of groups that you may not see", &Map(&Or(&LEAF, &SUGGESTER)));
static SUGGESTER: Rule = Map(&Or(&SCALARS, &Rule::Object(&SUGGESTER_OPTIONS)));
static SUGGESTER_OPTIONS: Object =
    fields(&FREE, &[("collate", Barred("it runs a query that is filled in later"))]);
