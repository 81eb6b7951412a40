//! A caller's request on its way through, and the answer on its way back: both as they came.

mod answer;
mod exchange;

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncReadExt;

use super::{
    Patience, Unanswered, Upstream,
    attempts::{Attempt, Failure, Side},
    pool::{Conn, Pool},
};
use crate::{
    guard,
    route::Untouched,
    server::Hall,
    wire::{Malformed, ReadHalf, Timer, WriteHalf},
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
    /// How long its whole body may take; zero: for ever.
    pub deadline: Duration,
    /// Whether the connection does not outlive its answer.
    pub ends: Ends<'c>,
    /// What tells that either side was waited for too long.
    pub timer: &'c Timer,
}

/// What ends a client's connection behind an answer.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'c> {
    /// It has served as many requests as it may.
    pub is_last: bool,
    /// Where it is told that modelgate stops.
    pub hall: &'c Hall,
}

impl Ends<'_> {
    /// Whether it ends behind an answer that is given now.
    pub(crate) fn now(self) -> bool {
        self.is_last || self.hall.stops()
    }
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
        let kept = match request.kept_length() {
            Some(length) => {
                let silent = Interrupted { cut: Cut::ClientSilent, answering: false };
                let (deadline, timer) = (client.deadline, client.timer);
                let kept = in_time(deadline, timer, self.kept(length, client)).await;
                Some(kept.unwrap_or(Err(silent))?)
            }
            None => None,
        };
        let repeats = kept.is_some() || (request.is_repeatable() && request.framing().is_none());
        let passing = Passing { request, kept, client, patience: self.patience };
        self.attempts(Side::Callers, repeats, passing).await
    }

    /// Takes a whole body off the client's connection.
    async fn kept(&self, length: usize, client: &mut Client<'_>) -> Result<Bytes, Interrupted> {
        let cut = |cut| Interrupted { cut, answering: false };
        while client.buffer.len() < length {
            client.buffer.reserve(length - client.buffer.len());
            let more = client.from.read_buf(client.buffer);
            match client.timer.within(self.patience.body, more).await {
                Ok(Ok(0) | Err(_)) => return Err(cut(Cut::ClientGone)),
                Ok(Ok(_)) => {}
                Err(_) => return Err(cut(Cut::ClientSilent)),
            }
        }
        Ok(client.buffer.split_to(length).freeze())
    }
}

/// What comes within that time; zero: in whatever time.
async fn in_time<T>(
    deadline: Duration,
    timer: &Timer,
    coming: impl Future<Output = T>,
) -> Option<T> {
    match deadline.is_zero() {
        true => Some(coming.await),
        false => timer.within(deadline, coming).await.ok(),
    }
}

/// A request that is passed on, again over each connection.
struct Passing<'p, 'c> {
    request: &'p Untouched,
    /// Its body, where it may be needed again.
    kept: Option<Bytes>,
    client: &'p mut Client<'c>,
    patience: Patience,
}

impl Attempt for Passing<'_, '_> {
    type Done = Passed;
    type Failure = Interrupted;

    async fn once(&mut self, pool: &Pool, mut conn: Conn) -> Result<Passed, Interrupted> {
        let Self { request, kept, client, patience } = self;
        let exchange = Exchange::new(request, kept.as_ref(), client, *patience);
        let ended = exchange.run(&mut conn, client).await;
        let ended = ended.map_err(|cut| Interrupted { cut, answering: exchange.is_answering() })?;
        if ended.upstream_stays {
            pool.put(conn);
        }
        Ok(ended.passed)
    }
}

impl From<Unanswered> for Interrupted {
    fn from(unanswered: Unanswered) -> Self {
        Self { cut: Cut::Upstream(unanswered), answering: false }
    }
}

impl Failure for Interrupted {
    fn unanswered(&self) -> Option<&Unanswered> {
        match self {
            Self { cut: Cut::Upstream(unanswered), answering: false } => Some(unanswered),
            Self { .. } => None,
        }
    }
}
