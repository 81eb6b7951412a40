//! One node of the cluster, as all threads know it.

use std::sync::atomic::{
    AtomicBool, AtomicU32, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Relaxed},
};

use tokio::sync::Notify;

use super::{
    Unanswered,
    circuit::{Change, Circuit, State},
};
use crate::metrics::NodeFigures;

/// How many checks in a row must fail for a node to be called unwell.
const MISSES: u32 = 2;

/// The ways in which a request to a node fails, as the figures name them.
const FAILURES: [&str; 4] = ["broken", "connect", "connect_timeout", "timeout"];

/// One node. What each request writes is a cache line apart from what it reads.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Node {
    in_flight: Aligned,
    pub(super) circuit: Circuit,
    ill: AtomicBool,
    /// Checks and probes in a row that failed.
    misses: AtomicU32,
    /// Told when the circuit opens.
    pub(super) opened: Notify,
    /// Scheme, host and port.
    pub(super) name: String,
    openings: AtomicU64,
    failures: [AtomicU64; FAILURES.len()],
}

#[derive(Debug, Default)]
#[repr(align(128))]
struct Aligned(AtomicUsize);

impl Node {
    pub(super) fn new(name: String) -> Self {
        Self {
            in_flight: Aligned::default(),
            circuit: Circuit::default(),
            ill: AtomicBool::new(false),
            misses: AtomicU32::new(0),
            opened: Notify::new(),
            name,
            openings: AtomicU64::new(0),
            failures: [const { AtomicU64::new(0) }; _],
        }
    }

    /// Whether the last check was answered, or it is the first to fail.
    pub(super) fn is_well(&self) -> bool {
        !self.ill.load(Relaxed)
    }

    /// Requests that wait for their answer.
    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.0.load(Relaxed)
    }

    pub(super) fn begin(&self) {
        self.in_flight.0.fetch_add(1, Relaxed);
    }

    pub(super) fn end(&self) {
        self.in_flight.0.fetch_sub(1, Relaxed);
    }

    /// How many checks and probes in a row have failed.
    pub(super) fn misses(&self) -> u32 {
        self.misses.load(Relaxed)
    }

    /// What the page of figures says of it.
    pub(super) fn figures(&self) -> NodeFigures<'_> {
        let counts = self.failures.iter().map(|count| count.load(Relaxed));
        NodeFigures {
            name: &self.name,
            circuit: self.circuit.state().name(),
            is_well: self.is_well(),
            openings: self.openings.load(Relaxed),
            failures: FAILURES.into_iter().zip(counts).collect(),
        }
    }

    /// A request was answered.
    pub(super) fn answered(&self) {
        if let Some(Change::Closed) = self.circuit.answered() {
            self.misses.store(0, Relaxed);
            tracing::info!(node = self.name, "the circuit is closed: OpenSearch answers again");
        }
    }

    /// A request was not answered; what the node answered badly is no failure of its own.
    pub(super) fn failed(&self, unanswered: &Unanswered) {
        let kind = match unanswered {
            Unanswered::Broken(_) => 0,
            Unanswered::Unreachable(_) => 1,
            Unanswered::SlowToConnect => 2,
            Unanswered::Silent => 3,
            Unanswered::Garbled | Unanswered::NoNode | Unanswered::TooLong => return,
        };
        self.failures[kind].fetch_add(1, Relaxed);
        let Some(change) = self.circuit.failed() else { return };
        self.openings.fetch_add(1, Relaxed);
        if change == Change::Opened {
            let error = unanswered as &dyn std::error::Error;
            tracing::warn!(node = self.name, error, "the circuit is open: no request is sent");
        }
        self.opened.notify_one();
    }

    /// A check or probe was answered well, or not.
    pub(super) fn checked(&self, is_well: bool) {
        if is_well {
            self.misses.store(0, Relaxed);
        } else if self.misses.fetch_add(1, AcqRel) + 1 < MISSES {
            return;
        }
        match (is_well, self.ill.swap(!is_well, AcqRel)) {
            (true, true) => tracing::info!(node = self.name, "the node is well again"),
            (false, false) => tracing::warn!(node = self.name, "the node is not well"),
            (true, false) | (false, true) => {}
        }
    }

    /// Whether it may be sent a request.
    pub(super) fn takes_requests(&self) -> bool {
        self.circuit.state() != State::Open
    }
}
