//! The aggregations, and what each of them holds (OpenSearch 3.4, `search/aggregations`).

use super::Rule::{Hides, List, Many, Map, Or, Positive, Query};
use super::feature::TOP_HITS;
use super::{FREE, LEAF, Object, Rule, SCALARS, SCRIPT, SCRIPTS, Set, Value, keys};

/// Which documents an aggregation looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::search) enum Reach {
    /// Those of the bucket that it stands in.
    Bucket,
    /// The nested objects of those.
    Nested,
    /// Others as well: the access filter goes beneath it.
    Beyond,
    /// Others as well, that its own option bounds, but not inside nested objects.
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
        "nested" => of(&NESTED, Reach::Nested, false),
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
        "extended_stats" => &EXTENDED_STATS,
        "cardinality" => &CARDINALITY,
        "percentiles" | "percentile_ranks" | "median_absolute_deviation" => &PERCENTILES,
        "weighted_avg" => &WEIGHTED,
        "top_hits" => &TOP,
        "matrix_stats" => &MATRIX,
        "geo_bounds" | "geo_centroid" => &GEO_METRIC,
        "scripted_metric" => &Hides(SCRIPTS, &FREE),
        other => return pipeline(other),
    })
}

fn several(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "terms" => &TERMS,
        "multi_terms" => &MULTI_TERMS,
        "rare_terms" => &RARE_TERMS,
        "histogram" | "date_histogram" | "auto_date_histogram" | "variable_width_histogram" => {
            &HISTOGRAM
        }
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
        "bucket_script" | "bucket_selector" | "moving_fn" => &SCRIPT,
        _ => return None,
    })
}

macro_rules! rule {
    ($name:ident, $object:expr) => {
        static $name: Rule = Rule::Object(&$object);
    };
}

const FIELD: (&str, Rule) = ("field", LEAF);
const MISSING: (&str, Rule) = ("missing", LEAF);
const FORMAT: (&str, Rule) = ("format", LEAF);
const ZONE: (&str, Rule) = ("time_zone", LEAF);
const TYPE: (&str, Rule) = ("value_type", LEAF);
const OLD_TYPE: (&str, Rule) = ("valueType", LEAF);
const BY_SCRIPT: (&str, Rule) = ("script", SCRIPT);
const ORDER: (&str, Rule) = ("order", Many(&Or(&LEAF, &Map(&LEAF))));
const SIZE: (&str, Rule) = ("size", LEAF);
const SHARD_SIZE: (&str, Rule) = ("shard_size", LEAF);
const KEYED: (&str, Rule) = ("keyed", LEAF);
const HINT: (&str, Rule) = ("execution_hint", LEAF);
const INCLUDE: (&str, Rule) = ("include", CHOSEN);
const EXCLUDE: (&str, Rule) = ("exclude", CHOSEN);
const CHOSEN: Rule = Or(&SCALARS, &Map(&LEAF));
const AT_LEAST: (&str, Rule) =
    ("min_doc_count", Positive("0 lists the terms of groups that you may not see"));
const SHARD_AT_LEAST: (&str, Rule) = ("shard_min_doc_count", LEAF);
const ERROR: (&str, Rule) = ("show_term_doc_count_error", LEAF);
const MODE: (&str, Rule) = ("collect_mode", LEAF);

rule!(NOTHING, keys(&[]));
rule!(JOIN, keys(&[("type", LEAF)]));
rule!(NESTED, keys(&[("path", LEAF)]));
rule!(SAMPLER, keys(&[SHARD_SIZE]));
rule!(VALUES, keys(&[FIELD, MISSING, FORMAT, ZONE, TYPE, OLD_TYPE, BY_SCRIPT]));
rule!(
    EXTENDED_STATS,
    keys(&[FIELD, MISSING, FORMAT, ZONE, TYPE, OLD_TYPE, BY_SCRIPT, ("sigma", LEAF)])
);
rule!(
    CARDINALITY,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        TYPE,
        OLD_TYPE,
        BY_SCRIPT,
        HINT,
        ("precision_threshold", LEAF),
        ("rehash", LEAF)
    ])
);
rule!(
    PERCENTILES,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        TYPE,
        OLD_TYPE,
        BY_SCRIPT,
        KEYED,
        ("percents", SCALARS),
        ("values", SCALARS),
        ("compression", LEAF),
        ("tdigest", Map(&LEAF)),
        ("hdr", Map(&LEAF))
    ])
);
rule!(WEIGHTED, keys(&[("value", CONFIGURED), ("weight", CONFIGURED), FORMAT, TYPE, OLD_TYPE]));
const CONFIGURED: Rule = Rule::Object(&keys(&[
    FIELD,
    MISSING,
    FORMAT,
    ZONE,
    TYPE,
    OLD_TYPE,
    BY_SCRIPT,
    ("filter", Query),
]));
rule!(
    DIVERSIFIED,
    keys(&[FIELD, MISSING, BY_SCRIPT, SHARD_SIZE, HINT, ("max_docs_per_value", LEAF)])
);
static TOP: Rule = Rule::Object(&TOP_HITS);
rule!(MATRIX, keys(&[("fields", SCALARS), ("missing", Map(&LEAF)), ("mode", LEAF)]));
rule!(GEO_METRIC, keys(&[FIELD, MISSING, ("wrap_longitude", LEAF)]));

rule!(
    TERMS,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        TYPE,
        OLD_TYPE,
        BY_SCRIPT,
        SIZE,
        SHARD_SIZE,
        AT_LEAST,
        SHARD_AT_LEAST,
        ERROR,
        ORDER,
        MODE,
        HINT,
        INCLUDE,
        EXCLUDE
    ])
);
rule!(
    MULTI_TERMS,
    keys(&[
        ("terms", List(&CONFIGURED)),
        SIZE,
        SHARD_SIZE,
        AT_LEAST,
        SHARD_AT_LEAST,
        ERROR,
        ORDER,
        MODE
    ])
);
rule!(
    RARE_TERMS,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        TYPE,
        OLD_TYPE,
        INCLUDE,
        EXCLUDE,
        ("max_doc_count", LEAF),
        ("precision", LEAF)
    ])
);
rule!(
    SIGNIFICANT,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        SIZE,
        SHARD_SIZE,
        AT_LEAST,
        SHARD_AT_LEAST,
        HINT,
        INCLUDE,
        EXCLUDE,
        ("source_fields", SCALARS),
        ("filter_duplicate_text", LEAF),
        ("background_filter", Query),
        ("jlh", HEURISTIC),
        ("gnd", HEURISTIC),
        ("chi_square", HEURISTIC),
        ("mutual_information", HEURISTIC),
        ("percentage", HEURISTIC),
        ("script_heuristic", SCRIPT)
    ])
    .setting(&[Set { key: "background_filter", to: Value::Ours, given: None }])
);
const HEURISTIC: Rule = Map(&LEAF);
rule!(
    HISTOGRAM,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        ZONE,
        BY_SCRIPT,
        KEYED,
        ORDER,
        SHARD_SIZE,
        ("interval", LEAF),
        ("calendar_interval", LEAF),
        ("fixed_interval", LEAF),
        ("minimum_interval", LEAF),
        ("offset", LEAF),
        ("min_doc_count", LEAF),
        ("extended_bounds", Map(&LEAF)),
        ("hard_bounds", Map(&LEAF)),
        ("buckets", LEAF),
        ("initial_buffer", LEAF)
    ])
);
rule!(
    RANGE,
    keys(&[
        FIELD,
        MISSING,
        FORMAT,
        ZONE,
        BY_SCRIPT,
        KEYED,
        ("ranges", List(&Or(&LEAF, &Map(&LEAF)))),
        ("origin", FREE),
        ("center", FREE),
        ("point", FREE),
        ("por", FREE),
        ("unit", LEAF),
        ("distance_type", LEAF)
    ])
);
rule!(GRID, keys(&[FIELD, MISSING, SIZE, SHARD_SIZE, ("precision", LEAF), ("bounds", Map(&FREE))]));
rule!(
    FILTERS,
    keys(&[
        ("filters", Or(&List(&Query), &Map(&Query))),
        ("other_bucket", LEAF),
        ("other_bucket_key", LEAF)
    ])
);
rule!(
    ADJACENCY,
    keys(&[("filters", Map(&Query)), ("separator", LEAF), ("show_only_intersecting", LEAF)])
);
rule!(
    COMPOSITE,
    keys(&[SIZE, ("sources", List(&Map(&Rule::Object(&SOURCE)))), ("after", Map(&LEAF))])
);
static SOURCE: Object = keys(&[
    ("terms", SOURCE_VALUES),
    ("histogram", SOURCE_VALUES),
    ("date_histogram", SOURCE_VALUES),
    ("geotile_grid", SOURCE_VALUES),
]);
const SOURCE_VALUES: Rule = Rule::Object(&keys(&[
    FIELD,
    FORMAT,
    ZONE,
    TYPE,
    OLD_TYPE,
    BY_SCRIPT,
    ("order", LEAF),
    ("missing_bucket", LEAF),
    ("missing_order", LEAF),
    ("interval", LEAF),
    ("calendar_interval", LEAF),
    ("fixed_interval", LEAF),
    ("offset", LEAF),
    ("precision", LEAF),
    ("bounds", Map(&FREE)),
]));

rule!(
    PIPELINE,
    keys(&[
        ("buckets_path", SCALARS),
        FORMAT,
        ("gap_policy", LEAF),
        ("unit", LEAF),
        ("lag", LEAF),
        ("sigma", LEAF),
        ("percents", SCALARS),
        KEYED,
        ("window", LEAF),
        ("model", LEAF),
        ("settings", Map(&LEAF)),
        ("predict", LEAF),
        ("minimize", LEAF)
    ])
);
rule!(
    BUCKET_SORT,
    keys(&[("sort", Rule::Sort), ("from", LEAF), SIZE, ("gap_policy", LEAF), FORMAT])
);
