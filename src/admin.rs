//! The pages for operators, on a port of their own: `/livez`, `/readyz`, `/metrics`.
//!
//! They are neither in the way of a path of OpenSearch's nor open to its callers.

mod connection;
mod ready;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use serde_json::json;
use tokio::sync::{Semaphore, watch};

use crate::{
    answer::{Answer, Body},
    config::{self, AdminListen, Config, Limits},
    metrics,
    server::Listener,
    upstream::Upstream,
};
use ready::Readiness;

/// How many connections there may be at once.
const SEATS: usize = 64;

/// How often an address is tried that another modelgate still has.
const REST: Duration = Duration::from_millis(200);

/// What the pages tell of.
#[derive(Debug)]
pub struct Admin {
    readiness: Readiness,
    limits: Limits,
}

/// Takes the address for the pages; `None` where there are to be none, or where nothing was
/// configured and the usual address is taken: several modelgates on a machine need no more
/// configuration for that.
///
/// # Errors
/// Where a configured address is not to be had.
pub fn bind(config: &config::Admin) -> io::Result<Option<std::net::TcpListener>> {
    match config.listen {
        Some(AdminListen::Off) => Ok(None),
        Some(AdminListen::At(address)) => bound(address).map(Some),
        None => Ok(bound(AdminListen::USUAL).inspect_err(|error| tracing::warn!("{error}")).ok()),
    }
}

/// As [`bind`], but waits for another modelgate, of which this one is the next, to leave the
/// address.
pub async fn bind_when_free(config: &config::Admin) -> Option<std::net::TcpListener> {
    let address = match config.listen {
        Some(AdminListen::Off) => return None,
        Some(AdminListen::At(address)) => address,
        None => AdminListen::USUAL,
    };
    loop {
        match bound(address) {
            Ok(listener) => return Some(listener),
            Err(error) => {
                tracing::debug!(%error, "the pages wait");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

/// Not shared with another process, as the port of callers may be: whoever asks is to know whom.
fn bound(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let named = |error: io::Error| {
        let text = format!("cannot listen on {address} (key admin.listen): {error}");
        io::Error::new(error.kind(), text)
    };
    let listener = std::net::TcpListener::bind(address).map_err(named)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

impl Admin {
    /// The pages of a modelgate before this cluster, which is told to stop by `stop`.
    pub fn new(config: &Config, upstream: Upstream, stop: watch::Receiver<bool>) -> Self {
        Self { readiness: Readiness::new(upstream, stop), limits: config.limits.clone() }
    }

    /// Serves until the process ends, while requests in flight are finished too.
    ///
    /// # Errors
    /// Where the listener cannot be watched.
    pub async fn serve(self, listener: std::net::TcpListener) -> io::Result<()> {
        let mut listener = Listener::new(listener, "operators")?;
        tracing::info!(address = %listener.local_addr()?, "the admin listener is up");
        let admin = Arc::new(self);
        let seats = Arc::new(Semaphore::new(SEATS));
        loop {
            let seat = seats.clone().acquire_owned().await.map_err(io::Error::other)?;
            let (tcp, _) = listener.accept(|| {}).await;
            let admin = admin.clone();
            tokio::spawn(async move {
                admin.connection(tcp).await;
                drop(seat);
            });
        }
    }

    async fn page(&self, method: &str, path: &str) -> Answer {
        match path {
            "/livez" | "/readyz" | "/metrics" if !matches!(method, "GET" | "HEAD") => not_allowed(),
            "/livez" => Answer::document(200, json!({ "live": true })),
            "/metrics" => self.figures(),
            "/readyz" => self.readyz().await,
            _ => nothing(),
        }
    }

    fn figures(&self) -> Answer {
        let content_type = metrics::CONTENT_TYPE.into();
        let page = metrics::page(&self.readiness.nodes().figures());
        let body = Body::Raw { content_type, bytes: page.into_bytes() };
        Answer { status: 200, fields: Vec::new(), body }
    }

    async fn readyz(&self) -> Answer {
        match self.readiness.failing().await {
            None => Answer::document(200, json!({ "ready": true })),
            Some(check) => Answer::document(503, json!({ "ready": false, "failing": check })),
        }
    }
}

fn not_allowed() -> Answer {
    let reason = "this page is only read: GET and HEAD are allowed";
    Answer::fault(405, "illegal_argument_exception", reason).with("Allow", "GET, HEAD")
}

fn nothing() -> Answer {
    let reason = "no such page: there are /livez, /readyz and /metrics";
    Answer::fault(404, "resource_not_found_exception", reason)
}
