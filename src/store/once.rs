//! Writes that can take effect only once: their target names a condition, or their id is new.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::{
    error::Error,
    upstream::{Ask, Reply, Upstream},
};

/// How long, and no longer than for any answer, it is tried to find out what became of a write.
const LIMIT: Duration = Duration::from_secs(5);

/// The pause before a write is tried again; it doubles each time.
const PAUSE: Duration = Duration::from_millis(50);

/// Asks for a write that its condition lets take effect once. Where the answer was lost it is asked
/// for again: either it takes effect now, or the answer tells that the condition does not hold any
/// more. Gives the answer, and whether an earlier try may have taken effect.
///
/// # Errors
/// [`Error::Unanswered`] where nothing was sent, so that nothing was written; [`Error::Unsure`]
/// where nobody could say in time.
pub(crate) async fn write_once(
    upstream: &Upstream,
    method: &'static str,
    target: &str,
    body: Option<&[u8]>,
) -> Result<(Reply, bool), Error> {
    let ask = Ask { method, target, fields: &[], body, repeatable: false };
    let mut lost = match tried(upstream, ask).await {
        Ok(reply) => return Ok((reply, false)),
        Err(Error::Unanswered(unanswered)) if unanswered.nothing_was_sent() => {
            return Err(Error::Unanswered(unanswered));
        }
        Err(lost) => lost,
    };
    let end = Instant::now() + LIMIT.min(upstream.patience());
    let mut pause = PAUSE;
    while let Ok(true) = timeout_at(end, upstream.may_ask_again(pause)).await {
        match timeout_at(end, tried(upstream, ask)).await {
            Ok(Ok(reply)) if tells(&reply) => return Ok((reply, true)),
            // An earlier try may take effect all the same.
            Ok(Ok(reply)) => lost = Error::unexpected(&reply, "Failed to write"),
            Ok(Err(again)) => lost = again,
            Err(_) => break,
        }
        pause *= 2;
    }
    Err(Error::unsure(lost))
}

/// Whether a repeated write took effect, or its condition does not hold any more; all else tells of
/// this try alone.
fn tells(reply: &Reply) -> bool {
    matches!(reply.status, 200 | 201 | 404 | 409)
}

/// One try; an answer that leaves open whether the write was done is a lost one.
async fn tried(upstream: &Upstream, ask: Ask<'_>) -> Result<Reply, Error> {
    let reply = upstream.ask(ask).await?;
    match reply.status {
        500 | 502 | 504 => Err(Error::unexpected(&reply, "Failed to write")),
        _ => Ok(reply),
    }
}
