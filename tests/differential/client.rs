//! A blocking HTTP/1.1 client that sends exactly what a step says, sensible or not.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Answer {
    /// 0 when the connection closed without an answer.
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One server, and the connection to it that is kept alive between requests.
pub(crate) struct Client {
    authority: String,
    tls: Option<Arc<ClientConfig>>,
    open: Option<BufReader<Box<dyn Stream>>>,
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

impl Answer {
    /// The last header of the name, as the recorder took it.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let same = |(given, _): &&(String, String)| given.eq_ignore_ascii_case(name);
        self.headers.iter().rev().find(same).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn missing(why: &io::Error) -> Self {
        let text = match why.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe => {
                "RemoteDisconnected('Remote end closed connection without response')".to_owned()
            }
            _ => why.to_string(),
        };
        Self { status: 0, headers: Vec::new(), body: format!("client: {text}").into_bytes() }
    }
}

impl Client {
    /// `tls` is used when the base is `https://…`.
    pub(crate) fn new(base: &str, tls: &Arc<ClientConfig>) -> Self {
        let base = base.trim_end_matches('/');
        let (authority, tls) = match base.split_once("://") {
            Some(("http", authority)) => (authority, None),
            Some(("https", authority)) => (authority, Some(Arc::clone(tls))),
            _ => panic!("{base} is neither http://HOST:PORT nor https://HOST:PORT"),
        };
        Self { authority: authority.to_owned(), tls, open: None }
    }

    /// A connection that fails is tried once more, as it may have been a kept one that went stale.
    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        self.try_send(request)
            .or_else(|_| self.try_send(request))
            .unwrap_or_else(|error| Answer::missing(&error))
    }

    pub(crate) fn hang_up(&mut self) {
        self.open = None;
    }

    fn try_send(&mut self, request: &Request) -> io::Result<Answer> {
        let mut connection = match self.open.take() {
            Some(connection) => connection,
            None => BufReader::new(self.connect()?),
        };

        let sent = self.write(connection.get_mut(), request);
        let (answer, reusable) = read(&mut connection, &request.method)?;
        if reusable && sent.is_ok() {
            self.open = Some(connection);
        }
        Ok(answer)
    }

    fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(&self.authority)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let Some(config) = &self.tls else { return Ok(Box::new(stream)) };

        let host = self.authority.rsplit_once(':').map_or(&*self.authority, |(host, _)| host);
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let tls = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        Ok(Box::new(StreamOwned::new(tls, stream)))
    }

    /// A server that refuses early stops reading: what it said is still worth reading.
    fn write(&self, stream: &mut dyn Stream, request: &Request) -> io::Result<()> {
        let Request { method, path, headers, body } = request;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.authority);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if body.is_some() || method == "POST" || method == "PUT" {
            head += &format!("content-length: {}\r\n", body.as_ref().map_or(0, Vec::len));
        }
        head += "\r\n";

        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_deref().unwrap_or_default())?;
        stream.flush()
    }
}

/// The answer, and whether the connection may carry another one.
fn read(from: &mut impl BufRead, method: &str) -> io::Result<(Answer, bool)> {
    let (status, headers) = read_head(from)?;
    if (100..200).contains(&status) {
        return read(from, method);
    }

    let mut answer = Answer { status, headers, body: Vec::new() };
    let keep = !answer.header("connection").is_some_and(|v| v.eq_ignore_ascii_case("close"));
    let chunked = answer.header("transfer-encoding").is_some_and(|v| v.ends_with("chunked"));
    let length = answer.header("content-length").map(|value| value.parse().map_err(malformed));
    let mut ended = true;
    if method != "HEAD" && status != 204 && status != 304 {
        match length.transpose()? {
            _ if chunked => read_chunks(from, &mut answer.body)?,
            Some(length) => read_exactly(from, length, &mut answer.body)?,
            None => {
                ended = false;
                from.read_to_end(&mut answer.body)?;
            }
        }
    }
    Ok((answer, keep && ended))
}

fn read_head(from: &mut impl BufRead) -> io::Result<(u16, Vec<(String, String)>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if from.read_until(b'\n', &mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }

    let mut headers = [httparse::EMPTY_HEADER; 128];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(&head).map_err(malformed)?;
    let text = |value: &[u8]| value.iter().copied().map(char::from).collect();
    let headers = response.headers.iter().map(|h| (h.name.to_owned(), text(h.value))).collect();
    Ok((response.code.ok_or_else(|| malformed("no status"))?, headers))
}

fn read_exactly(from: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let start = body.len();
    body.resize(start + length, 0);
    from.read_exact(&mut body[start..])
}

fn read_chunks(from: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let line = read_line(from)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(malformed)?;
        if size == 0 {
            break;
        }
        read_exactly(from, size, body)?;
        read_line(from)?;
    }
    while !read_line(from)?.is_empty() {}
    Ok(())
}

fn read_line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}

fn malformed(why: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_string())
}

#[cfg(test)]
mod tests;
