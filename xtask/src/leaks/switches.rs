//! What can be taken away, and where the rewriter asks whether it is.

/// A rewriting or a refusal.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// What the changed rewriter calls it: a name of `EDITS`, the last name of a refused clause, or why it is refused.
    pub(super) off: &'static str,
    /// Whether modelgate runs with `scoring = "constant"`.
    pub(super) constant: bool,
    pub(super) found: Found,
}

/// Who notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    ByLaw,
    /// This node has nothing that the clause could tell: its module or its field is not there. Unit tests hold it.
    ByUnitTests,
}

pub(super) const CASES: &[Case] = &[
    case("nothing", "nothing").unnoticed(),
    case("the filter around the query", "wrap"),
    case("the filter where there is no query", "no query"),
    case("the filter beneath `global`", "beneath"),
    case("`min_doc_count: 0` by the caller's terms", "min_doc_count"),
    case("the background of significant terms", "background_filter"),
    case("the background of no significant terms", "bg_count"),
    case("significant terms in nested objects", "significant_terms"),
    case("the alternative of a range", "range"),
    case("`meta` that nobody gave", "meta"),
    case("`plain` highlighting beside a range", "plain"),
    case("`_doc` as order of writing", "_doc"),
    case("counting beside `search_after`", "search_after"),
    case("`terminate_after`", "terminate_after"),
    case("nested objects inside of others", "nested objects inside of others are not bounded"),
    case("`sampler`", "sampler"),
    case("`diversified_sampler`", "diversified_sampler"),
    case("`suggest`", "suggest"),
    case("`explain`", "explain"),
    case("`profile`", "profile"),
    case("scripts", "a script sees what the access filter does not bound"),
    case("`script_score`", "script_score"),
    case("`derived`", "derived"),
    case("`function_score.min_score`", "min_score"),
    case("`random_score` without a seed", "random_score"),
    case("lookups of terms", "a lookup in another document is not bounded by the access filter"),
    case("`more_like_this`", "more_like_this"),
    case("`common`", "common"),
    case("`span_multi`", "span_multi"),
    case("expansions in `intervals`", "expanded"),
    case("ways of rewriting patterns", "rewrite"),
    case("`cutoff_frequency`", "cutoff_frequency"),
    case("`~` in a simple query string", "query"),
    case("`phrase_prefix` in a query string", "type"),
    case("all near terms of `match` and query strings", "fuzzy_rewrite"),
    case("all prefixed terms", "max_expansions"),
    case("other indices for everyone", "index"),
    case("`wrapper`", "wrapper"),
    case("indexed shapes", "indexed_shape"),
    case("`percolate`", "percolate"),
    case("`search_pipeline`", "search_pipeline").unnoticed(),
    case("`ext`", "ext").unnoticed(),
    case("constant scores: the query", "constant query").with_constant_scores(),
    case("constant scores: `rescore`", "constant rescore").with_constant_scores(),
    case("constant scores: inner hits", "constant inner hits").with_constant_scores(),
];

/// File below `src/search`, text that it has once, and what takes its place.
pub(super) const EDITS: &[[&str; 3]] = &[
    [
        "judge.rs",
        "/// Puts the access filter here.",
        r#"/// Whether this is not done.
    pub(super) fn is_spared(name: &str) -> bool {
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/off")).is_ok_and(|off| off == name)
    }

    fn lets(&self, why: &str) -> bool {
        Self::is_spared(why) || self.path.last().and_then(|at| self.tree.text(*at)).is_some_and(|name| Self::is_spared(&name))
    }

    /// Puts the access filter here."#,
    ],
    [
        "judge.rs",
        "if self.filtered() { self.refused(why) } else { Ok(()) }",
        "if self.filtered() && !self.lets(why) { self.refused(why) } else { Ok(()) }",
    ],
    [
        "judge.rs",
        "Rule::Barred(why) => self.refused(why)",
        "Rule::Barred(why) => if self.lets(why) { Ok(()) } else { self.refused(why) }",
    ],
    [
        "judge.rs",
        "if !self.filtered() {\n            return judge(self, at);",
        "if !self.filtered() || Self::is_spared(\"wrap\") {\n            return judge(self, at);",
    ],
    [
        "judge.rs",
        "if !self.filtered() {\n            return self.value(body, rule);",
        "if !self.filtered() || Self::is_spared(\"range\") {\n            return self.value(body, rule);",
    ],
    [
        "judge/search.rs",
        "if !given.query && self.filtered()",
        "if !given.query && self.filtered() && !Self::is_spared(\"no query\")",
    ],
    [
        "judge/search.rs",
        "if self.plain && self.ranges > 0",
        "if self.plain && self.ranges > 0 && !Self::is_spared(\"plain\")",
    ],
    [
        "judge/search.rs",
        "if !goes_on || !self.filtered()",
        "if !goes_on || !self.filtered() || Self::is_spared(\"search_after\")",
    ],
    [
        "judge/search.rs",
        "Some(\"rescore\") if self.level()",
        "Some(\"rescore\") if self.level() && !Self::is_spared(\"constant rescore\")",
    ],
    [
        "judge/search.rs",
        "None if self.level() =>",
        "None if self.level() && !Self::is_spared(\"constant query\") =>",
    ],
    [
        "judge/aggregation.rs",
        "Reach::Beyond if self.filtered()",
        "Reach::Beyond if self.filtered() && !Self::is_spared(\"beneath\")",
    ],
    [
        "judge/sort.rs",
        "if self.filtered() && self.tree.text(name)",
        "if self.filtered() && !Self::is_spared(\"_doc\") && self.tree.text(name)",
    ],
    [
        "judge/object.rs",
        "if self.filtered() { object.set } else { &[] }",
        "if self.filtered() && !object.set.iter().any(|set| Self::is_spared(set.key)) { object.set } else { &[] }",
    ],
    [
        "judge/object.rs",
        "            && self.filtered()\n",
        "            && self.filtered() && !Self::is_spared(key)\n",
    ],
    [
        "judge/object.rs",
        "self.level() && self.in_query()",
        "self.level() && self.in_query() && !Self::is_spared(\"constant inner hits\")",
    ],
    [
        "judge/word.rs",
        "false => self.refused(\"it reaches another index\")",
        "false => if self.lets(\"index\") { Ok(()) } else { self.refused(\"it reaches another index\") }",
    ],
    [
        "restore.rs",
        "if !self.annotated {",
        "if !self.annotated && !crate::search::judge::Judge::is_spared(\"meta\") {",
    ],
    [
        "restore.rs",
        ".filter(|_| is_empty)",
        ".filter(|_| is_empty && !crate::search::judge::Judge::is_spared(\"bg_count\"))",
    ],
    [
        "grammar/query/text.rs",
        "const EXPANDED: Rule = Hides(CUT, &Map(&LEAF));",
        "const EXPANDED: Rule = Hides(\"expanded\", &Map(&LEAF));",
    ],
];

const fn case(name: &'static str, off: &'static str) -> Case {
    Case { name, off, constant: false, found: Found::ByLaw }
}

impl Case {
    const fn unnoticed(self) -> Self {
        Self { found: Found::ByUnitTests, ..self }
    }

    const fn with_constant_scores(self) -> Self {
        Self { constant: true, ..self }
    }
}

/// What the cases are called.
pub(super) fn names() -> Vec<&'static str> {
    CASES.iter().map(|case| case.name).collect()
}
