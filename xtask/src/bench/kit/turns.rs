//! Connections that take turns: all of them work, so many at once, as fast as answers come.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use super::answer;
use super::pace::percentile;

/// Longest answer that is read, in bytes.
const LONGEST: usize = 64 * 1024;

/// Opens connections, asks once on each and prints how many there are; once it is sent a line, asks
/// on them in turn, and prints what that took. Both as JSON.
#[derive(Debug, Args)]
pub(crate) struct Turns {
    port: u16,
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Requests in flight at once, on as many of the connections.
    #[arg(long, default_value_t = 64)]
    at_once: usize,
    #[arg(long, default_value_t = 2)]
    seconds: u64,
    /// The request, as it is sent.
    #[arg(long)]
    request: PathBuf,
}

impl Turns {
    pub(super) fn run(self) -> Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let local = LocalSet::new();
        let (request, shares) = local.block_on(&runtime, self.connected())?;
        println!("{}", json!({ "held": self.connections }));
        io::stdin().read_line(&mut String::new())?;
        let end = Instant::now() + Duration::from_secs(self.seconds);
        let (latencies, failed) = local.block_on(&runtime, taken(request, shares, end))?;
        let at = |share: f64| percentile(&latencies, share).as_secs_f64() * 1e3;
        println!(
            "{}",
            json!({
                "requests": latencies.len(), "failed": failed,
                "per_second": latencies.len() as f64 / self.seconds as f64,
                "p50": at(0.5), "p99": at(0.99),
            })
        );
        Ok(())
    }

    /// The request, and the connections of each worker.
    async fn connected(&self) -> Result<(Rc<[u8]>, Vec<Vec<Connection>>)> {
        let request: Rc<[u8]> = fs::read(&self.request).context("no request")?.into();
        let workers = self.at_once.min(self.connections).max(1);
        let mut shares: Vec<Vec<Connection>> = (0..workers).map(|_| Vec::new()).collect();
        let mut buffer = vec![0; LONGEST];
        for number in 0..self.connections {
            let connection = Connection::opened(self.port, &request, &mut buffer).await;
            shares[number % workers].push(connection.context("the first request")?);
        }
        Ok((request, shares))
    }
}

/// How long each request took, sorted, and how many had no good answer.
async fn taken(
    request: Rc<[u8]>,
    shares: Vec<Vec<Connection>>,
    end: Instant,
) -> Result<(Vec<Duration>, usize)> {
    let work = |share| tokio::task::spawn_local(worked(share, Rc::clone(&request), end));
    let tasks: Vec<_> = shares.into_iter().map(work).collect();
    let (mut latencies, mut failed) = (Vec::new(), 0);
    for task in tasks {
        let (took, refused) = task.await?;
        latencies.extend(took);
        failed += refused;
    }
    latencies.sort_unstable();
    Ok((latencies, failed))
}

/// One request after the other, each on the next connection; a connection that fails is left out.
async fn worked(
    mut share: Vec<Connection>,
    request: Rc<[u8]>,
    end: Instant,
) -> (Vec<Duration>, usize) {
    let (mut latencies, mut failed, mut turn) = (Vec::new(), 0, 0);
    let mut buffer = vec![0; LONGEST];
    while Instant::now() < end && !share.is_empty() {
        turn %= share.len();
        let start = Instant::now();
        if share[turn].ask(&request, &mut buffer).await.is_ok() {
            latencies.push(start.elapsed());
            turn += 1;
        } else {
            drop(share.swap_remove(turn));
            failed += 1;
        }
    }
    (latencies, failed)
}

/// A connection that has been asked once.
struct Connection(TcpStream);

impl Connection {
    async fn opened(port: u16, request: &[u8], buffer: &mut [u8]) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("cannot connect")?;
        stream.set_nodelay(true)?;
        let mut connection = Self(stream);
        connection.ask(request, buffer).await?;
        Ok(connection)
    }

    /// Asks, and reads the answer to its end.
    async fn ask(&mut self, request: &[u8], buffer: &mut [u8]) -> Result<()> {
        self.0.write_all(request).await?;
        let mut filled = 0;
        loop {
            let read = self.0.read(&mut buffer[filled..]).await?;
            ensure!(read > 0, "the connection was closed, or the answer is too long");
            filled += read;
            if let Some((head, body)) = answer(&buffer[..filled])?
                && head + body <= filled
            {
                return Ok(());
            }
        }
    }
}
