//! A small blocking HTTP/1.1 client, plain or TLS, that keeps its connection.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

/// One request; the client adds `Host` and `Content-Length`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// One server, and the connection to it.
pub(crate) struct Client {
    authority: String,
    tls: Option<Arc<ClientConfig>>,
    open: Option<BufReader<Box<dyn Stream>>>,
}

/// A connection, plain or TLS.
pub(crate) trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), ..Self::default() }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.with("content-type", "application/json")
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let same = |(given, _): &&(String, String)| given.eq_ignore_ascii_case(name);
        self.headers.iter().find(same).map(|(_, value)| value.as_str())
    }

    pub(crate) fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// `certs` holds `ca.pem`; `identity` names a certificate there to show.
    pub(crate) fn new(base: &str, certs: &Path, identity: Option<&str>) -> Self {
        let (scheme, authority) = base.trim_end_matches('/').split_once("://").expect("a URL");
        let tls = (scheme == "https").then(|| Arc::new(config(certs, identity)));
        Self { authority: authority.to_owned(), tls, open: None }
    }

    /// A connection that fails is tried once more: it may have been a kept one that went stale.
    pub(crate) fn send(&mut self, request: &Request) -> Answer {
        self.attempt(request)
            .or_else(|_| self.attempt(request))
            .unwrap_or_else(|error| panic!("{} {}: {error}", request.method, request.path))
    }

    /// Sends it once.
    pub(crate) fn attempt(&mut self, request: &Request) -> io::Result<Answer> {
        let mut connection = match self.open.take() {
            Some(connection) => connection,
            None => BufReader::new(self.connect()?),
        };
        let stream = connection.get_mut();
        stream.write_all(&self.bytes(request))?;
        stream.flush()?;
        let answer = read(&mut connection, &request.method)?;
        if answer.header("connection").is_none_or(|value| !value.eq_ignore_ascii_case("close")) {
            self.open = Some(connection);
        }
        Ok(answer)
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(&self.authority)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let Some(config) = &self.tls else { return Ok(Box::new(stream)) };
        let host = self.authority.rsplit_once(':').map_or(&*self.authority, |(host, _)| host);
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        let tls = ClientConnection::new(Arc::clone(config), name).map_err(io::Error::other)?;
        Ok(Box::new(StreamOwned::new(tls, stream)))
    }

    fn bytes(&self, request: &Request) -> Vec<u8> {
        let Request { method, path, headers, body } = request;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.authority);
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if let Some(body) = body {
            head += &format!("content-length: {}\r\n", body.len());
        }
        let mut bytes = (head + "\r\n").into_bytes();
        bytes.extend_from_slice(body.as_deref().unwrap_or_default());
        bytes
    }
}

fn read(from: &mut impl BufRead, method: &str) -> io::Result<Answer> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if from.read_until(b'\n', &mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let mut fields = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut fields);
    response.parse(&head).map_err(io::Error::other)?;
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = response.headers.iter().map(|h| (h.name.to_owned(), text(h.value))).collect();
    let status = response.code.unwrap_or_default();
    let mut answer = Answer { status, headers, body: Vec::new() };
    if method != "HEAD" && status != 204 {
        answer.body = body(from, &answer)?;
    }
    Ok(answer)
}

fn body(from: &mut impl BufRead, answer: &Answer) -> io::Result<Vec<u8>> {
    if let Some(length) = answer.header("content-length") {
        let mut body = vec![0; length.parse().map_err(io::Error::other)?];
        from.read_exact(&mut body)?;
        return Ok(body);
    }
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
        let start = body.len();
        body.resize(start + size + 2, 0);
        from.read_exact(&mut body[start..])?;
        body.truncate(start + size);
        if size == 0 {
            return Ok(body);
        }
    }
}

fn config(certs: &Path, identity: Option<&str>) -> ClientConfig {
    let certificate =
        |name: &str| CertificateDer::from_pem_file(certs.join(name)).expect("a PEM certificate");
    let mut roots = RootCertStore::empty();
    roots.add(certificate("ca.pem")).expect("ca.pem is a CA");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots);
    let Some(name) = identity else { return builder.with_no_client_auth() };
    let key = PrivateKeyDer::from_pem_file(certs.join(format!("{name}.key"))).expect("a key");
    let chain = vec![certificate(&format!("{name}.pem"))];
    builder.with_client_auth_cert(chain, key).expect("the key fits the certificate")
}
