//! Queries that make scores.

use crate::search::grammar::Rule::{self, Hides, List, Map, Object as Keys, Query, Scalar};
use crate::search::grammar::{FREE, LEAF, Object, SCRIPT, SCRIPTS};

pub(super) fn clause(name: &str) -> Option<&'static Rule> {
    Some(match name {
        "distance_feature" => &DISTANCE_FEATURE,
        "function_score" => &FUNCTION_SCORE,
        "rank_feature" => &RANK_FEATURE,
        "script_score" => &SCRIPT_SCORE,
        _ => return None,
    })
}

/// A group's score is asked for before it is known whether the caller sees it, and may make the search fail.
const LEAST: &str = "it goes by the scores of groups that you may not see";

static FUNCTION_SCORE: Rule =
    Keys(&options![score_mode boost_mode max_boost weight boost _name].and(&[
        ("min_score", Hides(LEAST, &LEAF)),
        ("query", Query),
        ("filter", Query),
        ("functions", List(&Keys(&FUNCTION))),
        ("script_score", SCRIPT),
        ("gauss", DECAY),
        ("linear", DECAY),
        ("exp", DECAY),
        ("random_score", Keys(&RANDOM)),
        ("field_value_factor", FIELD_VALUE),
    ]));
static FUNCTION: Object = options![weight].and(&[
    ("filter", Query),
    ("script_score", SCRIPT),
    ("gauss", DECAY),
    ("linear", DECAY),
    ("exp", DECAY),
    ("random_score", Keys(&RANDOM)),
    ("field_value_factor", FIELD_VALUE),
]);
const DECAY: Rule = Keys(
    &options![multi_value_mode _name]
        .one(&Keys(&options![scale offset decay].and(&[("origin", FREE)]))),
);
static RANDOM: Object = options![_name].and(&[("seed", Scalar), ("field", Scalar)]).needing(
    "seed",
    "without a seed it draws from document numbers, which count groups that you may not see",
);
const FIELD_VALUE: Rule = Keys(&options![field factor modifier missing _name]);

static SCRIPT_SCORE: Rule = Hides(
    SCRIPTS,
    &Keys(&options![min_score boost _name].and(&[("query", Query), ("script", FREE)])),
);
static DISTANCE_FEATURE: Rule = Keys(&options![field pivot boost _name].and(&[("origin", FREE)]));
static RANK_FEATURE: Rule = Keys(&options![field boost _name].and(&[
    ("saturation", Map(&LEAF)),
    ("log", Map(&LEAF)),
    ("sigmoid", Map(&LEAF)),
    ("linear", Map(&LEAF)),
]));
