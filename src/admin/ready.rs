//! Whether callers may be sent here.

use std::time::Duration;

use tokio::{
    sync::{Mutex, watch},
    time::{Instant, timeout},
};

use crate::upstream::{HEALTH, Nodes, Unanswered, Upstream};

/// How long the cluster has for its answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long an answer of the cluster is believed.
const FRESH: Duration = Duration::from_secs(1);

/// What readiness hangs on.
#[derive(Debug)]
pub(super) struct Readiness {
    upstream: Upstream,
    stop: watch::Receiver<bool>,
    /// When the cluster was asked last, and whether it answered. Who asks meanwhile waits here,
    /// so that there is one probe at a time.
    asked: Mutex<Option<(Instant, bool)>>,
}

impl Readiness {
    pub(super) fn new(upstream: Upstream, stop: watch::Receiver<bool>) -> Self {
        Self { upstream, stop, asked: Mutex::new(None) }
    }

    /// The name of the check that fails.
    pub(super) async fn failing(&self) -> Option<&'static str> {
        if *self.stop.borrow() {
            return Some("draining");
        }
        match self.upstream_answers().await {
            true => None,
            false if self.nodes().all_are_open() => Some("circuits"),
            false => Some("upstream"),
        }
    }

    pub(super) fn nodes(&self) -> &Nodes {
        self.upstream.nodes()
    }

    async fn upstream_answers(&self) -> bool {
        let mut asked = self.asked.lock().await;
        match *asked {
            Some((at, answered)) if at.elapsed() < FRESH => answered,
            _ => {
                let answered = self.ask().await;
                *asked = Some((Instant::now(), answered));
                answered
            }
        }
    }

    /// Whether there is an answer, whatever it says; why there is none is for the log.
    async fn ask(&self) -> bool {
        let answered = timeout(PATIENCE, self.upstream.ask_for_caller(HEALTH)).await;
        match answered.unwrap_or(Err(Unanswered::Silent)) {
            Ok(_) => true,
            Err(error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "not ready");
                false
            }
        }
    }
}
