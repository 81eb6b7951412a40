//! A caller's request on its way through, and the answer on its way back: both as they came.

use std::{
    io,
    pin::pin,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use bytes::{Buf, BytesMut};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::{Patience, Unanswered, Upstream, ask::LONGEST_HEAD, pool::Conn};
use crate::{
    headers::{Afterwards, Connection, client_head},
    route::Untouched,
    wire::{Broken, Framing, Malformed, ReadHalf, Relay, ResponseHead, Version, WriteHalf},
};

/// Most bytes that a client may send ahead while its answer is on the way.
const AHEAD: usize = 64 * 1024;

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
    /// Whether the connection may stay after this exchange, as far as modelgate is concerned.
    pub may_stay: bool,
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
        let exchange = Exchange::new(request, client, self.patience);
        let ended = if request.framing().is_none() {
            exchange.without_body(&mut conn, client).await
        } else {
            exchange.with_body(&mut conn, client).await
        };
        let ended = ended.map_err(|cut| Interrupted { cut, answering: exchange.answering.load(Relaxed) })?;
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

/// One request and its answer.
struct Exchange<'e> {
    request: &'e Untouched,
    patience: Patience,
    may_stay: bool,
    /// When the request's last byte was sent.
    sent: OnceLock<Instant>,
    /// Whether the cluster asked for the body, or the caller did not wait to be asked.
    continued: AtomicBool,
    /// Whether a byte of the final answer may have reached the client.
    answering: AtomicBool,
}

struct Ended {
    passed: Passed,
    upstream_stays: bool,
}

/// An answer that was relayed whole.
#[derive(Clone, Copy)]
struct Answered {
    status: u16,
    received: u64,
    upstream_stays: bool,
    client_stays: bool,
}

impl<'e> Exchange<'e> {
    fn new(request: &'e Untouched, client: &Client<'_>, patience: Patience) -> Self {
        Self {
            request,
            patience,
            may_stay: client.may_stay,
            sent: OnceLock::new(),
            continued: AtomicBool::new(!request.expects_continue()),
            answering: AtomicBool::new(false),
        }
    }

    async fn without_body(&self, conn: &mut Conn, client: &mut Client<'_>) -> Result<Ended, Cut> {
        let (mut up_from, mut up_to) = conn.stream.split();
        let head = async {
            up_to.write_all(self.request.head()).await?;
            up_to.flush().await
        };
        broken_in(self.patience.body, head).await?;
        self.was_sent();
        let Client { from, to, buffer, half_closed, .. } = client;
        let watch = watch(from, buffer, half_closed);
        let answer = self.answer(&mut conn.buffer, &mut up_from, to);
        let answered = unless_gone(answer, watch).await?;
        Ok(ended(answered, 0))
    }

    async fn with_body(&self, conn: &mut Conn, client: &mut Client<'_>) -> Result<Ended, Cut> {
        let (mut up_from, mut up_to) = conn.stream.split();
        let Client { from, to, buffer, half_closed, .. } = client;
        let relay = Relay {
            framing: self.request.framing(),
            decode: false,
            patience: self.patience.body,
        };
        let head = self.request.head();
        let mut sending = pin!(async {
            if !self.continued.load(Relaxed) {
                up_to.write_all(head).await.map_err(Broken::Receiver)?;
                up_to.flush().await.map_err(Broken::Receiver)?;
                return relay.run(&[], buffer, from, &mut up_to).await;
            }
            relay.run(head, buffer, from, &mut up_to).await
        });
        let mut answering = pin!(self.answer(&mut conn.buffer, &mut up_from, to));
        let mut sent = None;
        let answered = loop {
            tokio::select! {
                biased;
                outcome = &mut sending, if sent.is_none() => sent = Some(self.sent(outcome)?),
                answered = &mut answering => break answered?,
            }
        };
        let sent = match sent {
            Some(sent) => sent,
            // Answered early. What the caller still sends is still the cluster's, if both stay.
            None if answered.upstream_stays && answered.client_stays => self.sent(sending.await)?,
            None => Sent::Broken,
        };
        let _ = half_closed;
        Ok(match sent {
            Sent::Whole(bytes) => ended(answered, bytes),
            Sent::Broken => ended(
                Answered { upstream_stays: false, client_stays: false, ..answered },
                0,
            ),
        })
    }

    /// Whose fault it is that a body did not go through. Where the cluster stopped reading, its
    /// answer may still come.
    fn sent(&self, outcome: Result<u64, Broken>) -> Result<Sent, Cut> {
        match outcome {
            Ok(bytes) => {
                self.was_sent();
                Ok(Sent::Whole(bytes))
            }
            Err(Broken::Receiver(_) | Broken::ReceiverStalled) => {
                self.was_sent();
                Ok(Sent::Broken)
            }
            Err(Broken::Sender(_)) => Err(Cut::ClientGone),
            Err(Broken::SenderMalformed(malformed)) => Err(Cut::ClientMalformed(malformed)),
            Err(Broken::SenderSilent) => Err(Cut::ClientSilent),
        }
    }

    /// The request's last byte is on its way: from now on the answer is waited for.
    fn was_sent(&self) {
        self.sent.get_or_init(Instant::now);
    }

    /// Relays the interim answers and the final one.
    async fn answer(
        &self,
        buffer: &mut BytesMut,
        from: &mut ReadHalf<'_>,
        to: &mut WriteHalf<'_>,
    ) -> Result<Answered, Cut> {
        loop {
            let Some(step) = self.step(buffer)? else {
                self.more(buffer, from).await?;
                continue;
            };
            buffer.advance(step.head_len);
            if step.interim {
                self.interim(&step.head, to).await?;
                continue;
            }
            self.answering.store(true, Relaxed);
            let relay =
                Relay { framing: step.framing, decode: step.decode, patience: self.patience.body };
            let received = relay.run(&step.head, buffer, from, to).await.map_err(backwards)?;
            if step.afterwards == Afterwards::Close {
                let _ = to.flush().await;
            }
            return Ok(Answered {
                status: step.status,
                received,
                upstream_stays: step.upstream_stays,
                client_stays: step.afterwards != Afterwards::Close,
            });
        }
    }

    async fn interim(&self, head: &[u8], to: &mut WriteHalf<'_>) -> Result<(), Cut> {
        self.continued.store(true, Relaxed);
        if self.request.version() == Version::Http10 {
            return Ok(());
        }
        let written = async {
            to.write_all(head).await?;
            to.flush().await
        };
        match timeout(self.patience.body, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(Cut::ClientGone),
            Err(_) => Err(Cut::ClientSilent),
        }
    }

    /// The next head of an answer, where it is whole.
    fn step(&self, buffer: &[u8]) -> Result<Option<Step>, Cut> {
        let garbled = |_| Cut::Upstream(Unanswered::Garbled);
        let Some(head) = ResponseHead::parse(buffer).map_err(garbled)? else { return Ok(None) };
        let connection = Connection::of(&head.fields).map_err(garbled)?;
        let framing = Framing::of_response(&head, self.request.is_head()).map_err(garbled)?;
        if head.status == 101 {
            return Err(garbled(Malformed::Head));
        }
        let interim = matches!(head.status, 100..=199);
        let old_client = self.request.version() == Version::Http10;
        let decode = old_client && framing == Framing::Chunked;
        let afterwards = match self.client_stays(framing, decode, interim) {
            false => Afterwards::Close,
            true if old_client => Afterwards::StayHttp10,
            true => Afterwards::Stay,
        };
        let upstream_stays = framing != Framing::UntilClose && connection.persists(head.version);
        Ok(Some(Step {
            head: client_head(&head, &connection, decode, afterwards),
            head_len: head.len,
            status: head.status,
            interim,
            framing,
            decode,
            afterwards,
            upstream_stays,
        }))
    }

    /// A caller that waits to be asked for its body, and is refused, may send it or not: where
    /// the next request begins is not to be known.
    fn client_stays(&self, framing: Framing, decode: bool, interim: bool) -> bool {
        let unsure = self.sent.get().is_none() && !self.continued.load(Relaxed);
        let ended_by_close = framing == Framing::UntilClose || decode;
        interim || (self.may_stay && self.request.persists() && !ended_by_close && !unsure)
    }

    async fn more(&self, buffer: &mut BytesMut, from: &mut ReadHalf<'_>) -> Result<(), Cut> {
        if buffer.len() > LONGEST_HEAD {
            return Err(Cut::Upstream(Unanswered::Garbled));
        }
        buffer.reserve(8 * 1024);
        loop {
            match timeout(self.wait(), from.read_buf(buffer)).await {
                Ok(Ok(0)) => return Err(broken(io::ErrorKind::UnexpectedEof.into())),
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) => return Err(broken(error)),
                Err(_) if self.wait().is_zero() => return Err(Cut::Upstream(Unanswered::Silent)),
                // The request was still on its way: its end starts the clock.
                Err(_) => {}
            }
        }
    }

    /// How long the answer may still take.
    fn wait(&self) -> Duration {
        let waited = self.sent.get().map_or(Duration::ZERO, |sent| sent.elapsed());
        self.patience.response.saturating_sub(waited)
    }
}

enum Sent {
    Whole(u64),
    Broken,
}

/// A head of an answer, ready for the client.
struct Step {
    head: Vec<u8>,
    head_len: usize,
    status: u16,
    interim: bool,
    framing: Framing,
    decode: bool,
    afterwards: Afterwards,
    upstream_stays: bool,
}

fn ended(answered: Answered, sent: u64) -> Ended {
    let Answered { status, received, upstream_stays, client_stays } = answered;
    Ended { passed: Passed { status, sent, received, client_stays }, upstream_stays }
}

/// Waits for a client that fails; what it sends ahead is kept for its next request.
async fn watch(from: &mut ReadHalf<'_>, buffer: &mut BytesMut, half_closed: &mut bool) -> Cut {
    while !*half_closed && buffer.len() < AHEAD {
        buffer.reserve(1024);
        match from.read_buf(buffer).await {
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

/// What broke while an answer was relayed: the sender is the cluster here.
fn backwards(broken_side: Broken) -> Cut {
    match broken_side {
        Broken::Sender(error) => broken(error),
        Broken::SenderMalformed(_) => Cut::Upstream(Unanswered::Garbled),
        Broken::SenderSilent => Cut::Upstream(Unanswered::Silent),
        Broken::Receiver(_) => Cut::ClientGone,
        Broken::ReceiverStalled => Cut::ClientSilent,
    }
}

fn broken(error: io::Error) -> Cut {
    Cut::Upstream(Unanswered::Broken(error))
}

async fn broken_in(time: Duration, write: impl Future<Output = io::Result<()>>) -> Result<(), Cut> {
    match timeout(time, write).await {
        Ok(written) => written.map_err(broken),
        Err(_) => Err(Cut::Upstream(Unanswered::Silent)),
    }
}
