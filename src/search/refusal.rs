//! Why a search is not let through.

/// Why a search is not let through.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not JSON as it is strictly read; OpenSearch has its own words for most of it.
    #[error("the search is not strict JSON: {0}")]
    Malformed(String),
    /// Not in the language that is known here; OpenSearch may have a better word for it.
    ///
    /// The body was not read further: it may hold anything.
    #[error("[{clause}] is not known")]
    Unknown {
        /// The path of the clause in the body.
        clause: String,
    },
    /// Known, and kept from this caller: never to be sent on.
    #[error("[{clause}] is not allowed: {why}")]
    Refused {
        /// The path of the clause in the body.
        clause: String,
        /// What it would do.
        why: &'static str,
    },
}
