//! The cluster behind modelgate: connections to it, what is passed to it, and what modelgate asks
//! it itself.

mod ask;
mod attempts;
mod budget;
mod checks;
mod circuit;
mod dial;
mod jitter;
mod node;
mod nodes;
mod pass;
mod pool;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

pub use ask::{Ask, Reply};
pub use checks::HEALTH;
pub use dial::TlsSettings;
pub use nodes::Nodes;
pub use pass::{Client, Cut, Ends, Interrupted, Passed};

use crate::config;
use attempts::Side;
use budget::Budget;
use dial::Dial;
use pool::Pool;

/// How long modelgate waits for the cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// From a request's last byte to the answer's first.
    pub(crate) response: Duration,
    /// The longest silence inside a body, and the longest time for each 64 KB to be taken.
    pub(crate) body: Duration,
}

/// Why the cluster gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// No connection could be made; nothing was sent.
    #[error("OpenSearch could not be reached")]
    Unreachable(#[source] std::io::Error),
    /// The connection took too long; nothing was sent.
    #[error("connecting to OpenSearch took too long")]
    SlowToConnect,
    /// The connection broke after something was sent.
    #[error("OpenSearch closed the connection before it answered")]
    Broken(#[source] std::io::Error),
    /// No answer within the time.
    #[error("OpenSearch did not answer in time")]
    Silent,
    /// The answer is not HTTP that can be understood.
    #[error("OpenSearch answered with malformed HTTP")]
    Garbled,
    /// Every node failed so often that none is asked; nothing was sent.
    #[error("no node of OpenSearch takes requests: each failed again and again")]
    NoNode,
    /// The answer is longer than modelgate reads.
    #[error("OpenSearch answered with more than modelgate reads")]
    TooLong,
}

impl Unanswered {
    /// Whether it is certain that the cluster did not see the request, so that a retry is safe.
    pub fn nothing_was_sent(&self) -> bool {
        matches!(self, Self::NoNode | Self::Unreachable(_) | Self::SlowToConnect)
    }
}

/// The cluster, as one worker thread reaches it.
#[derive(Debug)]
pub struct Upstream {
    nodes: Arc<Nodes>,
    /// Connections for the callers' own requests, by node: they never carry modelgate's identity.
    callers: Vec<Pool>,
    /// Connections that carry modelgate's client certificate, by node.
    own: Vec<Pool>,
    budget: Budget,
    /// `Authorization` of modelgate's own requests, where it has basic credentials.
    authorization: Option<Arc<str>>,
    patience: Patience,
    /// What the cluster calls itself in every answer.
    product: RwLock<Option<Arc<str>>>,
}

impl Upstream {
    /// The cluster that the configuration names, and its nodes as all threads know them.
    pub fn new(config: &config::Upstream, tls: &TlsSettings, nodes: Arc<Nodes>) -> Self {
        let pools = |tls: &Option<Arc<rustls::ClientConfig>>| {
            let dial = |origin| Dial::new(origin, tls.clone(), *config.connect_timeout);
            let pool = |dial| Pool::new(dial, config.idle_connections, *config.idle_timeout);
            config.url.iter().map(dial).map(pool).collect()
        };
        Self {
            nodes,
            callers: pools(&tls.anonymous),
            own: pools(&tls.own),
            budget: Budget::default(),
            authorization: tls.authorization.clone(),
            patience: Patience { response: *config.response_timeout, body: *config.body_timeout },
            product: RwLock::default(),
        }
    }

    /// The `X-OpenSearch-Version` that the cluster gave with its last answer to modelgate.
    pub fn product(&self) -> Option<Arc<str>> {
        self.product.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How long modelgate waits for an answer to begin.
    pub(crate) fn patience(&self) -> Duration {
        self.patience.response
    }

    fn note_product(&self, reply: &Reply) {
        let said = reply.field("x-opensearch-version").and_then(|said| str::from_utf8(said).ok());
        let noted = || self.product.read().unwrap_or_else(PoisonError::into_inner);
        if said.is_some() && said != noted().as_deref() {
            *self.product.write().unwrap_or_else(PoisonError::into_inner) = said.map(Arc::from);
        }
    }

    /// Closes the connections that have been unused for too long.
    pub fn prune(&self) {
        self.callers.iter().chain(&self.own).for_each(Pool::prune);
    }

    /// The nodes, as all threads know them.
    pub fn nodes(&self) -> &Nodes {
        &self.nodes
    }

    fn pool(&self, side: Side, node: usize) -> &Pool {
        match side {
            Side::Callers => &self.callers[node],
            Side::Own => &self.own[node],
        }
    }
}
