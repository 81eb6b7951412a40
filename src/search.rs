//! What of a search body is let through, and how it is rewritten.
//!
//! The search runs with the sidecar's own rights over all groups, so the body is read whole, clause by clause, against
//! the language written down in `grammar`: what is not known there is refused by name. The caller's query is wrapped,
//! never merged; what a query does not bound is bounded by the access filter, or refused.

use serde_json::Value;

pub use refusal::Refusal;
pub use restore::{Misshapen, Restore, Withheld};

mod edit;
mod grammar;
mod judge;
mod refusal;
mod restore;
mod source;
mod tree;

use judge::{Empty, Judge};
use tree::Tree;

/// How much the caller may see.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Every group (an admin, or access control is off): nothing is filtered, but nothing may reach another index.
    All,
    /// Only what this query (JSON text) matches.
    Filtered(&'a [u8]),
    /// The same, and every hit has the same score: scores count the terms of what is not seen, too.
    Level(&'a [u8]),
}

/// Who sent the search, by its `User-Agent`: ML Commons leaves `ui_metadata` to OpenSearch Dashboards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agent {
    /// OpenSearch Dashboards.
    Dashboards,
    /// Any other client.
    Other,
}

impl Agent {
    /// The agent that calls itself so (ML Commons' `RestActionUtils.getSourceContext`).
    pub fn of(user_agent: Option<&[u8]>) -> Self {
        let dashboards = |name| memchr::memmem::find(name, b"OpenSearch Dashboards").is_some();
        if user_agent.is_some_and(dashboards) { Self::Dashboards } else { Self::Other }
    }
}

/// A search that may be sent on.
#[derive(Debug)]
pub struct Rewritten {
    /// The body to send.
    pub body: Vec<u8>,
    /// How its answer is put back into the shape that was asked for.
    pub restore: Restore,
}

/// Judges a search body and rewrites it for who may see so much.
///
/// # Errors
/// Says what is not let through, and why.
pub fn rewrite(body: &[u8], scope: Scope<'_>, agent: Agent) -> Result<Rewritten, Refusal> {
    rewritten(body, scope, agent, Empty::Refused)
}

/// The search to ask first where one was refused that can be answered by [`rewrite_knowing`]: it asks which terms the
/// caller's groups have, for `min_doc_count: 0` lists those of all, and significant terms may fail where there are none.
pub fn question(body: &[u8], scope: Scope<'_>, agent: Agent) -> Option<Vec<u8>> {
    let (Scope::Filtered(ours) | Scope::Level(ours)) = scope else { return None };
    let tree = Tree::read(body).ok()?;
    let lists = Judge::new(&tree, scope, agent, Empty::Asked).search().ok()?.lists;
    let numbered = |(number, list): (usize, &String)| format!(r#""{number}":{list}"#);
    let asked: Vec<_> = lists.iter().enumerate().map(numbered).collect();
    let parts = [br#"{"size":0,"query":{"bool":{"filter":["#.as_slice(), ours, br#"]}},"aggs":{"#];
    (!lists.is_empty()).then(|| [&parts.concat(), asked.join(",").as_bytes(), b"}}"].concat())
}

/// Rewrites the body that needed a [`question`], now that it has an answer.
///
/// # Errors
/// Says what is not let through, and why.
pub fn rewrite_knowing(
    body: &[u8],
    scope: Scope<'_>,
    agent: Agent,
    answer: &Value,
) -> Result<Rewritten, Refusal> {
    rewritten(body, scope, agent, Empty::Known(answer))
}

fn rewritten(
    body: &[u8],
    scope: Scope<'_>,
    agent: Agent,
    empty: Empty<'_>,
) -> Result<Rewritten, Refusal> {
    let tree = Tree::read(body).map_err(Refusal::Malformed)?;
    let verdict = Judge::new(&tree, scope, agent, empty).search().map_err(|refusal| *refusal)?;
    Ok(Rewritten { body: verdict.body, restore: verdict.restore })
}

impl Rewritten {
    /// Puts an answer back into the shape that was asked for.
    ///
    /// # Errors
    /// When the answer lacks what the rewritten search asked for, or what the caller asked for.
    pub fn restore(&self, response: &mut Value) -> Result<(), Withheld> {
        self.restore.apply(response)
    }
}

#[cfg(test)]
mod tests;
