//! A listener that outlives a want of descriptors.

use std::{io, net::SocketAddr, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    time::Instant,
};

/// How long to rest when the system has no descriptor left for a connection.
const REST: Duration = Duration::from_millis(200);

/// How often the log is told of it at most.
const TELL: Duration = Duration::from_secs(60);

/// A listener, and what became of accepting from it.
#[derive(Debug)]
pub(crate) struct Listener {
    listener: TcpListener,
    /// Whose connections they are, for the log.
    whose: &'static str,
    /// When the log was last told that none can be accepted.
    told: Option<Instant>,
    /// Whether it was not told yet that they are accepted again.
    is_failing: bool,
}

impl Listener {
    /// A listener for connections of clients, or of whoever else.
    ///
    /// # Errors
    /// Where it cannot be watched.
    pub(crate) fn new(listener: std::net::TcpListener, whose: &'static str) -> io::Result<Self> {
        let listener = TcpListener::from_std(listener)?;
        Ok(Self { listener, whose, told: None, is_failing: false })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// The listener itself.
    pub(super) fn inner(&self) -> &TcpListener {
        &self.listener
    }

    /// The next connection. Where the system has no descriptor for it `yield_one` is called, which
    /// may free another, and it is tried again a little later.
    pub(crate) async fn accept(&mut self, yield_one: impl Fn()) -> (TcpStream, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok(accepted) => {
                    self.succeeded();
                    return accepted;
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.failed(&error);
                    yield_one();
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    fn succeeded(&mut self) {
        if std::mem::take(&mut self.is_failing) {
            tracing::info!(whose = self.whose, "connections are accepted again");
        }
    }

    fn failed(&mut self, error: &io::Error) {
        if self.told.is_none_or(|told| told.elapsed() >= TELL) {
            self.told = Some(Instant::now());
            self.is_failing = true;
            tracing::warn!(whose = self.whose, %error, "cannot accept a connection");
        }
    }
}

/// Whether it went before it was accepted: the next one may be accepted at once.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionReset)
}
