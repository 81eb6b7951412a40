//! Checks of nodes: whether one of several is well, and whether an open circuit may close.

use std::{sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{Ask, Unanswered, Upstream, ask, jitter, node::Node};

/// What a node is asked. The Security plugin answers it to everyone, and audits nobody for it; a
/// cluster without the plugin answers that there is no such path, which is an answer too.
pub const HEALTH: Ask<'static> = Ask {
    method: "GET",
    target: "/_plugins/_security/health",
    fields: &[],
    body: None,
    repeatable: true,
};

/// How long a node has for its answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// From an open circuit to its first probe, and between two of them at most.
const FIRST: Duration = Duration::from_millis(100);
const LAST: Duration = Duration::from_secs(1);

impl Upstream {
    /// Checks and probes all nodes, for ever.
    pub async fn check(self: Arc<Self>, interval: Duration) {
        let mut checks = tokio::task::JoinSet::new();
        for at in 0..self.nodes.all().len() {
            let upstream = self.clone();
            checks.spawn(async move { upstream.check_node(at, interval).await });
        }
        while checks.join_next().await.is_some() {}
    }

    async fn check_node(&self, at: usize, interval: Duration) {
        let node = &self.nodes.all()[at];
        loop {
            let Some(pause) = self.pause(node, interval) else {
                node.opened.notified().await;
                continue;
            };
            tokio::select! {
                () = tokio::time::sleep(jitter::around(pause)) => {}
                () = node.opened.notified() => continue,
            }
            let status = self.status(at).await;
            if status.is_ok() {
                node.circuit.probed();
            }
            node.checked(status.is_ok_and(|status| status < 500));
        }
    }

    /// How long until the next check; `None` where there is none to come.
    fn pause(&self, node: &Node, interval: Duration) -> Option<Duration> {
        let misses = node.misses();
        if !node.takes_requests() {
            return Some(FIRST.saturating_mul(1 << misses.min(10)).min(LAST));
        }
        let is_alone = self.nodes.all().len() == 1;
        match misses {
            _ if is_alone || interval.is_zero() => None,
            0 => Some(interval),
            _ => Some(interval.min(LAST)),
        }
    }

    /// The status of a node's answer, over a connection of its own.
    async fn status(&self, at: usize) -> Result<u16, Unanswered> {
        let pool = &self.callers[at];
        let answered = async {
            let mut conn = pool.fresh().await?;
            ask::exchange(&mut conn, &HEALTH, pool.authority(), None, self.patience).await
        };
        let answered = timeout(PATIENCE, answered).await.unwrap_or(Err(Unanswered::Silent));
        answered.map(|(reply, _)| reply.status)
    }
}
