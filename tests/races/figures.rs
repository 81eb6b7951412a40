//! What a modelgate takes, by `/proc`, and what it tells of itself, by `/metrics`.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use crate::{gate::Gate, http::Request};

/// The figures of one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Resident, in KiB.
    pub(crate) memory: u64,
    pub(crate) descriptors: usize,
    /// Answers with 5xx so far.
    pub(crate) failed: u64,
    /// Requests sent to the cluster again so far.
    pub(crate) retries: u64,
    in_flight: u64,
}

impl Figures {
    pub(crate) fn of(gate: &Gate) -> Self {
        let pid = gate.pid();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        let page = gate.admin().send(&Request::new("GET", "/metrics")).text();
        let sum = |holds: &dyn Fn(&str) -> bool| {
            let lines = page.lines().filter(|line| holds(line));
            let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
            values.sum::<u64>()
        };
        let failed = |line: &str| {
            line.starts_with("modelgate_requests_total{") && line.contains("status_class=\"5xx\"")
        };
        Self {
            memory: memory.split_whitespace().next().and_then(|kb| kb.parse().ok()).expect("KiB"),
            descriptors: fs::read_dir(format!("/proc/{pid}/fd")).expect("it runs").count(),
            failed: sum(&failed),
            retries: sum(&|line| line.starts_with("modelgate_upstream_retries_total")),
            in_flight: sum(&|line| line.starts_with("modelgate_requests_in_flight")),
        }
    }

    /// The figures once no request is in flight.
    pub(crate) fn at_rest(gate: &Gate) -> Self {
        let since = Instant::now();
        loop {
            let figures = Self::of(gate);
            if figures.in_flight == 0 {
                return figures;
            }
            assert!(since.elapsed() < Duration::from_secs(20), "{figures:?}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}
