//! What is written to a connection of HTTP/2, gathered until there is no more: `h2` flushes behind
//! each frame of data, and each would be a record of TLS and a call of the system.

use std::{
    future::{Future, poll_fn},
    io::{self, IoSlice},
    mem,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::wire::{SPARE_SIZE, keep, spare};

/// A stream whose writes go on together. One task has all of it, so that nobody ever waits for the
/// lock.
#[derive(Debug)]
pub(super) struct Gathered<S>(Arc<Mutex<Inner<S>>>);

impl<S> Clone for Gathered<S> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

#[derive(Debug)]
struct Inner<S> {
    stream: S,
    held: BytesMut,
    /// Why what was held could not go on, until who writes is told.
    failed: Option<io::Error>,
}

impl<S: AsyncWrite + Unpin> Gathered<S> {
    pub(super) fn new(stream: S) -> Self {
        Self(Arc::new(Mutex::new(Inner { stream, held: BytesMut::new(), failed: None })))
    }

    /// Waits for something that writes here; what it has written goes on each time that it has done
    /// all it can.
    pub(super) async fn sending<F: Future>(&self, doing: F) -> F::Output {
        let mut doing = pin!(doing);
        poll_fn(|context| {
            let polled = doing.as_mut().poll(context);
            let mut inner = self.inner();
            if let Poll::Ready(Err(error)) = inner.poll_send(context) {
                inner.failed = Some(error);
            }
            polled
        })
        .await
    }

    fn inner(&self) -> MutexGuard<'_, Inner<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: AsyncWrite + Unpin> Inner<S> {
    fn poll_gather(
        &mut self,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.tell()?;
        let len = slices.iter().map(|slice| slice.len()).sum::<usize>();
        if self.held.len() + len > SPARE_SIZE {
            ready!(self.poll_empty(context))?;
            if len > SPARE_SIZE {
                return Pin::new(&mut self.stream).poll_write_vectored(context, slices);
            }
        }
        if self.held.capacity() == 0 {
            self.held = spare();
        }
        slices.iter().for_each(|slice| self.held.extend_from_slice(slice));
        Poll::Ready(Ok(len))
    }

    fn poll_empty(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() {
            match ready!(Pin::new(&mut self.stream).poll_write(context, &self.held))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.held.advance(written),
            }
        }
        keep(mem::take(&mut self.held));
        Poll::Ready(Ok(()))
    }

    fn poll_send(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_empty(context))?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn tell(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gathered<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner().stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gathered<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_gather(context, &[IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.inner().poll_gather(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// [`Gathered::sending`] sees to that.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.inner().tell())
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.inner();
        ready!(inner.poll_send(context))?;
        Pin::new(&mut inner.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A stream that notes how much each write brings, and takes no more than `room` until it is
    /// given more.
    #[derive(Debug, Default)]
    struct Notes {
        writes: Vec<usize>,
        bytes: Vec<u8>,
        room: usize,
    }

    impl AsyncWrite for Notes {
        fn poll_write(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored_of(context, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored_of(context, slices)
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    impl Notes {
        fn poll_write_vectored_of(
            &mut self,
            context: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let bytes: Vec<u8> = slices.iter().flat_map(|slice| slice.to_vec()).collect();
            let taken = bytes.len().min(self.room);
            if taken == 0 {
                // Room comes with the next look.
                self.room = 100;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.room -= taken;
            self.writes.push(taken);
            self.bytes.extend_from_slice(&bytes[..taken]);
            Poll::Ready(Ok(taken))
        }
    }

    fn gathered(room: usize) -> Gathered<Notes> {
        Gathered::new(Notes { room, ..Notes::default() })
    }

    #[tokio::test]
    async fn what_is_written_at_once_goes_on_at_once_however_often_it_is_flushed() {
        let to = gathered(usize::MAX);
        let write = async {
            for byte in 0..10 {
                to.clone().write_all(&[byte; 100]).await.unwrap();
                to.clone().flush().await.unwrap();
            }
        };

        to.sending(write).await;

        assert_eq!(to.inner().stream.writes, [1_000]);
        assert_eq!(to.inner().held.capacity(), 0);
    }

    #[tokio::test]
    async fn what_is_large_goes_on_by_itself_behind_what_was_held() {
        let to = gathered(usize::MAX);
        let write = async {
            to.clone().write_all(b"head").await.unwrap();
            to.clone().write_all(&[1; 2 * SPARE_SIZE]).await.unwrap();
            to.clone().write_all(b"tail").await.unwrap();
        };

        to.sending(write).await;

        assert_eq!(to.inner().stream.writes, [4, 2 * SPARE_SIZE, 4]);
    }

    #[tokio::test]
    async fn a_stream_that_takes_little_gets_all_in_order() {
        let to = gathered(0);
        let sent: Vec<u8> = (0..4 * SPARE_SIZE).map(|at| (at / 7) as u8).collect();
        let write = async {
            for piece in sent.chunks(999) {
                to.clone().write_all(piece).await.unwrap();
            }
            to.clone().shutdown().await.unwrap();
        };

        to.sending(write).await;

        assert!(to.inner().stream.bytes == sent);
    }

    #[tokio::test]
    async fn who_writes_is_told_that_it_did_not_go_on() {
        let (near, far) = tokio::io::duplex(64);
        drop(far);
        let to = Gathered::new(near);

        to.sending(async { to.clone().write_all(b"lost").await.unwrap() }).await;

        assert!(to.clone().flush().await.is_err());
        assert_eq!(to.clone().read_u8().await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
