//! The query clauses, and how each of them nests others (OpenSearch 3.4, `index/query`).

use super::Rule::{
    self, Barred, Bounded, Hides, List, Many, Nested, Object as Keys, Or, OwnIndex, Query,
};
use super::feature::INNER_HITS;
use super::{CUT, FREE, LEAF, Object, QUERIES, SCALARS, SCRIPT, TOLD};

mod score;
mod term;
mod text;

/// What the body of a query clause holds.
pub(in crate::search) fn clause(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "bool" => &BOOL,
        "boosting" => &BOOSTING,
        "constant_score" => &CONSTANT_SCORE,
        "dis_max" => &DIS_MAX,
        "has_child" | "has_parent" => &JOIN,
        "hybrid" => &HYBRID,
        "match_all" | "match_none" => &NOTHING,
        "nested" => &NESTED,
        "parent_id" => &PARENT_ID,
        other => {
            return term::clause(other).or_else(|| text::clause(other)).or_else(|| rare(other));
        }
    })
}

fn rare(name: &str) -> Option<&'static Rule> {
    score::clause(name).or_else(|| span(name)).or_else(|| refused(name))
}

fn span(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "field_masking_span" | "span_field_masking" => &SPAN_MASKING,
        "span_containing" | "span_within" => &SPAN_PAIR,
        "span_first" => &SPAN_FIRST,
        "span_gap" => &SPAN_GAP,
        "span_multi" => &SPAN_MULTI,
        "span_near" | "span_or" => &SPAN_LIST,
        "span_not" => &SPAN_NOT,
        _ => return None,
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
        "script" => &BY_SCRIPT,
        "template" => &Barred("its text is filled in after it was read"),
        "wrapper" => &Barred("its content is encoded, and so cannot be read"),
        _ => return None,
    })
}

static BY_SCRIPT: Rule = SCRIPT;
static NOTHING: Rule = Keys(&options![boost _name]);
static BOOL: Rule = Keys(&options![minimum_should_match adjust_pure_negative boost _name].and(&[
    ("must", QUERIES),
    ("filter", QUERIES),
    ("should", QUERIES),
    ("must_not", QUERIES),
    ("mustNot", QUERIES),
]));
static BOOSTING: Rule =
    Keys(&options![negative_boost boost _name].and(&[("positive", Query), ("negative", Query)]));
static CONSTANT_SCORE: Rule = Keys(&options![boost _name].and(&[("filter", Query)]));
static DIS_MAX: Rule = Keys(&options![tie_breaker boost _name].and(&[("queries", QUERIES)]));

/// It may stand at the top only, where it cannot be wrapped.
static HYBRID: Rule = Keys(
    &options![pagination_depth boost _name].and(&[("queries", List(&Bounded)), ("filter", Query)]),
);

static NESTED: Rule = Keys(
    &options![path score_mode ignore_unmapped boost _name]
        .and(&[("query", Nested(&Query)), ("inner_hits", Keys(&INNER_HITS))]),
);

/// Children and parents are other documents than the one that is found.
static JOIN: Rule = Keys(
    &options![type parent_type score_mode score min_children max_children ignore_unmapped boost _name]
        .and(&[("query", Bounded), ("inner_hits", Keys(&INNER_HITS))]),
);
static PARENT_ID: Rule = Keys(&options![type id ignore_unmapped boost _name]);

static SPAN_FIRST: Rule = Keys(&options![end boost _name].and(&[("match", Query)]));
static SPAN_GAP: Rule = Keys(&options![].one(&LEAF));
static SPAN_LIST: Rule =
    Keys(&options![slop in_order boost _name].and(&[("clauses", List(&Query))]));
static SPAN_MASKING: Rule = Keys(&options![field boost _name].and(&[("query", Query)]));
static SPAN_NOT: Rule =
    Keys(&options![pre post dist boost _name].and(&[("include", Query), ("exclude", Query)]));
static SPAN_PAIR: Rule = Keys(&options![boost _name].and(&[("big", Query), ("little", Query)]));
static SPAN_MULTI: Rule = Hides(CUT, &Keys(&options![boost _name].and(&[("match", Query)])));

static MORE_LIKE_THIS: Rule = Hides(TOLD, &Keys(&LIKENESS));
static LIKENESS: Object = options![
    max_query_terms min_term_freq min_doc_freq max_doc_freq min_word_length max_word_length analyzer
    minimum_should_match boost_terms include fail_on_unsupported_field boost _name
]
.and(&[
    ("fields", SCALARS),
    ("like", Many(&LIKE)),
    ("unlike", Many(&LIKE)),
    ("stop_words", SCALARS),
]);
static LIKE: Rule = Or(
    &LEAF,
    &Keys(&options![_id routing version version_type].and(&[
        ("_index", OwnIndex),
        ("doc", FREE),
        ("fields", SCALARS),
        ("per_field_analyzer", Rule::Map(&LEAF)),
    ])),
);
