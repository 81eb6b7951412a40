//! Large bodies, one after the other on one connection.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::answer;

const LARGE: usize = 64 * 1024 * 1024;
const PIECE: usize = 256 * 1024;

/// Which way the bytes go.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Way {
    /// As a document, which nobody looks into.
    Up,
    /// As a bulk request of many documents.
    Bulk,
    Down,
}

/// Two lines of a bulk request, 64 bytes together.
const LINES: &[u8] = b"{\"index\":{}}\n{\"a\":\"0123456789012345678901234567890123456789ab\"}\n";

/// Sends or fetches 64 MiB many times, and prints how fast.
#[derive(Debug, Args)]
pub(crate) struct Stream {
    port: u16,
    way: Way,
    #[arg(long, default_value_t = 8)]
    times: u32,
}

impl Stream {
    pub(super) fn run(self) -> Result<()> {
        let mut connection = TcpStream::connect(("127.0.0.1", self.port))?;
        connection.set_nodelay(true)?;
        connection.set_read_timeout(Some(Duration::from_secs(30)))?;
        connection.set_write_timeout(Some(Duration::from_secs(30)))?;
        let mut buffer = vec![b'x'; PIECE];
        let start = Instant::now();
        for _ in 0..self.times {
            match self.way {
                Way::Up => up(&mut connection, "/logs/_doc", b"x", &mut buffer)?,
                Way::Bulk => up(&mut connection, "/logs/_bulk", LINES, &mut buffer)?,
                Way::Down => down(&mut connection, &mut buffer)?,
            }
        }
        let mib = f64::from(self.times) * (LARGE / 1024 / 1024) as f64;
        let seconds = start.elapsed().as_secs_f64();
        println!("{}", json!({ "mib": mib, "mib_per_second": mib / seconds }));
        Ok(())
    }
}

fn up(connection: &mut TcpStream, path: &str, text: &[u8], buffer: &mut [u8]) -> Result<()> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-ndjson\r\n\
         Content-Length: {LARGE}\r\n\r\n"
    );
    connection.write_all(head.as_bytes())?;
    for piece in buffer.chunks_mut(text.len()) {
        piece.copy_from_slice(&text[..piece.len()]);
    }
    for _ in 0..LARGE / buffer.len() {
        connection.write_all(buffer)?;
    }
    read_answer(connection, buffer)
}

fn down(connection: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    connection.write_all(b"GET /64m HTTP/1.1\r\nHost: bench\r\n\r\n")?;
    read_answer(connection, buffer)
}

/// Reads an answer to its end, whatever its length.
fn read_answer(connection: &mut TcpStream, buffer: &mut [u8]) -> Result<()> {
    let mut filled = 0;
    let (head, length) = loop {
        let read = connection.read(&mut buffer[filled..])?;
        ensure!(read > 0, "the connection was closed");
        filled += read;
        if let Some(found) = answer(&buffer[..filled])? {
            break found;
        }
    };
    let mut left = (head + length).checked_sub(filled).context("more than was announced")?;
    while left > 0 {
        let read = connection.read(buffer)?;
        ensure!(read > 0, "the connection was closed");
        left = left.checked_sub(read).context("more than was announced")?;
    }
    Ok(())
}
