//! One request and its answer, each on its way while the other is.

use std::{
    pin::pin,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use tokio::time::Instant;

use super::{Client, Cut, Ends, Passed, Unanswered, answer::Answered, in_time};
use crate::{
    guard::{Inspector, Watch},
    route::Untouched,
    upstream::{Patience, pool::Conn},
    wire::{Broken, ReadHalf, Relay, Timer, WriteHalf, read_more},
};

/// Most bytes that a client may send ahead while its answer is on the way.
const AHEAD: usize = 64 * 1024;

/// One request and its answer.
pub(super) struct Exchange<'e> {
    pub(super) request: &'e Untouched,
    pub(super) patience: Patience,
    /// The whole body, where it is kept for another attempt: then none is on its way.
    kept: Option<&'e Bytes>,
    deadline: Duration,
    ends: Ends<'e>,
    pub(super) timer: &'e Timer,
    /// How the request's way to the cluster ended.
    sent: OnceLock<Sent>,
    /// Whether the cluster asked for the body, or the caller did not wait to be asked.
    continued: AtomicBool,
    /// Whether a byte of the final answer may have reached the client.
    answering: AtomicBool,
}

/// How a request's way ended, and when.
#[derive(Clone, Copy)]
struct Sent {
    at: Instant,
    /// How many bytes its body has; `None` where the cluster stopped reading.
    whole: Option<u64>,
}

/// What became of both connections.
pub(super) struct Ended {
    pub(super) passed: Passed,
    pub(super) upstream_stays: bool,
}

impl<'e> Exchange<'e> {
    pub(super) fn new(
        request: &'e Untouched,
        kept: Option<&'e Bytes>,
        client: &Client<'e>,
        patience: Patience,
    ) -> Self {
        Self {
            request,
            patience,
            kept,
            deadline: client.deadline,
            ends: client.ends,
            timer: client.timer,
            sent: OnceLock::new(),
            continued: AtomicBool::new(!request.expects_continue()),
            answering: AtomicBool::new(false),
        }
    }

    /// Sends and answers; once all is sent, the client is watched.
    pub(super) async fn run(&self, conn: &mut Conn, client: &mut Client<'_>) -> Result<Ended, Cut> {
        let (mut up_from, mut up_to) = conn.stream.split();
        let Client { from, to, buffer, half_closed, .. } = client;
        let mut answer = pin!(self.answer(&mut conn.buffer, &mut up_from, to));
        let early = {
            let mut send = pin!(self.send(buffer, from, &mut up_to));
            tokio::select! {
                biased;
                sent = &mut send => sent.map(|()| None)?,
                answered = &mut answer => {
                    let answered = answered?;
                    // What the caller still sends is still the cluster's, if both stay.
                    if answered.upstream_stays && answered.client_stays {
                        send.await?;
                    }
                    Some(answered)
                }
            }
        };
        let answered = match early {
            Some(answered) => answered,
            None => unless_gone(answer, watch(from, buffer, half_closed)).await?,
        };
        Ok(self.ended(answered))
    }

    /// Sends the request. Where the cluster stops reading it, its answer may still come.
    async fn send(
        &self,
        buffer: &mut BytesMut,
        from: &mut ReadHalf<'_>,
        to: &mut WriteHalf<'_>,
    ) -> Result<(), Cut> {
        let framing = self.request.framing();
        let relay =
            Relay { framing, decode: false, patience: self.patience.body, timer: self.timer };
        let mut kept = self.kept.map(|body| BytesMut::from(&body[..]));
        let buffer = kept.as_mut().unwrap_or(buffer);
        // Pinned where it is made: it is large, and each move of it would copy it.
        let relaying = pin!(async {
            match self.request.watch().map(Watch::begin) {
                None => relay.run(self.request.head(), buffer, from, to).await,
                Some(mut judged) => {
                    let head = |judged: &Inspector| self.request.head_before(judged);
                    relay.run_inspected(head, buffer, from, to, &mut judged).await
                }
            }
        });
        let relayed = match framing.is_none() {
            true => relaying.await,
            false => {
                let ended = in_time(self.deadline, self.timer, relaying).await;
                ended.unwrap_or(Err(Broken::SenderSilent))
            }
        };
        let whole = match relayed {
            Ok(bytes) => Some(bytes),
            Err(Broken::Receiver(_) | Broken::ReceiverStalled) => None,
            Err(Broken::Sender(_)) => return Err(Cut::ClientGone),
            Err(Broken::SenderMalformed(malformed)) => return Err(Cut::ClientMalformed(malformed)),
            Err(Broken::SenderSilent) if !self.was_continued() => {
                return Err(Cut::Upstream(Unanswered::Silent));
            }
            Err(Broken::SenderSilent) => return Err(Cut::ClientSilent),
            Err(Broken::Refused(refusal)) => return Err(Cut::Refused(refusal)),
        };
        self.sent.get_or_init(|| Sent { at: Instant::now(), whole });
        Ok(())
    }

    fn ended(&self, answered: Answered) -> Ended {
        let whole = self.sent.get().and_then(|sent| sent.whole);
        let Answered { status, received, upstream_stays, client_stays } = answered;
        let client_stays = client_stays && whole.is_some();
        let passed = Passed { status, sent: whole.unwrap_or_default(), received, client_stays };
        Ended { passed, upstream_stays: upstream_stays && whole.is_some() }
    }

    /// Whether the next request on the client's connection can be found, after an answer that
    /// leaves the upstream's connection so.
    pub(super) fn client_may_stay(&self, upstream_stays: bool) -> bool {
        let begins_somewhere = match self.sent.get() {
            Some(sent) => sent.whole.is_some(),
            // A caller that waits to be asked for its body, and is refused, may send it or not.
            None => upstream_stays && self.was_continued(),
        };
        begins_somewhere && self.request.persists() && !self.ends.now()
    }

    /// Until when the answer may take: its clock starts when all is sent.
    pub(super) fn end(&self) -> Instant {
        self.sent.get().map_or_else(Instant::now, |sent| sent.at) + self.patience.response
    }

    fn was_continued(&self) -> bool {
        self.continued.load(Relaxed)
    }

    pub(super) fn note_continued(&self) {
        self.continued.store(true, Relaxed);
    }

    pub(super) fn is_answering(&self) -> bool {
        self.answering.load(Relaxed)
    }

    pub(super) fn note_answering(&self) {
        self.answering.store(true, Relaxed);
    }
}

/// Waits for a client that fails; what it sends ahead is kept for its next request.
async fn watch(from: &mut ReadHalf<'_>, buffer: &mut BytesMut, half_closed: &mut bool) -> Cut {
    while !*half_closed && buffer.len() < AHEAD {
        match read_more(from, buffer, 1024).await {
            Ok(0) => *half_closed = true,
            Ok(_) => {}
            Err(_) => return Cut::ClientGone,
        }
    }
    std::future::pending().await
}

async fn unless_gone<T>(
    answer: impl Future<Output = Result<T, Cut>>,
    gone: impl Future<Output = Cut>,
) -> Result<T, Cut> {
    tokio::select! {
        biased;
        answered = answer => answered,
        cut = gone => Err(cut),
    }
}
