//! The aggregations, and what each of them holds (OpenSearch 3.4, `search/aggregations`).

use super::Rule::{self, Hides, List, Many, Map, Object as Keys, Off, Or, Positive, Query, Reads};
use super::feature::TOP_HITS;
use super::{FREE, LEAF, Object, SCALARS, SCRIPT, SCRIPTS, Set, Value};

/// Which documents an aggregation looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Reach {
    /// Those of the bucket that it stands in.
    Bucket,
    /// The same, and shows them.
    Shown,
    /// The same, but its buckets may be of others.
    Listed,
    /// Those of several buckets at once, be they empty.
    Merged,
    /// The nested objects of those.
    Nested,
    /// Others as well: the access filter goes beneath it.
    Beyond,
    /// Others as well, that its own option bounds, but not inside nested objects or merged buckets.
    Background,
}

/// What a type of aggregation is.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) struct Type {
    pub(in crate::search) rule: &'static Rule,
    pub(in crate::search) reach: Reach,
    /// Whether it answers with buckets, where one without has its sub-aggregations directly.
    pub(in crate::search) buckets: bool,
}

/// The type of that name.
pub(in crate::search) fn kind(name: &str) -> Option<Type> {
    let of = |rule, reach, buckets| Some(Type { rule, reach, buckets });
    match name {
        "global" => of(&NOTHING, Reach::Beyond, false),
        "children" | "parent" => of(&JOIN, Reach::Beyond, false),
        "auto_date_histogram" => of(&HISTOGRAM, Reach::Merged, true),
        "top_hits" => of(&TOP_HITS, Reach::Shown, false),
        "nested" => of(&NESTED, Reach::Nested, false),
        "terms" => of(&TERMS, Reach::Listed, true),
        "significant_terms" | "significant_text" => of(&SIGNIFICANT, Reach::Background, true),
        _ => match single(name) {
            Some(rule) => of(rule, Reach::Bucket, false),
            None => of(several(name)?, Reach::Bucket, true),
        },
    }
}

/// One bucket, a metric, or a pipeline.
fn single(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "filter" => &Query,
        "missing" => &VALUES,
        "reverse_nested" => &NESTED,
        "sampler" => &SAMPLER,
        "diversified_sampler" => &DIVERSIFIED,
        "avg" | "sum" | "min" | "max" | "stats" | "value_count" => &VALUES,
        "cardinality" => &CARDINALITY,
        "extended_stats" => &EXTENDED_STATS,
        "percentiles" | "percentile_ranks" => &PERCENTILES,
        "median_absolute_deviation" => &DEVIATION,
        "weighted_avg" => &WEIGHTED,
        "matrix_stats" => &MATRIX,
        "geo_bounds" | "geo_centroid" => &GEO_METRIC,
        "scripted_metric" => &Hides(SCRIPTS, &Rule::Free),
        other => return pipeline(other),
    })
}

fn several(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "multi_terms" => &MULTI_TERMS,
        "rare_terms" => &RARE_TERMS,
        "histogram" | "date_histogram" => &HISTOGRAM,
        "variable_width_histogram" => &CLUSTERS,
        "range" | "date_range" | "ip_range" | "geo_distance" => &RANGE,
        "geohash_grid" | "geotile_grid" => &GRID,
        "filters" => &FILTERS,
        "adjacency_matrix" => &ADJACENCY,
        "composite" => &COMPOSITE,
        _ => return None,
    })
}

fn pipeline(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "avg_bucket" | "sum_bucket" | "min_bucket" | "max_bucket" | "stats_bucket" => &PIPELINE,
        "extended_stats_bucket" | "percentiles_bucket" | "cumulative_sum" | "derivative" => {
            &PIPELINE
        }
        "serial_diff" | "moving_avg" => &PIPELINE,
        "bucket_sort" => &BUCKET_SORT,
        "bucket_script" | "bucket_selector" | "moving_fn" => &SCRIPTED,
        _ => return None,
    })
}

const BY_SCRIPT: (&str, Rule) = ("script", SCRIPT);
const ORDER: (&str, Rule) = ("order", Many(&Or(&LEAF, &Map(&LEAF))));
/// Terms by pattern, by name, or one part of them.
const CHOSEN: Rule = Or(&SCALARS, &Map(&LEAF));
const INCLUDE: (&str, Rule) = ("include", CHOSEN);
const EXCLUDE: (&str, Rule) = ("exclude", CHOSEN);
const AT_LEAST: (&str, Rule) = ("min_doc_count", Positive(UNBOUNDED));
pub(in crate::search) const UNBOUNDED: &str = "0 lists the terms of groups that you may not see";

static SCRIPTED: Rule = SCRIPT;
static NOTHING: Rule = Keys(&options![]);
static JOIN: Rule = Keys(&options![type]);
static NESTED: Rule = Keys(&options![path]);
static SAMPLER: Rule = Hides(SAMPLED, &Keys(&options![shard_size]));
static DIVERSIFIED: Rule = Hides(
    SAMPLED,
    &Keys(&options![field missing shard_size execution_hint max_docs_per_value].and(&[BY_SCRIPT])),
);
/// Of those with one score it takes the first in Lucene's order, which depends on the documents between them.
const SAMPLED: &str = "which groups it takes depends on those that you may not see";
static VALUES: Rule =
    Keys(&options![field missing format time_zone value_type valueType].and(&[BY_SCRIPT]));
static EXTENDED_STATS: Rule =
    Keys(&options![field missing format time_zone value_type valueType sigma].and(&[BY_SCRIPT]));
static CARDINALITY: Rule = Keys(
    &options![field missing format value_type valueType execution_hint precision_threshold rehash]
        .and(&[BY_SCRIPT]),
);
/// The digest goes by the order in which it is fed, once there are many values; the histogram (`hdr`) does not.
static PERCENTILES: Rule = Keys(
    &options![field missing format value_type valueType keyed]
        .and(&[
            BY_SCRIPT,
            ("percents", SCALARS),
            ("values", SCALARS),
            ("tdigest", Map(&LEAF)),
            ("hdr", Map(&LEAF)),
        ])
        .needing("hdr", "without hdr it goes by the order of groups that you may not see"),
);
static DEVIATION: Rule = Hides(
    IN_ORDER,
    &Keys(&options![field missing format value_type valueType compression].and(&[BY_SCRIPT])),
);
/// Lucene's order of documents: merging segments changes it.
const IN_ORDER: &str = "it goes by the order of groups that you may not see";
static WEIGHTED: Rule = Keys(
    &options![format value_type valueType].and(&[("value", CONFIGURED), ("weight", CONFIGURED)]),
);
const CONFIGURED: Rule = Keys(
    &options![field missing format time_zone value_type valueType]
        .and(&[BY_SCRIPT, ("filter", Query)]),
);
static MATRIX: Rule =
    Hides(IN_ORDER, &Keys(&options![mode].and(&[("fields", SCALARS), ("missing", Map(&LEAF))])));
static GEO_METRIC: Rule = Keys(&options![field missing wrap_longitude]);

pub(in crate::search) static TERMS: Rule = Keys(&TERMS_OPTIONS);
pub(in crate::search) static TERMS_OPTIONS: Object = options![
    field missing format value_type valueType size shard_size shard_min_doc_count
    show_term_doc_count_error collect_mode execution_hint
]
.and(&[BY_SCRIPT, AT_LEAST, ORDER, INCLUDE, EXCLUDE]);
static MULTI_TERMS: Rule =
    Keys(
        &options![size shard_size shard_min_doc_count show_term_doc_count_error collect_mode]
            .and(&[("terms", List(&CONFIGURED)), AT_LEAST, ORDER]),
    );
static RARE_TERMS: Rule = Keys(
    &options![field missing format value_type valueType max_doc_count precision]
        .and(&[INCLUDE, EXCLUDE]),
);
static SIGNIFICANT: Rule = Keys(&SIGNIFICANT_OPTIONS);
pub(in crate::search) static SIGNIFICANT_OPTIONS: Object = options![
    field missing size shard_size shard_min_doc_count execution_hint
]
.and(&[
    // Terms of one form become one: its key is that of the first.
    ("format", Hides(IN_ORDER, &LEAF)),
    ("filter_duplicate_text", Off(IN_ORDER)),
    AT_LEAST,
    INCLUDE,
    EXCLUDE,
    ("source_fields", SCALARS),
    ("background_filter", Query),
    ("jlh", HEURISTIC),
    ("gnd", HEURISTIC),
    ("chi_square", HEURISTIC),
    ("mutual_information", HEURISTIC),
    ("percentage", HEURISTIC),
    ("script_heuristic", SCRIPT),
])
.setting(&[Set { key: "background_filter", to: Value::Ours, given: None }]);
const HEURISTIC: Rule = Map(&LEAF);

/// Buckets without documents lie between those with some, or where the caller says.
static HISTOGRAM: Rule = Keys(
    &options![
        field missing format time_zone keyed shard_size interval calendar_interval fixed_interval
        minimum_interval offset min_doc_count buckets
    ]
    .and(&[BY_SCRIPT, ORDER, ("extended_bounds", Map(&LEAF)), ("hard_bounds", Map(&LEAF))]),
);
/// Which values make a bucket goes by those that came first.
static CLUSTERS: Rule = Hides(
    IN_ORDER,
    &Keys(&options![field missing format shard_size buckets initial_buffer].and(&[BY_SCRIPT])),
);
static RANGE: Rule =
    Keys(&options![field missing format time_zone keyed unit distance_type].and(&[
        BY_SCRIPT,
        ("ranges", List(&Or(&LEAF, &Map(&LEAF)))),
        ("origin", FREE),
        ("center", FREE),
        ("point", FREE),
        ("por", FREE),
    ]));
static GRID: Rule =
    Keys(&options![field missing size shard_size precision].and(&[("bounds", Map(&FREE))]));
static FILTERS: Rule = Keys(
    &options![other_bucket other_bucket_key].and(&[("filters", Or(&List(&Query), &Map(&Query)))]),
);
static ADJACENCY: Rule =
    Keys(&options![separator show_only_intersecting].and(&[("filters", Map(&Query))]));
static COMPOSITE: Rule =
    Keys(&options![size].and(&[("sources", List(&Map(&Keys(&SOURCE)))), ("after", Map(&LEAF))]));
static SOURCE: Object = options![].and(&[
    ("terms", SOURCE_VALUES),
    ("histogram", SOURCE_VALUES),
    ("date_histogram", SOURCE_VALUES),
    ("geotile_grid", SOURCE_VALUES),
]);
const SOURCE_VALUES: Rule = Keys(
    &options![
        field format time_zone value_type valueType order missing_bucket missing_order interval
        calendar_interval fixed_interval offset precision
    ]
    .and(&[BY_SCRIPT, ("bounds", Map(&FREE))]),
);

static PIPELINE: Rule =
    Keys(&options![format gap_policy unit lag sigma keyed window model predict minimize].and(&[
        ("buckets_path", Reads(&SCALARS)),
        ("percents", SCALARS),
        ("settings", Map(&LEAF)),
    ]));
static BUCKET_SORT: Rule =
    Keys(&options![from size gap_policy format].and(&[("sort", Reads(&Rule::Sort))]));
