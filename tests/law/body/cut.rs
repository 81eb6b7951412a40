//! Queries for near or prefixed words, of which Lucene would take the first few of all groups.

use super::make::{Json, both, clause, either, just, keyed, list, object, of};
use super::words::{COMMON, SECRET, texts};

/// Words that only hidden groups have, and few of the words that are near them.
pub(super) fn near() -> Json {
    let few = || [("fuzziness", of(["1", "2"])), ("max_expansions", of([1, 2]))];
    let one = || object([("query", of(SECRET))].into_iter().chain(few()), []);
    let beginning =
        object([("query", of(["rod z", "reds z", "modem p"]))].into_iter().chain(few()), []);
    let fields = || ("fields", list(texts(), 1..=2));
    let best = || ("fuzzy_rewrite", of(["top_terms_1", "top_terms_blended_freqs_1"]));
    let written = ("query", of(["rod~", "reds~1", "modem~2", "ranked~1"]));
    either([
        clause("match", keyed(texts(), one())),
        clause("match_bool_prefix", keyed(texts(), beginning)),
        clause("multi_match", both(one(), object([fields(), best()], []))),
        clause(
            "query_string",
            object([written, fields(), ("fuzzy_max_expansions", of([1, 2]))], []),
        ),
    ])
}

/// A word and the beginning of another, and few of the words that begin so.
pub(super) fn begun() -> Json {
    let begins = |word| ["r", "ra", "re", "m", "g"].map(|start| format!("{word} {start}"));
    let query = || ("query", of(COMMON.into_iter().flat_map(begins)));
    let one = || object([query(), ("max_expansions", of([1, 2, 50]))], []);
    let kind = ("type", just("phrase_prefix"));
    let fields = ("fields", list(texts(), 1..=2));
    either([
        clause("match_phrase_prefix", keyed(texts(), one())),
        clause("multi_match", both(one(), object([kind, fields], []))),
    ])
}

/// Phrases of one prefixed word, or of what another analyzer may take for one.
pub(super) fn one_word() -> Json {
    let begins = || ("query", of(["r", "re"]));
    let phrase = object([begins(), ("analyzer", of(["whitespace", "simple"]))], []);
    let kind = ("type", just("phrase_prefix"));
    either([
        clause("match_phrase_prefix", keyed(texts(), phrase)),
        clause("multi_match", object([begins(), kind, ("fields", list(texts(), 1..=2))], [])),
    ])
}
