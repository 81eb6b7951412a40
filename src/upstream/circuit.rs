//! Whether a node is sent requests, by what became of the last ones.

use std::sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Relaxed},
};

/// How many requests in a row must fail for the circuit to open.
const FAILURES: u32 = 5;

/// Beyond any number of failures.
const OPEN: u32 = u32::MAX;
const HALF_OPEN: u32 = u32::MAX - 1;

/// A circuit, in one word: while it is closed, how many requests in a row have failed. As long as
/// none fails it is only read.
#[derive(Debug, Default)]
pub(super) struct Circuit(AtomicU32);

/// What a circuit lets through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// All requests.
    Closed,
    /// Requests on trial: one that fails opens it again, one that is answered closes it.
    HalfOpen,
    /// None, until a probe is answered.
    Open,
}

/// A change that an operator should hear of: what swings between open and half open is one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Change {
    Closed,
    Opened,
    /// From half open: heard of already.
    Reopened,
}

impl Circuit {
    pub(super) fn state(&self) -> State {
        state(self.0.load(Relaxed))
    }

    /// A request was answered.
    pub(super) fn answered(&self) -> Option<Change> {
        if self.0.load(Relaxed) == 0 {
            return None;
        }
        match state(self.0.swap(0, AcqRel)) {
            State::Closed => None,
            State::HalfOpen | State::Open => Some(Change::Closed),
        }
    }

    /// A request failed.
    pub(super) fn failed(&self) -> Option<Change> {
        let next = |word| match state(word) {
            State::Open => None,
            State::HalfOpen => Some(OPEN),
            State::Closed if word + 1 < FAILURES => Some(word + 1),
            State::Closed => Some(OPEN),
        };
        let before = self.0.fetch_update(AcqRel, Relaxed, next).ok()?;
        match (state(before), next(before)) {
            (State::HalfOpen, _) => Some(Change::Reopened),
            (State::Closed, Some(OPEN)) => Some(Change::Opened),
            (State::Closed | State::Open, _) => None,
        }
    }

    /// A probe was answered.
    pub(super) fn probed(&self) {
        // What is not open stays as it is.
        let _ = self.0.compare_exchange(OPEN, HALF_OPEN, AcqRel, Relaxed);
    }
}

impl State {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::HalfOpen => "half_open",
            Self::Open => "open",
        }
    }
}

fn state(word: u32) -> State {
    match word {
        OPEN => State::Open,
        HALF_OPEN => State::HalfOpen,
        _ => State::Closed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> Circuit {
        let circuit = Circuit::default();
        (0..FAILURES).for_each(|_| assert_ne!(circuit.failed(), Some(Change::Reopened)));
        circuit
    }

    #[test]
    fn it_opens_once_after_five_failures_in_a_row() {
        let circuit = Circuit::default();

        let changes: Vec<_> = (0..7).map(|_| circuit.failed()).collect();

        let mut expected = [None; 7];
        expected[4] = Some(Change::Opened);
        assert_eq!(changes, expected);
        assert_eq!(circuit.state(), State::Open);
    }

    #[test]
    fn an_answer_between_failures_keeps_it_closed() {
        let circuit = Circuit::default();
        for _ in 0..10 {
            (1..FAILURES).for_each(|_| assert_eq!(circuit.failed(), None));
            assert_eq!(circuit.answered(), None);
        }

        assert_eq!(circuit.state(), State::Closed);
    }

    #[test]
    fn a_probe_lets_requests_try_and_the_first_of_them_decides() {
        let (well, ill) = (opened(), opened());
        well.probed();
        ill.probed();
        assert_eq!([well.state(), ill.state()], [State::HalfOpen; 2]);

        assert_eq!(well.answered(), Some(Change::Closed));
        assert_eq!(ill.failed(), Some(Change::Reopened));

        assert_eq!([well.state(), ill.state()], [State::Closed, State::Open]);
        assert_eq!((well.answered(), ill.failed()), (None, None));
    }

    #[test]
    fn a_probe_changes_nothing_where_it_is_closed() {
        let circuit = Circuit::default();
        circuit.failed();

        circuit.probed();

        assert_eq!(circuit.state(), State::Closed);
    }

    #[test]
    fn an_answer_to_an_older_request_closes_it_at_once() {
        let circuit = opened();

        assert_eq!(circuit.answered(), Some(Change::Closed));
        assert_eq!(circuit.state(), State::Closed);
    }
}
