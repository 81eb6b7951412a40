//! Floods of frames that ask for nothing: each is cheap to send, is work here, and is nothing that
//! the limits of streams, windows and headers would count.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a connection may spend at once, and each second: 1000 resets and then 33 a second, as
/// nghttp2 allows; and ten times as many of the others.
const AT_ONCE: u64 = 10_000;
const A_SECOND: u64 = 330;

/// Bytes sent to the client that allow it one frame more: it tells how far it has read.
const BYTES_A_FRAME: u64 = 512;

/// Says that a connection is misused.
#[derive(Clone, Debug, Default)]
pub(super) struct Alarm(Arc<AtomicBool>);

impl Alarm {
    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// A connection of HTTP/2 whose frames are counted as they come in.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    frames: Frames,
    budget: Budget,
    alarm: Alarm,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, alarm: Alarm) -> Self {
        Self { stream, frames: Frames::default(), budget: Budget::full(), alarm }
    }
}

/// Where frames begin in what is read.
#[derive(Debug)]
struct Frames {
    /// Bytes before the next frame's head: at first, the preface (RFC 9113, 3.4).
    skip: usize,
    head: [u8; 9],
    filled: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self { skip: 24, head: [0; 9], filled: 0 }
    }
}

impl Frames {
    /// Follows the frames through what was read; gives what they cost.
    fn cost(&mut self, mut bytes: &[u8]) -> u64 {
        let mut cost = 0;
        loop {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            let run = (self.head.len() - self.filled).min(bytes.len());
            self.head[self.filled..self.filled + run].copy_from_slice(&bytes[..run]);
            self.filled += run;
            bytes = &bytes[run..];
            if self.filled < self.head.len() {
                return cost;
            }
            let [high, middle, low, kind, ..] = self.head;
            (self.skip, self.filled) = (u32::from_be_bytes([0, high, middle, low]) as usize, 0);
            cost += cost_of(kind);
        }
    }
}

/// What a frame of this type costs; `h2` has its own limits of DATA, HEADERS and CONTINUATION.
fn cost_of(kind: u8) -> u64 {
    match kind {
        0 | 1 | 9 => 0,
        // RST_STREAM: a request may have been begun for nothing.
        3 => 10,
        // PRIORITY, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, and what nobody knows.
        _ => 1,
    }
}

/// What a connection may still spend.
#[derive(Debug)]
struct Budget {
    left: u64,
    filled: Instant,
    /// Bytes sent that allow no whole frame yet.
    sent: u64,
}

impl Budget {
    fn full() -> Self {
        Self { left: AT_ONCE, filled: Instant::now(), sent: 0 }
    }

    /// Spends; gives whether there was enough.
    fn spend(&mut self, cost: u64) -> bool {
        if cost > self.left {
            let earned = self.filled.elapsed().as_millis() as u64 * A_SECOND / 1000;
            if earned > 0 {
                self.filled = Instant::now();
                self.earn(earned);
            }
        }
        let enough = cost <= self.left;
        self.left = self.left.saturating_sub(cost);
        enough
    }

    fn note_sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
        self.earn(self.sent / BYTES_A_FRAME);
        self.sent %= BYTES_A_FRAME;
    }

    fn earn(&mut self, more: u64) {
        self.left = (self.left + more).min(AT_ONCE);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    /// Once the alarm is raised, nothing more is read.
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.alarm.is_raised() {
            return Poll::Pending;
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(context, buffer))?;
        let cost = this.frames.cost(&buffer.filled()[before..]);
        if !this.budget.spend(cost) {
            this.alarm.0.store(true, Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
        this.budget.note_sent(written);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = ready!(Pin::new(&mut this.stream).poll_write_vectored(context, slices))?;
        this.budget.note_sent(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
        let [_, high, middle, low] = (payload.len() as u32).to_be_bytes();
        [&[high, middle, low, kind, 0, 0, 0, 0, 1], payload].concat()
    }

    fn connection(frames: &[Vec<u8>]) -> Vec<u8> {
        [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), frames.concat()].concat()
    }

    #[test]
    fn frames_are_found_however_they_are_cut() {
        let ping = frame(6, &[6; 8]);
        let bytes = connection(&[frame(4, &[]), frame(0, &[3; 300]), ping, frame(3, &[0; 4])]);

        for piece in [1, 7, 9, bytes.len()] {
            let mut frames = Frames::default();
            let cost: u64 = bytes.chunks(piece).map(|piece| frames.cost(piece)).sum();

            assert_eq!(cost, 1 + 1 + 10, "{piece}");
        }
    }

    #[test]
    fn a_budget_is_spent_and_earned_by_what_was_sent() {
        let mut budget = Budget::full();

        assert!(budget.spend(AT_ONCE));
        assert!(!budget.spend(AT_ONCE));
        budget.note_sent(100 * BYTES_A_FRAME as usize);
        assert!(budget.spend(100));
        assert!(!budget.spend(AT_ONCE));
    }
}
