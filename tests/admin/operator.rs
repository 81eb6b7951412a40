//! Who reads the pages.

use std::net::SocketAddr;

use crate::support::{Gate, Message, Peer};

/// The settings of a modelgate with pages, and one pool of connections.
pub(crate) const PAGES: [&str; 2] = ["admin.listen=127.0.0.1:0", "runtime.threads=1"];

/// Where the pages of a modelgate are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operator(SocketAddr);

impl Operator {
    /// Of that modelgate.
    pub(crate) fn of(gate: &Gate) -> Self {
        let line = gate.line("the admin listener is up");
        let (_, address) = line.rsplit_once("address=").unwrap();
        Self(address.trim().parse().unwrap())
    }

    pub(crate) fn connect(self) -> Peer {
        Peer::connect(self.0)
    }

    pub(crate) fn address(self) -> SocketAddr {
        self.0
    }

    /// Reads a page.
    #[track_caller]
    pub(crate) fn get(self, path: &str) -> Message {
        let mut peer = self.connect();
        peer.send(format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        peer.message()
    }

    /// What `/readyz` says: its status, and the check that fails.
    #[track_caller]
    pub(crate) fn readiness(self) -> (u16, String) {
        let said = self.get("/readyz");
        (said.status(), said.json()["failing"].as_str().unwrap_or_default().to_owned())
    }

    /// The figures now.
    #[track_caller]
    pub(crate) fn figures(self) -> Figures {
        let page = self.get("/metrics");
        assert_eq!(page.status(), 200);
        assert_eq!(page.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        Figures(page.text())
    }

    /// Waits until a series has that value: a request is counted once its client was answered.
    #[track_caller]
    pub(crate) fn expect(self, series: &str, value: f64) {
        let start = std::time::Instant::now();
        loop {
            let figures = self.figures();
            if figures.of(series) == value {
                return;
            }
            let now = figures.of(series);
            assert!(start.elapsed().as_secs() < 10, "{series} is {now} and not {value}");
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
}

/// A page of figures.
#[derive(Clone, Debug)]
pub(crate) struct Figures(String);

impl Figures {
    /// The value of a series, written as on the page.
    #[track_caller]
    pub(crate) fn of(&self, series: &str) -> f64 {
        let mut lines = self.0.lines().filter_map(|line| line.rsplit_once(' '));
        let found = lines.find(|(name, _)| *name == series);
        let (_, value) = found.unwrap_or_else(|| panic!("no {series} in\n{}", self.0));
        value.parse().unwrap()
    }

    /// The series that are above zero and whose name starts so.
    pub(crate) fn above_zero(&self, start: &str) -> Vec<&str> {
        let lines = self.0.lines().filter(|line| line.starts_with(start));
        lines.filter(|line| !line.ends_with(" 0")).collect()
    }
}
