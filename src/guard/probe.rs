//! Whether the Security plugin keeps the protected indices, where that is left to it.

use super::PROTECTED;
use crate::upstream::{Ask, Unanswered, Upstream};

/// Why the upstream cannot be left to keep the protected indices.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// Nobody was kept away.
    #[error(
        "guard is \"upstream\", but OpenSearch answered {status} to a search of {index} without \
         credentials: it must be 401 or 403. Turn on the Security plugin with \
         plugins.security.system_indices, or set guard to \"enforce\""
    )]
    Open {
        /// The index that was asked for.
        index: &'static str,
        /// What was answered.
        status: u16,
    },
    /// Nobody answered.
    #[error("guard is \"upstream\", and OpenSearch does not tell whether it keeps {index}")]
    Unknown {
        /// The index that was asked for.
        index: &'static str,
        /// Why not.
        #[source]
        source: Unanswered,
    },
}

/// Asks for each protected index as nobody.
///
/// What the plugin lets a user with permissions do cannot be seen from here: it needs
/// `plugins.security.system_indices.enabled`, and `.modelgate-names` among its indices.
///
/// # Errors
/// An index that is not kept, or of which that is not known.
pub async fn probe(upstream: &Upstream) -> Result<(), Unkept> {
    for index in PROTECTED {
        let target = format!("/{index}/_search?size=0");
        let ask = Ask { method: "GET", target: &target, fields: &[], body: None, repeatable: true };
        let reply = upstream.ask_for_caller(ask).await;
        let reply = reply.map_err(|source| Unkept::Unknown { index, source })?;
        check(index, reply.status)?;
    }
    Ok(())
}

fn check(index: &'static str, status: u16) -> Result<(), Unkept> {
    match status {
        401 | 403 => Ok(()),
        _ => Err(Unkept::Open { index, status }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_shows_that_an_index_is_kept() {
        for status in [401, 403] {
            assert!(check(PROTECTED[0], status).is_ok());
        }
        for status in [200, 302, 400, 404, 500, 503] {
            assert!(check(PROTECTED[0], status).is_err());
        }
    }
}
