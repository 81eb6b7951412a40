//! Listening, accepting, and stopping.

mod connection;
mod tls;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

pub use connection::{Connection, Incoming};
pub(crate) use connection::{linger, write};
pub use tls::{Tls, TlsError};

use crate::{
    metrics::{self, Gauge},
    proxy::Proxy,
    wire::Stream,
};

/// How long to rest when the system has no descriptor left for a connection.
const REST: Duration = Duration::from_millis(200);

/// How often unused upstream connections are looked through.
const PRUNE: Duration = Duration::from_secs(10);

/// Makes sure that nobody listens on an address: the kernel would share it with another modelgate.
///
/// # Errors
/// Where the address is not to be had.
pub fn claim(address: SocketAddr) -> io::Result<()> {
    socket(address)?.bind(&address.into())
}

/// Binds one more listener to an address; the kernel spreads connections over them.
///
/// # Errors
/// Where the address is not to be had.
pub fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = socket(address)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(4096)?;
    Ok(socket.into())
}

fn socket(address: SocketAddr) -> io::Result<Socket> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    Ok(socket)
}

/// Serves one listener until told to stop, then until its connections have ended.
///
/// # Errors
/// Where the listener cannot be watched.
pub async fn serve(
    listener: std::net::TcpListener,
    tls: Option<Arc<Tls>>,
    proxy: Arc<Proxy>,
    seats: Arc<Semaphore>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let connections = tokio_util::task::TaskTracker::new();
    let prune = tokio::spawn(prune(proxy.clone()));
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            accepted = accept(&listener, &seats) => accepted,
        };
        match accepted {
            Ok((stream, peer, seat)) => {
                let connection = Connection::new(proxy.clone(), peer, stop.clone());
                let tls = tls.clone();
                connections.spawn(async move {
                    let _open = metrics::raise(Gauge::Connections);
                    match tls {
                        None => connection.serve(Stream::Tcp(stream)).await,
                        Some(tls) => connection.serve_tls(stream, &tls).await,
                    }
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(REST).await;
            }
        }
    }
    drop(listener);
    connections.close();
    let in_time = tokio::time::timeout(proxy.drain(), connections.wait()).await;
    if in_time.is_err() {
        tracing::warn!(left = connections.len(), "requests were cut: they outlasted the drain");
    }
    prune.abort();
    Ok(())
}

type Accepted = (tokio::net::TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit);

async fn accept(listener: &TcpListener, seats: &Arc<Semaphore>) -> io::Result<Accepted> {
    let seat = seats.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer, seat))
}

async fn prune(proxy: Arc<Proxy>) {
    let mut ticks = tokio::time::interval(PRUNE);
    loop {
        ticks.tick().await;
        proxy.prune();
    }
}
