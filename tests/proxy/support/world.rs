//! A modelgate between raw sockets of the test.

use std::net::{SocketAddr, TcpListener};

use socket2::SockRef;

use super::{Gate, PATIENCE, Pair, Peer};

/// A modelgate, and the listener that it takes for the cluster.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) gate: Gate,
    upstream: TcpListener,
}

impl World {
    /// With one thread, so that there is one pool of connections.
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    /// The same with further settings.
    pub(crate) fn with(settings: &[&str]) -> Self {
        let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
        SockRef::from(&upstream).set_read_timeout(Some(PATIENCE)).unwrap();
        let url = format!("upstream.url=http://{}", upstream.local_addr().unwrap());
        let own = ["runtime.threads=1", "identity.source=none", &url];
        Self { gate: Gate::start(&[&own, settings].concat()), upstream }
    }

    /// The same behind TLS.
    pub(crate) fn with_tls(pair: &Pair, settings: &[&str]) -> Self {
        let [certificate, key] = pair.settings();
        Self::with(&[&[certificate.as_str(), key.as_str()], settings].concat())
    }

    pub(crate) fn client(&self) -> Peer {
        Peer::connect(self.gate.address())
    }

    /// The next connection that modelgate makes.
    #[track_caller]
    pub(crate) fn accept(&self) -> Peer {
        let (stream, _) = self.upstream.accept().expect("modelgate makes no connection");
        Peer::new("the upstream", stream)
    }

    pub(crate) fn authority(&self) -> SocketAddr {
        self.upstream.local_addr().unwrap()
    }

    /// A good request goes through, over a new connection to the upstream, and it is the first
    /// thing that the upstream hears since it was last accepted: nothing else reached it.
    #[track_caller]
    pub(crate) fn serves_and_sent_nothing_else(&self) {
        let mut client = self.client();
        client.send("GET /good HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let mut upstream = self.accept();
        upstream.expect("GET /good HTTP/1.1\r\nHost: a\r\n\r\n");
        upstream.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\ngood");
        client.expect("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngood");
        client.expect_end();
        upstream.expect_end();
    }

    /// One exchange, byte for byte at all four places.
    #[track_caller]
    pub(crate) fn exchange(&self, sent: &[u8], heard: &[u8], answered: &[u8], told: &[u8]) {
        let mut client = self.client();
        client.send(sent);
        let mut upstream = self.accept();
        upstream.expect(heard);
        upstream.send(answered);
        client.expect(told);
    }
}
