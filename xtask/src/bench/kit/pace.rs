//! Requests at a fixed rate: the schedule does not wait for answers, and a latency is counted from
//! the moment a request was due, so that a proxy that stands still cannot hide what it kept waiting
//! (coordinated omission).

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use nix::sys::prctl;
use serde_json::json;

use super::answer;

/// Asks one path of a server at a fixed rate, and prints what that took as JSON.
#[derive(Debug, Args)]
pub(crate) struct Pace {
    port: u16,
    #[arg(long, default_value = "/1k")]
    path: String,
    /// Requests a second, over all connections.
    #[arg(long, default_value_t = 1000)]
    rate: u32,
    #[arg(long, default_value_t = 16)]
    connections: u32,
    #[arg(long, default_value_t = 4)]
    seconds: u32,
}

impl Pace {
    pub(super) fn run(self) -> Result<()> {
        let start = Instant::now() + Duration::from_millis(100);
        let mut latencies = Vec::new();
        let (mut failed, this) = (0, &self);
        thread::scope(|scope| -> Result<()> {
            let workers: Vec<_> = (0..self.connections)
                .map(|number| scope.spawn(move || this.connection(start, f64::from(number))))
                .collect();
            for worker in workers {
                let worker = worker.join().map_err(|_| anyhow!("a connection's thread panicked"));
                let (took, refused) = worker??;
                latencies.extend(took);
                failed += refused;
            }
            Ok(())
        })?;
        latencies.sort_unstable();
        let at = |share: f64| percentile(&latencies, share).as_secs_f64() * 1e3;
        println!(
            "{}",
            json!({
                "requests": latencies.len(), "failed": failed,
                "p50": at(0.5), "p99": at(0.99), "p99.9": at(0.999),
            })
        );
        Ok(())
    }

    /// One connection's share of the schedule: every `connections`-th request.
    fn connection(&self, start: Instant, number: f64) -> Result<(Vec<Duration>, u64)> {
        // Without it Linux lets a sleeper lie 50 µs longer.
        prctl::set_timerslack(1).context("the timer's slack cannot be set")?;
        let mut client = Client::new(self.port, &self.path)?;
        let count = self.rate * self.seconds / self.connections;
        let step = f64::from(self.connections) / f64::from(self.rate);
        let (mut latencies, mut failed) = (Vec::with_capacity(count as usize), 0);
        for turn in 0..count {
            let due = number / f64::from(self.rate) + f64::from(turn) * step;
            let due = start + Duration::from_secs_f64(due);
            thread::sleep(due.saturating_duration_since(Instant::now()));
            match client.ask() {
                Ok(()) => latencies.push(due.elapsed()),
                Err(_) => {
                    failed += 1;
                    client = Client::new(self.port, &self.path)?;
                }
            }
        }
        Ok((latencies, failed))
    }
}

/// The time that this share of sorted ones took at most.
pub(in super::super) fn percentile(sorted: &[Duration], share: f64) -> Duration {
    // Truncation is meant: the rank below.
    let rank = (sorted.len() as f64 * share) as usize;
    sorted.get(rank.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
}

/// A connection that asks the same again and again.
pub(super) struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    buffer: Vec<u8>,
}

impl Client {
    /// Connects.
    pub(super) fn new(port: u16, path: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).context("cannot connect")?;
        Self::over(stream, path)
    }

    /// Asks over that connection.
    pub(super) fn over(stream: TcpStream, path: &str) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n").into_bytes();
        Ok(Self { stream, request, buffer: vec![0; 16 * 1024] })
    }

    /// Asks once, and reads the answer to its end; it fits the buffer.
    pub(super) fn ask(&mut self) -> Result<()> {
        self.stream.write_all(&self.request)?;
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..])?;
            filled += read;
            if read == 0 {
                return Err(anyhow!("the connection was closed"));
            }
            if let Some((head, body)) = answer(&self.buffer[..filled])?
                && head + body <= filled
            {
                return Ok(());
            }
        }
    }

    /// The connection.
    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }
}
