//! The server behind the proxies: it answers at once what is prepared, and drains what it is sent.

use std::io;
use std::rc::Rc;

use anyhow::{Context, Result};
use bytes::{Buf, BytesMut};
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use super::answers::{Answer, Answers, PIECE};

const MOST_FIELDS: usize = 64;

/// Serves on a port of the loopback until it is killed.
#[derive(Debug, Args)]
pub(crate) struct Upstream {
    port: u16,
    /// Backend roles of every caller.
    #[arg(long, default_value_t = 2)]
    roles: usize,
}

impl Upstream {
    pub(super) fn run(self) -> Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        LocalSet::new()
            .block_on(&runtime, serve(self.port, self.roles))
            .context("the upstream ended")
    }
}

async fn serve(port: u16, roles: usize) -> io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(([127, 0, 0, 1], port).into())?;
    let listener = socket.listen(8192)?;
    let answers = Rc::new(Answers::prepared(roles));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answers = Rc::clone(&answers);
        tokio::task::spawn_local(async move {
            // A client that breaks off is no fault of the upstream.
            drop(connection(stream, &answers).await);
        });
    }
}

async fn connection(mut stream: TcpStream, answers: &Answers) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(PIECE);
    loop {
        let Some(asked) = head(&mut stream, &mut buffer).await? else { return Ok(()) };
        let names = drain(&mut stream, &mut buffer, asked.body).await?;
        match answers.of(&asked.method, &asked.target, names) {
            Answer::Whole(bytes) => stream.write_all(bytes).await?,
            Answer::Repeated { head, piece, times } => {
                stream.write_all(head).await?;
                for _ in 0..times {
                    stream.write_all(piece).await?;
                }
            }
        }
    }
}

/// A request's head.
struct Asked {
    method: String,
    target: String,
    body: Body,
}

/// Where a request's body ends.
#[derive(Clone, Copy)]
enum Body {
    Length(u64),
    Chunked,
}

async fn head(stream: &mut TcpStream, buffer: &mut BytesMut) -> io::Result<Option<Asked>> {
    loop {
        if let Some((asked, len)) = parsed(buffer)? {
            buffer.advance(len);
            return Ok(Some(asked));
        }
        buffer.reserve(PIECE);
        if stream.read_buf(buffer).await? == 0 {
            return Ok(None);
        }
    }
}

fn parsed(buffer: &[u8]) -> io::Result<Option<(Asked, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let status = request.parse(buffer).map_err(io::Error::other)?;
    let httparse::Status::Complete(len) = status else { return Ok(None) };
    let mut body = Body::Length(0);
    for field in request.headers.iter() {
        if field.name.eq_ignore_ascii_case("content-length") {
            let text = std::str::from_utf8(field.value).map_err(io::Error::other)?;
            body = Body::Length(text.parse().map_err(io::Error::other)?);
        } else if field.name.eq_ignore_ascii_case("transfer-encoding") {
            body = Body::Chunked;
        }
    }
    let text = |part: Option<&str>| part.unwrap_or_default().to_owned();
    let (method, target) = (text(request.method), text(request.path));
    Ok(Some((Asked { method, target, body }, len)))
}

/// Reads a body to its end; gives whether it looks a group up by its name.
async fn drain(stream: &mut TcpStream, buffer: &mut BytesMut, body: Body) -> io::Result<bool> {
    let mut names = false;
    let mut left = match body {
        Body::Length(0) => return Ok(false),
        Body::Length(length) => length,
        Body::Chunked => u64::MAX,
    };
    loop {
        names |= find(buffer, b"\"name.keyword\"");
        let ended = matches!(body, Body::Chunked) && ends_chunked(buffer);
        let taken = left.min(buffer.len() as u64);
        buffer.advance(usize::try_from(taken).map_err(io::Error::other)?);
        left -= taken;
        if left == 0 || ended {
            return Ok(names);
        }
        buffer.reserve(PIECE);
        if stream.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Whether what was read last ends a chunked body, trailers included.
fn ends_chunked(read: &[u8]) -> bool {
    let last = b"0\r\n";
    read.ends_with(b"0\r\n\r\n")
        || read.ends_with(b"\r\n\r\n") && (read.starts_with(last) || find(read, b"\r\n0\r\n"))
}

/// Only looks into small bodies: a large one is no search.
fn find(body: &[u8], text: &[u8]) -> bool {
    body.len() < 4096 && body.windows(text.len()).any(|window| window == text)
}
