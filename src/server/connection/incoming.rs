//! The body of a request of ours.

use std::{io, pin::pin, time::Duration};

use bytes::BytesMut;

use super::write;
use crate::{
    answer::Message,
    error::Error,
    route::Ours,
    wire::{Framing, ReadHalf, Unread, WriteHalf, read_whole, within, write_within},
};

/// The largest body that is read to its end only to keep the connection.
const WORTH_DRAINING: u64 = 256 * 1024;

/// The body of a request of ours, read when it is wanted.
#[derive(Debug)]
pub struct Incoming<'i, 's> {
    from: &'i mut ReadHalf<'s>,
    to: &'i mut WriteHalf<'s>,
    buffer: &'i mut BytesMut,
    state: State,
    limit: usize,
}

/// How much of a body was read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Unread,
    Whole,
    /// A part: where the next request begins is not to be known.
    Part,
}

impl<'i, 's> Incoming<'i, 's> {
    pub(super) fn new(
        from: &'i mut ReadHalf<'s>,
        to: &'i mut WriteHalf<'s>,
        buffer: &'i mut BytesMut,
        limit: usize,
    ) -> Self {
        Self { from, to, buffer, state: State::Unread, limit }
    }

    /// Reads the body whole, asking for it first where the client waits to be asked; all of it
    /// has to come in that time.
    ///
    /// # Errors
    /// A body over the limit, malformed, slow or cut.
    pub async fn whole(&mut self, ours: &Ours, patience: Duration) -> Result<Vec<u8>, Error> {
        self.state = State::Part;
        if matches!(ours.framing(), Framing::Length(length) if length > self.limit as u64) {
            return Err(Error::BodyTooLarge(self.limit));
        }
        if ours.expects_continue() && self.buffer.is_empty() {
            let asked = b"HTTP/1.1 100 Continue\r\n\r\n";
            let written = write_within(patience, self.to, asked, b"").await;
            written.map_err(io::Error::from).flatten().map_err(|_| Error::ClientGone)?;
        }
        let body =
            self.read(ours, self.limit as u64, patience).await.map_err(|unread| match unread {
                Unread::Malformed(malformed) => Error::Malformed(malformed),
                Unread::TooLarge => Error::BodyTooLarge(self.limit),
                Unread::Cut(_) => Error::ClientGone,
                Unread::Silent => Error::SlowBody,
            })?;
        self.state = State::Whole;
        Ok(body)
    }

    /// Whether the next request can be found, perhaps behind a body that nobody wanted and that
    /// is cheaper to read than a new connection is to make.
    pub(super) fn next_is_near(&self, ours: &Ours) -> bool {
        let small = match ours.framing() {
            Framing::Length(length) => length <= WORTH_DRAINING,
            Framing::Chunked => true,
            Framing::UntilClose => false,
        };
        match self.state {
            State::Unread => small && !ours.expects_continue(),
            State::Whole => true,
            State::Part => false,
        }
    }

    /// Reads what is left of the body; gives whether the next request was reached.
    pub(super) async fn skip(&mut self, ours: &Ours, patience: Duration) -> bool {
        match self.state {
            State::Unread => self.read(ours, WORTH_DRAINING, patience).await.is_ok(),
            State::Whole => true,
            State::Part => false,
        }
    }

    pub(super) async fn write(&mut self, message: &Message, patience: Duration) -> io::Result<()> {
        write(self.to, message, patience).await
    }

    async fn read(
        &mut self,
        ours: &Ours,
        most: u64,
        patience: Duration,
    ) -> Result<Vec<u8>, Unread> {
        let read = read_whole(ours.framing(), most, patience, self.buffer, self.from);
        within(patience, pin!(read)).await.unwrap_or(Err(Unread::Silent))
    }
}
