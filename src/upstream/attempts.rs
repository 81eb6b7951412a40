//! A request's attempts: on which node, and whether there is another one.

use std::time::Duration;

use super::{
    Unanswered, Upstream, jitter,
    nodes::{Chosen, Tried},
    pool::{Conn, Pool},
};
use crate::metrics::{self, Counter};

/// On how many nodes a request is tried.
const NODES: u32 = 3;

/// How long a request waits, at most, before another node is tried.
const PAUSE: Duration = Duration::from_millis(20);

/// Why an attempt failed.
pub(super) trait Failure: From<Unanswered> {
    /// That the cluster gave no answer, where nothing of one went on.
    fn unanswered(&self) -> Option<&Unanswered>;
}

impl Failure for Unanswered {
    fn unanswered(&self) -> Option<&Unanswered> {
        Some(self)
    }
}

/// One kind of request: how it is sent over a connection and answered, once.
pub(super) trait Attempt: Send {
    type Done: Send;
    type Failure: Failure + Send;

    fn once(
        &mut self,
        pool: &Pool,
        conn: Conn,
    ) -> impl Future<Output = Result<Self::Done, Self::Failure>> + Send;
}

/// Whose connections a request goes over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Side {
    Callers,
    Own,
}

/// Where a request goes after an attempt that failed.
enum Next<'n> {
    /// To the same node, over a new connection: the kept one had died.
    Afresh(Chosen<'n>),
    Elsewhere(Chosen<'n>),
}

impl Upstream {
    /// Attempts a request until it is answered, or must not be attempted again: one that
    /// `repeats` may be after it was sent, any other only before.
    pub(super) async fn attempts<A: Attempt>(
        &self,
        side: Side,
        repeats: bool,
        mut attempt: A,
    ) -> Result<A::Done, A::Failure> {
        self.budget.deposit();
        let mut tried = Tried::default();
        let mut chosen = self.nodes.choose(tried).ok_or(Unanswered::NoNode)?;
        let mut must_be_new = false;
        loop {
            let pool = self.pool(side, chosen.at);
            let taken = if must_be_new { pool.fresh().await } else { pool.take().await };
            let was_kept = taken.as_ref().is_ok_and(|conn| conn.reused);
            let outcome = match taken {
                Ok(conn) => attempt.once(pool, conn).await,
                Err(unanswered) => Err(unanswered.into()),
            };
            let failure = match outcome {
                Ok(done) => {
                    chosen.node.answered();
                    return Ok(done);
                }
                Err(failure) => failure,
            };
            let next = failure.unanswered().and_then(|unanswered| {
                self.after(unanswered, was_kept, repeats, chosen, &mut tried)
            });
            (chosen, must_be_new) = match next {
                None => return Err(failure),
                Some(Next::Afresh(same)) => (same, true),
                Some(Next::Elsewhere(other)) => {
                    tokio::time::sleep(jitter::within(PAUSE)).await;
                    (other, false)
                }
            };
        }
    }

    /// What follows a failure; where it was the node's, that is noted.
    fn after<'n>(
        &'n self,
        unanswered: &Unanswered,
        was_kept: bool,
        repeats: bool,
        chosen: Chosen<'n>,
        tried: &mut Tried,
    ) -> Option<Next<'n>> {
        let broke = matches!(unanswered, Unanswered::Broken(_));
        let may_repeat = unanswered.nothing_was_sent() || (broke && repeats);
        // A kept connection may have died long ago: that says nothing of the node.
        if broke && was_kept {
            return (may_repeat && self.retries()).then_some(Next::Afresh(chosen));
        }
        chosen.node.failed(unanswered);
        tried.add(chosen.at);
        if !may_repeat || tried.count() >= NODES {
            return None;
        }
        let other = self.nodes.choose(*tried)?;
        self.retries().then_some(Next::Elsewhere(other))
    }

    /// Whether, after about that pause, a request may be sent again that may have been heard: the
    /// caller knows that this is safe.
    pub(crate) async fn may_ask_again(&self, pause: Duration) -> bool {
        tokio::time::sleep(jitter::around(pause)).await;
        self.retries()
    }

    /// Whether there is a retry left in the budget.
    fn retries(&self) -> bool {
        let pays = self.budget.pays();
        metrics::count(if pays { Counter::UpstreamRetry } else { Counter::UpstreamRetryDenied });
        pays
    }
}
