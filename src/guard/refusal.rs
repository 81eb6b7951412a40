//! Why a request may not pass, in the words in which the Security plugin refuses system indices.

use super::expression::shown;
use crate::{format::ContentTypeError, json::JsonError};

/// Why a request that is not ours may not pass.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// It says the name of a protected index, or something that may become it.
    #[error("no permissions for [] and any user: [{0}] names a protected system index")]
    Named(String),
    /// It reaches a protected index among others, where that cannot be taken off.
    #[error(
        "no permissions for [] and any user: [{0}] includes a protected system index, which \
         [*,-.plugins-ml-model-group*,-.modelgate-names*] would not"
    )]
    Included(String),
    /// It may write what a plugin keeps in an index of its own, where no Security plugin keeps that index.
    #[error(
        "no permissions for [] and any user: [{0}] may be an index of a plugin's own, which without \
         the Security plugin only its plugin may write"
    )]
    OfAPlugin(String),
    /// What it does could reach a protected index in a way that cannot be seen from here.
    #[error("no permissions for [] and any user: {0}")]
    Unseen(&'static str),
    /// A body that would have to be judged, and is in a format that is not.
    #[error(transparent)]
    ContentType(#[from] ContentTypeError),
    /// A body that would have to be judged, and is coded.
    #[error("Content-Encoding [{0}] is not supported")]
    ContentEncoding(String),
    /// A body, or a line of it, that is longer than what is judged.
    #[error("the part of the request that names indices is larger than the limit of [{0}] bytes")]
    TooLarge(usize),
    /// A body that is no JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A line of `_bulk` that is no action.
    #[error("Malformed action/metadata line [{0}]")]
    Action(u64),
}

impl Refusal {
    pub(super) fn named(by: &str) -> Self {
        Self::Named(shown(by).into_owned())
    }

    pub(super) fn of_a_plugin(by: &str) -> Self {
        Self::OfAPlugin(shown(by).into_owned())
    }

    pub(super) fn included(by: &str) -> Self {
        Self::Included(shown(by).into_owned())
    }
}
