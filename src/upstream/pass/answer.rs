//! The answer's way back.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::time::Instant;

use super::{Cut, Unanswered, exchange::Exchange};
use crate::{
    headers::{Afterwards, Connection, client_head},
    upstream::ask::LONGEST_HEAD,
    wire::{
        Broken, Framing, Malformed, ReadHalf, Relay, ResponseHead, Version, WriteHalf, read_more,
        write_within,
    },
};

/// An answer that was relayed whole.
#[derive(Clone, Copy)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) received: u64,
    pub(super) upstream_stays: bool,
    pub(super) client_stays: bool,
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

impl Exchange<'_> {
    /// Relays the interim answers and the final one.
    pub(super) async fn answer(
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
            self.note_answering();
            let received = self.relay(&step, buffer, from, to).await?;
            return Ok(Answered {
                status: step.status,
                received,
                upstream_stays: step.upstream_stays,
                client_stays: step.afterwards != Afterwards::Close,
            });
        }
    }

    /// Where the answer ends with the client's connection, anything but its end is a reset.
    async fn relay(
        &self,
        step: &Step,
        buffer: &mut BytesMut,
        from: &mut ReadHalf<'_>,
        to: &mut WriteHalf<'_>,
    ) -> Result<u64, Cut> {
        let ends_by_close = step.ends_by_close();
        if ends_by_close {
            to.reset_on_close(true).map_err(|_| Cut::ClientGone)?;
        }
        let Step { framing, decode, .. } = *step;
        let relay = Relay { framing, decode, patience: self.patience.body, timer: self.timer };
        let received = relay.run(&step.head, buffer, from, to).await.map_err(backwards)?;
        if ends_by_close {
            to.reset_on_close(false).map_err(|_| Cut::ClientGone)?;
        }
        Ok(received)
    }

    async fn interim(&self, head: &[u8], to: &mut WriteHalf<'_>) -> Result<(), Cut> {
        self.note_continued();
        if self.request.version() == Version::Http10 {
            return Ok(());
        }
        match write_within(self.patience.body, to, head, b"").await {
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
        let upstream_stays = framing != Framing::UntilClose && connection.persists(head.version);
        let framed = framing != Framing::UntilClose && !decode;
        let afterwards = match interim || (framed && self.client_may_stay(upstream_stays)) {
            false => Afterwards::Close,
            true if old_client => Afterwards::StayHttp10,
            true => Afterwards::Stay,
        };
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

    async fn more(&self, buffer: &mut BytesMut, from: &mut ReadHalf<'_>) -> Result<(), Cut> {
        if buffer.len() > LONGEST_HEAD {
            return Err(Cut::Upstream(Unanswered::Garbled));
        }
        loop {
            let more = read_more(from, buffer, 8 * 1024);
            match self.timer.until(self.end(), more).await {
                Ok(Ok(0)) => return Err(broken(io::ErrorKind::UnexpectedEof.into())),
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) => return Err(broken(error)),
                Err(_) if self.end() <= Instant::now() => {
                    return Err(Cut::Upstream(Unanswered::Silent));
                }
                // The request was still on its way: its end starts the clock.
                Err(_) => {}
            }
        }
    }
}

impl Step {
    fn ends_by_close(&self) -> bool {
        self.decode || self.framing == Framing::UntilClose
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
        Broken::Refused(refusal) => Cut::Refused(refusal),
    }
}

fn broken(error: io::Error) -> Cut {
    Cut::Upstream(Unanswered::Broken(error))
}
