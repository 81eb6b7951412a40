//! Listening, accepting, and stopping.

mod admission;
mod connection;
mod door;
mod h2;
mod hall;
mod listener;
mod seats;
mod tls;

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

pub use admission::{Admission, Admitted, Share};
pub use connection::{Connection, Incoming};
pub(crate) use connection::{linger, write};
pub use hall::Hall;
pub(crate) use listener::Listener;
pub use seats::Seats;
pub use tls::{Tls, TlsError};

use self::door::{Accepted, Door};
use crate::{
    metrics::{self, Gauge},
    proxy::Proxy,
    wire::Stream,
};

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

/// What the worker threads share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The listener's TLS, where it speaks it.
    pub tls: Option<Arc<Tls>>,
    /// The connections of clients.
    pub seats: Arc<Seats>,
    /// Whether modelgate was told to stop.
    pub stop: watch::Receiver<bool>,
}

/// Serves one listener until told to stop, and a little longer; then until its connections have
/// ended.
///
/// # Errors
/// Where the listener cannot be watched.
pub async fn serve(
    listener: std::net::TcpListener,
    proxy: Arc<Proxy>,
    shared: Shared,
) -> io::Result<()> {
    let hall = Arc::new(Hall::default());
    let mut door = Door::new(listener, shared.seats.clone(), hall.clone())?;
    let connections = TaskTracker::new();
    let open = |accepted: Accepted| {
        let Accepted { stream, peer, seat } = accepted;
        let connection = Connection::new(proxy.clone(), peer, hall.clone());
        let tls = shared.tls.clone();
        connections.spawn(async move {
            let _open = metrics::raise(Gauge::Connections);
            match tls {
                None => connection.serve(Stream::Tcp(stream)).await,
                Some(tls) => connection.serve_tls(stream, &tls).await,
            }
            drop(seat);
        });
    };
    let prune = tokio::spawn(prune(proxy.clone()));
    let mut stop = shared.stop.clone();
    let mut closing = pin!(async {
        // It fails where nobody can say so any more, which is an end too.
        let _ = stop.wait_for(|stop| *stop).await;
        hall.stop();
        tokio::time::sleep(proxy.drain_wait()).await;
    });
    loop {
        tokio::select! {
            biased;
            () = &mut closing => break,
            accepted = door.accept() => open(accepted),
        }
    }
    door.shut(open).await;
    connections.close();
    let in_time = tokio::time::timeout(proxy.drain(), connections.wait()).await;
    if in_time.is_err() {
        tracing::warn!(left = connections.len(), "requests were cut: they outlasted the drain");
    }
    prune.abort();
    Ok(())
}

async fn prune(proxy: Arc<Proxy>) {
    let mut ticks = tokio::time::interval(PRUNE);
    loop {
        ticks.tick().await;
        proxy.prune();
    }
}
