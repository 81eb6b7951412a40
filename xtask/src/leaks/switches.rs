//! What can be taken away, and whether the law notices.

/// A rewriting or a refusal.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What the changed rewriter calls it: a name of its own, the last name of a refused clause, a clause and an option
    /// that is set in it, or why something is refused.
    pub(super) off: &'static str,
    /// Whether modelgate runs with `scoring = "constant"`.
    pub(super) constant: bool,
    pub(super) found: Found,
}

/// Who notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    ByLaw,
    /// Not the law, for this reason: unit tests hold it.
    Not(&'static str),
}

pub(super) const CASES: &[Case] = &[
    case("nothing", "nothing").not("as it should be"),
    // What is rewritten.
    case("the filter around the query", "wrap"),
    case("the filter where there is no query", "no query"),
    case("the filter inside of `hybrid`", "hybrid").not(NO_CLAUSE),
    case("the filter inside of `has_child` and `has_parent`", "joined").not(NO_JOIN),
    case("the filter beneath `global`", "beneath"),
    case("the filter of a `global` with nothing beneath", "beneath nothing"),
    case("the filter beneath `children` and `parent`", "beneath joined").not(NO_JOIN),
    case("the list of known terms beside `min_doc_count: 0`", "list"),
    case("the list of known terms in place of `include`", "include"),
    case("`min_doc_count: 1` where no term is known", "none known"),
    case("the filter of the question for known terms", "question"),
    case("the background of significant terms", "significant_terms.background_filter"),
    case("the background of significant text", "significant_text.background_filter"),
    case("the filter around a given background", "background_filter given"),
    case("the background of no significant terms", "bg_count"),
    case("the order of significant terms by their keys", "significant order"),
    case("the alternative of a range", "range"),
    case("`meta` that nobody gave", "meta"),
    case("`_seq_no` in place of `_doc`", "_doc"),
    case("counting beside `search_after`", "search_after"),
    case("counting one hit more where none is asked for", "track_total_hits").not(RARE),
    case("the order of writing behind the search's own", "ties"),
    case("the order of writing inside of collapsed hits", "collapsed ties"),
    case("the order of writing in buckets", "bucket ties"),
    case("all near terms of `fuzzy`", "fuzzy.rewrite"),
    case("all near terms of `match`", "match.fuzzy_rewrite"),
    case("all near terms of `match_bool_prefix`", "match_bool_prefix.fuzzy_rewrite"),
    case("all near terms of `multi_match`", "multi_match.fuzzy_rewrite"),
    case("all near terms of `query_string`", "query_string.fuzzy_rewrite"),
    case("all prefixed terms of `match_phrase_prefix`", "match_phrase_prefix.max_expansions"),
    case("all prefixed terms of `multi_match`", "multi_match.max_expansions"),
    case("`match_bool_prefix` for one word of `match_phrase_prefix`", "one word"),
    case("constant scores: the query", "constant query").with_constant_scores(),
    // What is refused.
    case("significant terms in nested objects", "nested background").not(NO_BACKGROUND),
    case("significant terms in merged buckets", "merged background"),
    case(
        "significant terms in several buckets of a field that none of the caller's groups has",
        "none of your groups has the field, and whether others have it would show in buckets without groups",
    ),
    case("`plain` highlighting beside a range", "plain"),
    case("`_doc` and `_seq_no` in one order", "it orders twice as the documents were written")
        .not(TWICE),
    case("`min_doc_count: 0` without known terms", "min_doc_count"),
    case("`missing` and formats beside `min_doc_count: 0`", "beside").not(UNPROVEN_LIST),
    case("`terminate_after`", "terminate_after").not(TOO_SMALL),
    case("nested objects inside of others", "nested objects inside of others are not bounded"),
    case("`max_doc_count` of `rare_terms` above a range", "max_doc_count"),
    case("`precision` of `rare_terms` above a range", "precision").not(FEW_TERMS),
    case("`sampler`", "sampler"),
    case("`diversified_sampler`", "diversified_sampler"),
    case("`variable_width_histogram`", "variable_width_histogram").not(SELDOM),
    case("`matrix_stats`", "matrix_stats").not(SELDOM),
    case("`median_absolute_deviation`", "median_absolute_deviation").not(TOO_FEW),
    case("`percentiles` without `hdr`", "percentiles").not(TOO_FEW),
    case("`percentile_ranks` without `hdr`", "percentile_ranks").not(TOO_FEW),
    case("`filter_duplicate_text`", "filter_duplicate_text").not(SELDOM),
    case("`suggest`", "suggest"),
    case("`explain`", "explain"),
    case("`profile`", "profile"),
    case("scripts", "a script sees what the access filter does not bound"),
    case("`script`", "script"),
    case("`script_score`", "script_score"),
    case("`scripted_metric`", "scripted_metric").not(AFTERWARDS),
    case("`script_heuristic`", "script_heuristic").not(AFTERWARDS),
    case("`bucket_selector`", "bucket_selector").not(AFTERWARDS),
    case("`script_fields`", "script_fields").not(AFTERWARDS),
    case("`_script` as order", "_script").not(AFTERWARDS),
    case("`derived`", "derived"),
    case("`function_score.min_score`", "min_score"),
    case("`random_score` without a seed", "random_score").not(UNSTEADY),
    case("lookups of terms", "a lookup in another document is not bounded by the access filter"),
    case("`more_like_this`", "more_like_this"),
    case("`common`", "common"),
    case("`span_multi`", "span_multi"),
    case("expansions in `intervals`", "expanded"),
    case("ways of rewriting patterns", "rewrite"),
    case("`cutoff_frequency`", "cutoff_frequency"),
    case("`~` in a simple query string", "query"),
    case("`phrase_prefix` in a query string", "type"),
    case("one word with `type: phrase_prefix` of `multi_match`", "multi_match"),
    case("texts of `match_phrase_prefix` that may be one word", "words"),
    case("other indices for everyone", "index"),
    case("`wrapper`", "wrapper"),
    case("indexed shapes", "indexed_shape").not(NO_CLAUSE),
    case("`percolate`", "percolate").not(NO_CLAUSE),
    case("`search_pipeline`", "search_pipeline").not(NOT_A_GROUPS),
    case("`ext`", "ext").not(NO_EXTENSION),
    case("constant scores: `rescore`", "constant rescore").with_constant_scores(),
    case("constant scores: inner hits", "constant inner hits").with_constant_scores(),
];

const NO_CLAUSE: &str = "the node has no such clause: its module or plugin is not there";
const NO_JOIN: &str = "the index has no field of parents and children";
const NO_EXTENSION: &str = "the node has no extension that would read it";
const NOT_A_GROUPS: &str = "a pipeline is the cluster's, not a group's: both clusters have none";
const TWICE: &str = "OpenSearch refuses what would then be there twice";
const UNPROVEN_LIST: &str =
    "the list of known terms still bounds it; refused because it has not what these make of values";
const UNSTEADY: &str = "it draws anew for each request, so answers cannot be compared; its numbers are those of documents";
const TOO_SMALL: &str = "Lucene takes groups as they were written until it merges segments or passes over blocks of 512 \
                         values: the law's clusters are too small for that";
const SELDOM: &str = "the law found `matrix_stats` while it was let through (search 17,541 from seed 100000); what is refused for the order \
     of documents is made too seldom";
const RARE: &str = "the limit has to be just what the caller sees: few of those that are made are";
const TOO_FEW: &str = "a digest goes by the order of some hundred values and more: the law's callers see fewer groups";
const FEW_TERMS: &str = "it counts where there are more terms than the law's groups have";
const AFTERWARDS: &str =
    "it runs on what the search has found; refused because what the script reads cannot be known";
const NO_BACKGROUND: &str = "the access filter finds no nested object: the background is none, which is wrong but tells nothing";

const fn case(name: &'static str, off: &'static str) -> Case {
    Case { name, off, constant: false, found: Found::ByLaw }
}

impl Case {
    const fn not(self, why: &'static str) -> Self {
        Self { found: Found::Not(why), ..self }
    }

    const fn with_constant_scores(self) -> Self {
        Self { constant: true, ..self }
    }
}

/// What the cases are called.
pub(super) fn names() -> Vec<&'static str> {
    CASES.iter().map(|case| case.name).collect()
}
