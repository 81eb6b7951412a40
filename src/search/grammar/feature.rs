//! What stands beside the query: the keys of a search (OpenSearch 3.4, `SearchSourceBuilder`), and what they share.

use super::Rule::{
    self, Aggregations, Barred, Collapsed, Hides, Highlighter, List, Many, Map, Nested,
    Object as Keys, Off, Or, Query, Scalar, Sort, TopHits,
};
use super::{FREE, LEAF, OWN_INDEX, Object, SCALARS, SCRIPT, TOLD};

/// The keys of a search, but for those that are always set (`query`, `_source`, `version`, `seq_no_primary_term`), and
/// those that are judged with others (`search_after`, `sort`, `terminate_after`, `track_total_hits`).
pub(in crate::search) fn key(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "from" | "size" | "timeout" | "min_score" => &Scalar,
        "track_scores" | "include_named_queries_score" => &Scalar,
        "explain" | "profile" => &Off(TOLD),
        "verbose_pipeline" => &Off("it shows what a pipeline is given"),
        "post_filter" => &Query,
        "aggs" | "aggregations" => &Aggregations,
        "stats" => &List(&Rule::Leaf),
        "slice" => &SLICE,
        "stored_fields" => &Many(&Rule::Leaf),
        "docvalue_fields" | "fields" => &FORMATTED,
        "highlight" => &HIGHLIGHTS,
        "collapse" => &COLLAPSES,
        "rescore" => &RESCORES,
        "indices_boost" => &BOOSTS,
        "script_fields" | "derived" => &SCRIPTED,
        "suggest" => &SUGGEST,
        "pit" => &Barred("a point in time can be of another index"),
        "search_pipeline" => &Barred("a pipeline can replace the query"),
        "ext" => &Barred("what an extension does is not known"),
        _ => return None,
    })
}

static SCRIPTED: Rule = SCRIPT;
static SLICE: Rule = Keys(&options![field id max]);
static FORMATTED: Rule = List(&FORMATTED_FIELD);
const FORMATTED_FIELD: Rule = Or(&LEAF, &Keys(&options![field format include_unmapped]));
/// Boosts resolve the names of indices, and so tell which there are.
static BOOSTS: Rule =
    Many(&Keys(&options![].and(&[(OWN_INDEX, LEAF)]).any(&Barred("it names another index"))));
static RESCORES: Rule = Many(&Keys(&options![window_size].and(&[("query", Keys(&RESCORE))])));
static RESCORE: Object =
    options![query_weight rescore_query_weight score_mode].and(&[("rescore_query", Query)]);
static COLLAPSES: Rule = Keys(&COLLAPSE);
static COLLAPSE: Object = options![field max_concurrent_group_searches]
    .and(&[("inner_hits", Many(&Collapsed(&INNER_HITS)))]);

/// Hits inside a hit: of a nested object, of a collapsed group.
pub(super) static INNER_HITS: Object =
    options![name ignore_unmapped from size version seq_no_primary_term track_scores].and(&[
        ("explain", Off(TOLD)),
        ("stored_fields", SCALARS),
        ("docvalue_fields", FORMATTED_OR_NAMES),
        ("fields", FORMATTED_OR_NAMES),
        ("script_fields", SCRIPT),
        ("sort", Sort),
        ("_source", SOURCE),
        ("highlight", Keys(&HIGHLIGHT)),
        ("collapse", Keys(&COLLAPSE)),
    ]);

/// The hits of a bucket (`TopHitsAggregationBuilder`).
pub(super) static TOP_HITS: Rule =
    TopHits(&options![from size version seq_no_primary_term track_scores].and(&[
        ("explain", Off(TOLD)),
        ("stored_fields", SCALARS),
        ("docvalue_fields", FORMATTED_OR_NAMES),
        ("fields", FORMATTED_OR_NAMES),
        ("script_fields", SCRIPT),
        ("sort", Sort),
        ("_source", SOURCE),
        ("highlight", Keys(&HIGHLIGHT)),
    ]));
const FORMATTED_OR_NAMES: Rule = Many(&FORMATTED_FIELD);

/// Which parts of the document come back; the search's own is replaced instead.
const SOURCE: Rule = Or(&SCALARS, &Map(&SCALARS));

static HIGHLIGHTS: Rule = Keys(&HIGHLIGHT);
static HIGHLIGHT: Object = options![
    tags_schema encoder max_analyzer_offset order highlight_filter fragment_size number_of_fragments
    require_field_match boundary_scanner boundary_max_scan boundary_chars boundary_scanner_locale
    fragmenter no_match_size force_source phrase_limit
]
.and(&[
    ("fields", Many(&Map(&Keys(&HIGHLIGHT_FIELD)))),
    ("pre_tags", SCALARS),
    ("post_tags", SCALARS),
    ("options", Map(&SCALARS)),
    ("type", Highlighter),
    ("highlight_query", Query),
]);
static HIGHLIGHT_FIELD: Object = options![
    fragment_offset max_analyzer_offset order highlight_filter fragment_size number_of_fragments
    require_field_match boundary_scanner boundary_max_scan boundary_chars boundary_scanner_locale
    fragmenter no_match_size force_source phrase_limit
]
.and(&[
    ("matched_fields", SCALARS),
    ("pre_tags", SCALARS),
    ("post_tags", SCALARS),
    ("options", Map(&SCALARS)),
    ("type", Highlighter),
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

static BY_FIELD: Rule = Or(
    &LEAF,
    &Keys(
        &options![order missing mode unmapped_type numeric_type nested_path]
            .and(&[("nested_filter", Nested(&Query)), ("nested", Nested(&Keys(&NESTED)))]),
    ),
);
static BY_DISTANCE: Rule = Keys(
    &options![order unit distance_type mode sort_mode validation_method ignore_unmapped nested_path]
        .and(&[("nested_filter", Nested(&Query)), ("nested", Nested(&Keys(&NESTED)))])
        .one(&FREE),
);
static NESTED: Object =
    options![path max_children].and(&[("filter", Query), ("nested", Nested(&Keys(&NESTED)))]);

/// Suggesters, without the one option that runs a query of its own.
static SUGGEST: Rule =
    Hides("it reads the terms of groups that you may not see", &Map(&Or(&LEAF, &SUGGESTER)));
static SUGGESTER: Rule = Map(&Or(
    &SCALARS,
    &Keys(
        &options![]
            .and(&[("collate", Barred("it runs a query that is filled in later"))])
            .any(&FREE),
    ),
));
