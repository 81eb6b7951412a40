//! A client of HTTP/2.

use std::{future::Future, sync::mpsc, thread};

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use http::{HeaderMap, Request, Response};
use rustls::version::TLS13;
use tokio::{net::TcpStream, runtime::Runtime, time::timeout};

use super::{Gate, PATIENCE, Pair, secure_config};

/// A client whose connection moves on in a thread of its own, whatever the test waits for.
pub(crate) struct Http2 {
    waiting: Runtime,
    send: SendRequest<Bytes>,
    ended: mpsc::Receiver<Result<(), h2::Error>>,
}

/// An answer that came whole, or until it was cut.
#[derive(Debug)]
pub(crate) struct Answer2 {
    pub(crate) status: u16,
    pub(crate) fields: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// What came behind the body, or why it did not end.
    pub(crate) end: Result<Option<HeaderMap>, h2::Error>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Http2 {
    pub(crate) fn connect(gate: &Gate, pair: &Pair) -> Self {
        Self::with(gate, pair, &Builder::new())
    }

    /// The same with settings of its own.
    pub(crate) fn with(gate: &Gate, pair: &Pair, builder: &Builder) -> Self {
        let (address, builder) = (gate.address(), builder.clone());
        let config = secure_config(&[pair.shown()], &["h2"], &[&TLS13]);
        let (ready, is_ready) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        thread::spawn(move || {
            runtime().block_on(async {
                let tcp = TcpStream::connect(address).await.unwrap();
                tcp.set_nodelay(true).unwrap();
                let name = "localhost".try_into().unwrap();
                let tls = tokio_rustls::TlsConnector::from(config).connect(name, tcp).await;
                let (send, connection) = builder.handshake(tls.unwrap()).await.unwrap();
                ready.send(send).unwrap();
                let _ = end.send(connection.await);
            });
        });
        let send = is_ready.recv_timeout(PATIENCE).unwrap();
        Self { waiting: runtime(), send, ended }
    }

    /// Waits for what must come.
    #[track_caller]
    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.waiting.block_on(async { timeout(PATIENCE, future).await }).unwrap()
    }

    /// Begins a request.
    #[track_caller]
    pub(crate) fn begin(
        &mut self,
        request: Request<()>,
        ends: bool,
    ) -> (ResponseFuture, h2::SendStream<Bytes>) {
        self.send = self.wait(self.send.clone().ready()).unwrap();
        self.send.send_request(request, ends).unwrap()
    }

    /// Begins a request without a body.
    #[track_caller]
    pub(crate) fn get(&mut self, path: &str) -> ResponseFuture {
        self.begin(get(path), true).0
    }

    /// Sends a body, as fast as there is room for it, and ends it.
    #[track_caller]
    pub(crate) fn send_body(&self, to: &mut h2::SendStream<Bytes>, mut body: Bytes) {
        while !body.is_empty() {
            to.reserve_capacity(body.len());
            let room = match to.capacity() {
                0 => {
                    let more = self.wait(std::future::poll_fn(|context| to.poll_capacity(context)));
                    more.unwrap().unwrap()
                }
                room => room,
            };
            let data = body.split_to(room.min(body.len()));
            to.send_data(data, body.is_empty()).unwrap();
        }
    }

    #[track_caller]
    pub(crate) fn answer(&self, response: ResponseFuture) -> Answer2 {
        let response = self.wait(response).unwrap();
        self.rest(response)
    }

    /// What comes behind the head.
    #[track_caller]
    pub(crate) fn rest(&self, response: Response<h2::RecvStream>) -> Answer2 {
        let (parts, mut stream) = response.into_parts();
        let mut body = Vec::new();
        let end = self.wait(async {
            while let Some(data) = stream.data().await {
                let data = data?;
                body.extend_from_slice(&data);
                stream.flow_control().release_capacity(data.len())?;
            }
            stream.trailers().await
        });
        Answer2 { status: parts.status.as_u16(), fields: parts.headers, body, end }
    }

    /// The connection ends, and not because of what the client did. (What it still writes itself
    /// may come too late for the other end.)
    #[track_caller]
    pub(crate) fn expect_end(&self) {
        let ended = self.ended.recv_timeout(PATIENCE).expect("the connection does not end");
        assert!(ended.as_ref().err().is_none_or(h2::Error::is_io), "{ended:?}");
    }
}

/// A request of the usual kind.
pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(format!("https://localhost{path}"))
}

pub(crate) fn get(path: &str) -> Request<()> {
    request("GET", path).body(()).unwrap()
}

impl Answer2 {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(|value| value.to_str().unwrap())
    }

    /// An error in OpenSearch's shape, of that status and type.
    #[track_caller]
    pub(crate) fn expect_fault(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let body: serde_json::Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!((&body["status"], &body["error"]["type"]), (&status.into(), &kind.into()));
        assert!(self.end.is_ok(), "{self:?}");
    }
}
