//! A caller's request on its way through, and the answer on its way back: both as they came.

mod answer;
mod exchange;

use bytes::BytesMut;
use tokio::sync::watch;

use super::{Unanswered, Upstream, pool::Conn};
use crate::{
    guard,
    metrics::{self, Counter},
    route::Untouched,
    wire::{Malformed, ReadHalf, WriteHalf},
};
use exchange::Exchange;

/// The client's side of an exchange.
#[derive(Debug)]
pub struct Client<'c> {
    /// What the client sends.
    pub from: ReadHalf<'c>,
    /// What the client reads.
    pub to: WriteHalf<'c>,
    /// What was read of it and not used.
    pub buffer: &'c mut BytesMut,
    /// Whether the client has closed its sending side.
    pub half_closed: bool,
    /// Whether modelgate was told to stop: then the connection does not outlive its answer.
    pub stop: &'c watch::Receiver<bool>,
}

/// An exchange that came to its end.
#[derive(Clone, Copy, Debug)]
pub struct Passed {
    /// The status that the cluster gave.
    pub status: u16,
    /// Bytes of the request's body, framing included.
    pub sent: u64,
    /// Bytes of the answer's body, framing included.
    pub received: u64,
    /// Whether the client's connection can serve another request.
    pub client_stays: bool,
}

/// Why an exchange did not come to its end.
#[derive(Debug)]
pub enum Cut {
    /// The client's body breaks the grammar.
    ClientMalformed(Malformed),
    /// The client closed or failed in the middle.
    ClientGone,
    /// The client was silent for too long, or took nothing of the answer.
    ClientSilent,
    /// The guard does not let the client's body pass.
    Refused(guard::Refusal),
    /// The cluster failed.
    Upstream(Unanswered),
}

/// A cut, and whether the client has a part of an answer already.
#[derive(Debug)]
pub struct Interrupted {
    /// What happened.
    pub cut: Cut,
    /// Nothing more can be said on the client's connection.
    pub answering: bool,
}

impl Upstream {
    /// Passes a request on and its answer back.
    ///
    /// # Errors
    /// What interrupted the exchange; the client's connection is of no further use then.
    pub async fn pass(
        &self,
        request: &Untouched,
        client: &mut Client<'_>,
    ) -> Result<Passed, Interrupted> {
        let conn = self.callers.take().await.map_err(Interrupted::before)?;
        let replayable = conn.reused && request.is_replayable();
        match self.attempt(conn, request, client).await {
            Err(Interrupted { cut: Cut::Upstream(Unanswered::Broken(_)), answering: false })
                if replayable =>
            {
                metrics::count(Counter::UpstreamRetry);
                let conn = self.callers.fresh().await.map_err(Interrupted::before)?;
                self.attempt(conn, request, client).await
            }
            passed => passed,
        }
    }

    async fn attempt(
        &self,
        mut conn: Conn,
        request: &Untouched,
        client: &mut Client<'_>,
    ) -> Result<Passed, Interrupted> {
        let exchange = Exchange::new(request, client.stop, self.patience);
        let ended = exchange.run(&mut conn, client).await;
        let ended = ended.map_err(|cut| Interrupted { cut, answering: exchange.is_answering() })?;
        if ended.upstream_stays {
            self.callers.put(conn);
        }
        Ok(ended.passed)
    }
}

impl Interrupted {
    fn before(unanswered: Unanswered) -> Self {
        Self { cut: Cut::Upstream(unanswered), answering: false }
    }
}
