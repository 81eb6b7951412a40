//! The words of groups and of searches: those that any group may have, and those of hidden ones.

use super::make::{Json, either, of};

/// An index that no caller may read.
pub(crate) const ELSEWHERE: &str = "law-elsewhere";
/// Words that any group may have.
pub(crate) const COMMON: [&str; 8] =
    ["red", "green", "blue", "ranker", "reranker", "embedding", "search", "model"];
/// Words that only hidden groups have, some of them near the others.
pub(crate) const SECRET: [&str; 8] =
    ["payroll", "secret", "rod", "reds", "modem", "ranked", "greenish", "zebra"];
pub(crate) const ROLES: [&str; 6] = ["IT", "HR", "Finance", "Legal", "Ops", "Board"];
pub(crate) const OWNERS: [&str; 7] = ["alice", "bob", "carol", "dave", "erin", "root", "eve"];

pub(crate) const TEXTS: [&str; 2] = ["name", "description"];
pub(crate) const KEYWORDS: [&str; 5] =
    ["name.keyword", "access", "backend_roles.keyword", "tenant_id", "all_shared_principals"];
pub(crate) const OWNER_KEYWORDS: [&str; 4] = [
    "owner.name.keyword",
    "owner.roles.keyword",
    "owner.backend_roles.keyword",
    "owner.user_requested_tenant.keyword",
];
pub(crate) const NUMBERS: [&str; 1] = ["latest_version"];
pub(crate) const DATES: [&str; 2] = ["created_time", "last_updated_time"];

/// A word of the texts, known or not.
pub(crate) fn words() -> Json {
    either([of(COMMON), of(COMMON), of(SECRET), of(["nothing", "Red", "green-blue"])])
}

/// Some words.
pub(crate) fn phrases() -> Json {
    use proptest::strategy::Strategy;
    let phrase = proptest::collection::vec(words(), 1..=3);
    let joined = |words: Vec<serde_json::Value>| {
        let words: Vec<_> = words.iter().filter_map(|word| word.as_str()).collect();
        words.join(" ").into()
    };
    phrase.prop_map(joined).boxed()
}

/// Beginnings of words.
pub(crate) fn prefixes() -> Json {
    of(["r", "re", "red", "mod", "gr", "rank", "z", "pay", "s"])
}

pub(crate) fn texts() -> Json {
    of(TEXTS)
}

pub(crate) fn keywords() -> Json {
    of(KEYWORDS)
}

pub(crate) fn numbers() -> Json {
    either([of(NUMBERS), of(DATES)])
}

pub(crate) fn dates() -> Json {
    of(DATES)
}

/// Any field, be there such or not.
pub(crate) fn fields() -> Json {
    either([
        keywords(),
        keywords(),
        numbers(),
        texts(),
        of(OWNER_KEYWORDS),
        of(["owner", "owner.name", "no_such_field", "_index", "_id", "location"]),
    ])
}

/// Patterns of fields.
pub(crate) fn patterns() -> Json {
    either([fields(), of(["*", "name*", "owner.*", "*_time", "*.keyword"])])
}

pub(crate) fn small_numbers() -> Json {
    of([0, 1, 2, 3, 5, 1000])
}

pub(crate) fn counts() -> Json {
    of([1, 2, 3, 10])
}

/// Times around those of the groups.
pub(crate) fn times() -> Json {
    either([
        of([1_700_000_000_000_i64, 1_700_086_400_000, 1_700_500_000_000, 1_750_000_000_000]),
        of(["2023-11-15T00:00:00Z", "2023-11-20T00:00:00Z||/d"]),
        of([1_700_000_000_000_i64]),
    ])
}

/// Fields that every kind of query understands.
pub(crate) fn known_fields() -> Json {
    either([keywords(), numbers(), of(OWNER_KEYWORDS)])
}
