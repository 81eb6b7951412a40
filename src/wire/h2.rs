//! A stream of HTTP/2, read and written as HTTP/1.1: one request, and its answer.
//!
//! So a request goes the one way through modelgate, whichever version it came in, and no rule has
//! to be kept twice. Flow control is what makes a reader wait, as a full socket does; an answer
//! that is dropped before its end is a reset, as a connection's is.

mod reading;
mod writing;

use std::{
    io,
    task::{Context, Poll},
};

use bytes::Bytes;
use h2::{RecvStream, server::SendResponse};
use http::{Method, Request};
use tokio::io::ReadBuf;

use reading::Reading;
use writing::Writing;

/// One request and its answer.
#[derive(Debug)]
pub struct H2Stream {
    reading: Reading,
    writing: Writing,
}

impl H2Stream {
    /// A request that came, and the way for its answer.
    pub fn new(request: Request<RecvStream>, respond: SendResponse<Bytes>) -> Self {
        let is_head = request.method() == Method::HEAD;
        Self { reading: Reading::new(request), writing: Writing::new(respond, is_head) }
    }

    /// Whether its request is still to be read: there is one on each stream.
    pub(super) fn is_new(&self) -> bool {
        self.reading.is_new()
    }

    /// Reads on. Behind a request there is nothing but its being given up, until it is answered.
    pub(super) fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.reading.poll_read(context, buffer) {
            Poll::Ready(Ok(true)) => Poll::Ready(Ok(())),
            Poll::Ready(Ok(false)) => self.writing.poll_given_up(context),
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => Poll::Pending,
        }
    }

    pub(super) fn poll_write(
        &mut self,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writing.poll_write(context, bytes)
    }

    /// Ends an answer that ends with its connection.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.writing.end()
    }
}

/// What went wrong with a stream or its connection.
fn failed(error: h2::Error) -> io::Error {
    if error.is_io() {
        return error.into_io().unwrap_or_else(|| io::ErrorKind::ConnectionReset.into());
    }
    io::Error::new(io::ErrorKind::ConnectionReset, error)
}
