//! A connection, plain or TLS, that can be read and written at the same time by one task.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpStream, tcp},
};
use tokio_rustls::client::TlsStream;

/// A connection to a client or to the upstream.
#[derive(Debug)]
pub enum Stream {
    /// Bytes as they are.
    Tcp(TcpStream),
    /// TLS to the upstream.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// Both directions, each usable while the other waits.
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        match self {
            Self::Tcp(stream) => {
                let (read, write) = stream.split();
                (ReadHalf::Tcp(read), WriteHalf::Tcp(write))
            }
            Self::Tls(stream) => {
                let (read, write) = tokio::io::split(&mut **stream);
                (ReadHalf::Tls(read), WriteHalf::Tls(write))
            }
        }
    }

    /// Waits until there is something to read, or the end.
    ///
    /// # Errors
    /// Where the connection cannot be watched.
    pub async fn readable(&self) -> io::Result<()> {
        self.tcp().readable().await
    }

    fn tcp(&self) -> &TcpStream {
        match self {
            Self::Tcp(stream) => stream,
            Self::Tls(stream) => stream.get_ref().0,
        }
    }

    /// Whether nothing came on a connection that should be silent: neither bytes nor its end.
    pub fn is_quiet(&self) -> bool {
        let mut byte = [0];
        let peeked = self
            .tcp()
            .poll_peek(&mut Context::from_waker(Waker::noop()), &mut ReadBuf::new(&mut byte));
        peeked.is_pending()
    }
}

/// The reading half of a [`Stream`].
#[derive(Debug)]
pub enum ReadHalf<'s> {
    /// Of a plain connection.
    Tcp(tcp::ReadHalf<'s>),
    /// Of a TLS connection.
    Tls(tokio::io::ReadHalf<&'s mut TlsStream<TcpStream>>),
}

/// The writing half of a [`Stream`].
#[derive(Debug)]
pub enum WriteHalf<'s> {
    /// Of a plain connection.
    Tcp(tcp::WriteHalf<'s>),
    /// Of a TLS connection.
    Tls(tokio::io::WriteHalf<&'s mut TlsStream<TcpStream>>),
}

impl WriteHalf<'_> {
    /// Whether a close, from now on, is a reset: so a message that ends with its connection is
    /// never taken for whole where it was cut. (TLS tells that by itself.)
    ///
    /// # Errors
    /// Where the connection is gone.
    pub fn reset_on_close(&self, reset: bool) -> io::Result<()> {
        match self {
            Self::Tcp(half) => {
                let stream: &TcpStream = half.as_ref();
                SockRef::from(stream).set_linger(reset.then_some(Duration::ZERO))
            }
            Self::Tls(_) => Ok(()),
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
            Self::Tls(half) => Pin::new(half).poll_read(context, buffer),
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
            Self::Tls(half) => Pin::new(half).poll_write(context, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_write_vectored(context, slices),
            Self::Tls(half) => Pin::new(half).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Tcp(half) => half.is_write_vectored(),
            Self::Tls(half) => half.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_flush(context),
            Self::Tls(half) => Pin::new(half).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Tcp(half) => Pin::new(half).poll_shutdown(context),
            Self::Tls(half) => Pin::new(half).poll_shutdown(context),
        }
    }
}
