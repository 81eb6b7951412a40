//! What the changed rewriter has more: it leaves undone what the file `off` names.

use std::cell::Cell;
use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::Judge;
use crate::search::tree::At;
use crate::search::{Agent, Refusal, Rewritten, Scope, question, rewrite, rewrite_knowing};

thread_local! {
    /// Whether nothing is left undone.
    static IS_WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// What is left undone for as long as the law runs; modelgate runs on from one thing to the next.
static OFF: OnceLock<String> = OnceLock::new();

/// What the file `off` names.
fn off() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/off")).unwrap_or_default()
}

/// Whether this is left undone.
pub(in crate::search) fn is_spared(name: &str) -> bool {
    !IS_WHOLE.get() && OFF.get().map_or_else(|| off() == name, |off| off == name)
}

/// Whether a search is judged or rewritten otherwise than by the rewriter that leaves nothing undone; to show that the
/// changes do nothing by themselves, each is concerned by `nothing`.
pub fn is_concerned(body: &[u8], scope: Scope<'_>) -> bool {
    OFF.get_or_init(off);
    let answer = |buckets: Value| {
        let terms = json!({ "sum_other_doc_count": 0, "buckets": buckets });
        let lists: serde_json::Map<_, _> =
            (0..16).map(|number| (number.to_string(), terms.clone())).collect();
        json!({ "aggregations": lists })
    };
    let (some, none) = (answer(json!([{ "key": "red" }])), answer(json!([])));
    let judged = |is_whole| {
        IS_WHOLE.set(is_whole);
        let asked = question(body, scope, Agent::Other);
        let known = asked.is_some().then(|| {
            [&some, &none].map(|known| shown(rewrite_knowing(body, scope, Agent::Other, known)))
        });
        let judged = (shown(rewrite(body, scope, Agent::Other)), asked, known);
        IS_WHOLE.set(false);
        judged
    };
    is_spared("nothing") || judged(true) != judged(false)
}

/// What is sent and how its answer is restored, or why not.
fn shown(judged: Result<Rewritten, Refusal>) -> (Vec<u8>, String) {
    match judged {
        Ok(rewritten) => (rewritten.body, format!("{:?}", rewritten.restore)),
        Err(refusal) => (Vec::new(), refusal.to_string()),
    }
}

impl Judge<'_> {
    /// Whether a clause is let through that is refused for this reason, or by its name.
    pub(super) fn lets(&self, why: &str) -> bool {
        is_spared(why) || self.names().next().is_some_and(|name| is_spared(&name))
    }

    /// Whether the access filter is left out around this query.
    pub(super) fn lacks_filter(&self) -> bool {
        let mut names = self.names();
        is_spared(match (names.next().as_deref(), names.next().as_deref()) {
            (Some("query"), None) => "wrap",
            (Some("queries"), Some("hybrid")) => "hybrid",
            (Some("background_filter"), _) => "background_filter given",
            _ => "joined",
        })
    }

    /// Whether the access filter is left out beneath this aggregation.
    pub(super) fn lacks_beneath(&self, name: At, has_below: bool) -> bool {
        is_spared(match (self.tree.text(name).as_deref(), has_below) {
            (Some("global"), true) => "beneath",
            (Some("global"), false) => "beneath nothing",
            _ => "beneath joined",
        })
    }

    /// Whether an option of this clause, or of the field in it, is left as the caller said.
    pub(super) fn lacks_option(&self, key: &str) -> bool {
        self.names().take(3).any(|clause| is_spared(&format!("{clause}.{key}")))
    }

    /// The names that lead here, the nearest first.
    fn names(&self) -> impl Iterator<Item = String> {
        self.path.iter().rev().filter_map(|at| self.tree.text(*at)).map(|name| name.into_owned())
    }
}
