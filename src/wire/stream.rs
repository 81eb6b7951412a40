//! A connection, plain or TLS, or a stream of one of HTTP/2, that can be read and written at the same time by one task.

use std::{
    io,
    pin::Pin,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, tcp},
};
use tokio_rustls::TlsStream;

use super::H2Stream;

/// A connection to a client or to the upstream.
#[derive(Debug)]
pub enum Stream {
    /// Bytes as they are.
    Tcp(TcpStream),
    /// TLS. One task has both halves of it, so that nobody ever waits for the lock.
    Tls(Box<Mutex<TlsStream<TcpStream>>>),
    /// One request of a connection of HTTP/2. The same holds for its lock.
    H2(Box<Mutex<H2Stream>>),
}

impl Stream {
    /// A connection whose TLS handshake is done.
    pub fn tls(stream: impl Into<TlsStream<TcpStream>>) -> Self {
        Self::Tls(Box::new(Mutex::new(stream.into())))
    }

    /// One request of a connection of HTTP/2.
    pub fn h2(stream: H2Stream) -> Self {
        Self::H2(Box::new(Mutex::new(stream)))
    }

    /// Both directions, each usable while the other waits.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        match self {
            Self::Tcp(stream) => {
                let (read, write) = stream.split();
                (ReadHalf::Tcp(read), WriteHalf::Tcp(write))
            }
            Self::Tls(stream) => (ReadHalf::Tls(stream), WriteHalf::Tls(stream)),
            Self::H2(stream) => (ReadHalf::H2(stream), WriteHalf::H2(stream)),
        }
    }

    /// Waits until there is something to read, or the end.
    ///
    /// # Errors
    /// Where the connection cannot be watched.
    pub async fn readable(&mut self) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.readable().await,
            Self::Tls(stream) => {
                let (tcp, session) = unlocked(stream).get_ref();
                // What was decrypted already, no socket tells of.
                if session.wants_read() { tcp.readable().await } else { Ok(()) }
            }
            Self::H2(stream) => match locked(stream).is_new() {
                true => Ok(()),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            },
        }
    }

    /// Whether nothing came on a connection that should be silent: neither bytes nor its end.
    pub fn is_quiet(&self) -> bool {
        match self {
            Self::Tcp(stream) => is_quiet(stream),
            Self::Tls(stream) => is_quiet(locked(stream).get_ref().0),
            Self::H2(_) => false,
        }
    }
}

/// A byte that came is lost by that: then the connection is of no use.
fn is_quiet(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
}

/// The reading half of a [`Stream`].
#[derive(Debug)]
pub enum ReadHalf<'s> {
    /// Of a plain connection.
    Tcp(tcp::ReadHalf<'s>),
    /// Of a TLS connection.
    Tls(&'s Mutex<TlsStream<TcpStream>>),
    /// Of a stream of HTTP/2.
    H2(&'s Mutex<H2Stream>),
}

/// The writing half of a [`Stream`].
#[derive(Debug)]
pub enum WriteHalf<'s> {
    /// Of a plain connection.
    Tcp(tcp::WriteHalf<'s>),
    /// Of a TLS connection.
    Tls(&'s Mutex<TlsStream<TcpStream>>),
    /// Of a stream of HTTP/2.
    H2(&'s Mutex<H2Stream>),
}

fn locked<T>(stream: &Mutex<T>) -> MutexGuard<'_, T> {
    stream.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unlocked<T>(stream: &mut Mutex<T>) -> &mut T {
    stream.get_mut().unwrap_or_else(PoisonError::into_inner)
}

impl WriteHalf<'_> {
    /// Whether a close, from now on, is a reset: so a message that ends with its connection is
    /// never taken for whole where it was cut. (TLS tells that by itself, but not every client
    /// listens.)
    ///
    /// # Errors
    /// Where the connection is gone.
    pub fn reset_on_close(&self, reset: bool) -> io::Result<()> {
        let linger = reset.then_some(Duration::ZERO);
        match self {
            Self::Tcp(half) => {
                let stream: &TcpStream = half.as_ref();
                SockRef::from(stream).set_linger(linger)
            }
            Self::Tls(stream) => SockRef::from(locked(stream).get_ref().0).set_linger(linger),
            // It is one unless the answer has ended.
            Self::H2(_) => Ok(()),
        }
    }
}

impl AsyncRead for ReadHalf<'_> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_read(context, buffer),
            Self::Tls(stream) => Pin::new(&mut *locked(stream)).poll_read(context, buffer),
            Self::H2(stream) => locked(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for WriteHalf<'_> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_write(context, bytes),
            Self::Tls(stream) => Pin::new(&mut *locked(stream)).poll_write(context, bytes),
            Self::H2(stream) => locked(stream).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_write_vectored(context, slices),
            Self::Tls(stream) => {
                Pin::new(&mut *locked(stream)).poll_write_vectored(context, slices)
            }
            Self::H2(stream) => {
                let first = slices.iter().find(|slice| !slice.is_empty());
                locked(stream).poll_write(context, first.map_or(&[], |slice| slice))
            }
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(half) => half.is_write_vectored(),
            Self::Tls(stream) => locked(stream).is_write_vectored(),
            Self::H2(_) => false,
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_flush(context),
            Self::Tls(stream) => Pin::new(&mut *locked(stream)).poll_flush(context),
            // The connection sees to that.
            Self::H2(_) => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_shutdown(context),
            Self::Tls(stream) => Pin::new(&mut *locked(stream)).poll_shutdown(context),
            Self::H2(stream) => Poll::Ready(locked(stream).end()),
        }
    }
}
