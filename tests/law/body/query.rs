//! Queries.

use super::compound::around;
use super::make::{Json, both, clause, either, keyed, levels, list, many, mostly, object, of};
use super::text;
use super::words::{
    COMMON, DATES, KEYWORDS, NUMBERS, OWNER_KEYWORDS, OWNERS, ROLES, SECRET, known_fields, phrases,
    prefixes, small_numbers, texts, times, words,
};

/// What scores may come from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scores {
    /// Each document alone.
    Constant,
    /// Statistics of all documents as well: nothing may go by them.
    Free,
}

/// The queries that something may have.
#[derive(Clone, Debug)]
pub(crate) struct Queries {
    /// Where scores count.
    pub(crate) scored: Json,
    /// Where they do not.
    pub(crate) filter: Json,
    pub(crate) scores: Scores,
}

impl Queries {
    /// Queries of a few levels.
    pub(crate) fn of(scores: Scores) -> Self {
        let free = |inner: Json| around(&Self { scored: inner.clone(), filter: inner, scores });
        let filter = levels(either([exact(), text::queries()]), 2, free);
        let constant =
            |inner: Json| around(&Self { scored: inner, filter: filter.clone(), scores });
        let scored = match scores {
            Scores::Free => filter.clone(),
            Scores::Constant => levels(exact(), 2, constant),
        };
        Self { scored, filter, scores }
    }
}

/// The values that a field may have, by its name.
fn field_and_value() -> Json {
    either([
        keyed(of(["access"]), of(["public", "private", "restricted", "Public"])),
        keyed(of(["backend_roles.keyword", "owner.backend_roles.keyword"]), of(ROLES)),
        keyed(of(["owner.name.keyword", "all_shared_principals"]), of(OWNERS)),
        keyed(of(["name.keyword"]), either([phrases(), of(COMMON)])),
        keyed(of(NUMBERS), small_numbers()),
        keyed(of(DATES), times()),
        keyed(of(["_id"]), of(["v00", "v03", "0a000", "zb001"])),
        keyed(of(["_index"]), of([".plugins-ml-model-group", "another"])),
        keyed(of(["tenant_id"]), of(["t1", "t2"])),
    ])
}

/// Queries in which a document's score is its own affair.
fn exact() -> Json {
    let named = || ("_name", of(["n1", "n2"]));
    let boost = || ("boost", of([0.5, 1.0, 2.0]));
    let keyword = || either([of(KEYWORDS), of(OWNER_KEYWORDS)]);
    let short = |value: Json, options: Json| {
        keyed(keyword(), either([value.clone(), both(object([("value", value)], []), options)]))
    };
    let pattern = || object([], [("case_insensitive", of([true])), boost()]);
    let rewrite = || object([], [("rewrite", of(["constant_score", "constant_score_blended"]))]);
    let ids = || of(["v00", "v01", "v02", "0a000", "va001", "0b000"]);
    let near = object(
        [],
        [
            ("fuzziness", of(["AUTO", "1", "2"])),
            ("max_expansions", of([1, 2, 50])),
            ("prefix_length", of([0, 1])),
            ("transpositions", of([true, false])),
            ("rewrite", of(["constant_score", "top_terms_1", "scoring_boolean"])),
        ],
    );
    mostly([
        (2, clause("match_all", object([], [boost(), named()]))),
        (1, clause("match_none", object([], []))),
        (3, clause("term", field_and_value())),
        (2, clause("term", keyed(keyword(), object([("value", words())], [boost(), named()])))),
        (
            3,
            clause(
                "terms",
                both(
                    keyed(keyword(), list(either([words(), of(ROLES)]), 0..=4)),
                    object([], [boost(), named()]),
                ),
            ),
        ),
        (4, range(boost(), named())),
        (
            2,
            clause(
                "exists",
                object(
                    [(
                        "field",
                        either([
                            known_fields(),
                            known_fields(),
                            of(["owner.*", "*_time", "name*", "no_such_field", "_id"]),
                        ]),
                    )],
                    [named()],
                ),
            ),
        ),
        (1, clause("ids", object([("values", many(ids()))], [boost()]))),
        (1, clause("prefix", short(prefixes(), both(pattern(), rewrite())))),
        (
            1,
            clause(
                "wildcard",
                short(of(["r*d", "*e*", "pay*", "?ed*"]), both(pattern(), rewrite())),
            ),
        ),
        (
            1,
            clause(
                "regexp",
                short(
                    of(["re.*", "(red|rod).*", "[a-m].*"]),
                    both(pattern(), object([], [("flags", of(["ALL", "NONE"]))])),
                ),
            ),
        ),
        (
            2,
            clause(
                "fuzzy",
                either([
                    keyed(texts(), words()),
                    keyed(
                        texts(),
                        object(
                            [
                                ("value", of(SECRET)),
                                ("fuzziness", of(["1", "2"])),
                                ("max_expansions", of([1, 2])),
                            ],
                            [],
                        ),
                    ),
                    keyed(
                        either([texts(), keyword()]),
                        both(object([("value", words())], []), near),
                    ),
                ]),
            ),
        ),
        (1, terms_set()),
        (
            1,
            clause(
                "distance_feature",
                object(
                    [
                        ("field", of(DATES)),
                        ("origin", of([1_700_086_400_000_i64])),
                        ("pivot", of(["1d"])),
                    ],
                    [boost()],
                ),
            ),
        ),
    ])
}

fn range(boost: (&'static str, Json), named: (&'static str, Json)) -> Json {
    let bounds = |value: Json| {
        let one = || value.clone();
        let ends = either([
            object([], [("gte", one()), ("lt", one()), ("gt", one()), ("lte", one())]),
            object([("from", one())], [("to", one()), ("include_lower", of([true, false]))]),
        ]);
        both(
            ends,
            object([], [("relation", of(["intersects", "within"])), boost.clone(), named.clone()]),
        )
    };
    let dates = object(
        [],
        [
            ("format", of(["epoch_millis||strict_date_time_no_millis"])),
            ("time_zone", of(["+05:00", "Europe/Paris"])),
        ],
    );
    let fields = either([
        keyed(of(NUMBERS), bounds(small_numbers())),
        keyed(of(DATES), both(bounds(times()), dates)),
        keyed(either([of(KEYWORDS), texts()]), bounds(words())),
    ]);
    clause("range", fields)
}

fn terms_set() -> Json {
    let options = object(
        [("terms", list(of(ROLES), 1..=3)), ("minimum_should_match_field", of(NUMBERS))],
        [("boost", of([2.0]))],
    );
    clause("terms_set", keyed(of(["backend_roles.keyword"]), options))
}
