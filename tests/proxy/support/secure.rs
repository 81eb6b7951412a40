//! A client behind TLS.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned,
    SupportedProtocolVersion, pki_types::CertificateDer,
};

use super::{PATIENCE, shown};

/// A client whose handshake is done.
#[derive(Debug)]
pub(crate) struct Secure {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    /// The other end said so.
    Told,
    /// It broke off.
    Cut,
    /// It broke off in a way that nobody can take for an end.
    Reset,
}

/// What a client trusts and speaks.
pub(crate) fn config(
    trusted: &[CertificateDer<'static>],
    alpn: &[&str],
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    trusted.iter().for_each(|one| roots.add(one.clone()).unwrap());
    let builder = ClientConfig::builder_with_protocol_versions(versions);
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    Arc::new(config)
}

impl Read for Secure {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        self.stream.read(space)
    }
}

impl Write for Secure {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Secure {
    /// Connects to that name, or to an address alone, which no client tells in its greeting.
    pub(crate) fn connect(
        address: SocketAddr,
        name: &'static str,
        config: Arc<ClientConfig>,
    ) -> io::Result<Self> {
        let mut tcp = TcpStream::connect(address)?;
        tcp.set_nodelay(true)?;
        tcp.set_read_timeout(Some(PATIENCE))?;
        tcp.set_write_timeout(Some(PATIENCE))?;
        let mut session = ClientConnection::new(config, name.try_into().unwrap()).unwrap();
        while session.is_handshaking() {
            session.complete_io(&mut tcp)?;
        }
        Ok(Self { stream: StreamOwned::new(session, tcp) })
    }

    /// The protocol that was agreed on.
    pub(crate) fn alpn(&self) -> Option<&str> {
        self.stream.conn.alpn_protocol().map(|name| std::str::from_utf8(name).unwrap())
    }

    pub(crate) fn version(&self) -> ProtocolVersion {
        self.stream.conn.protocol_version().unwrap()
    }

    /// The certificate that was shown.
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.stream.conn.peer_certificates().unwrap()[0]
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).unwrap();
    }

    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Reads that many bytes.
    #[track_caller]
    pub(crate) fn take(&mut self, length: usize) -> Vec<u8> {
        let mut read = vec![0; length];
        self.stream.read_exact(&mut read).unwrap();
        read
    }

    /// Reads exactly these bytes.
    #[track_caller]
    pub(crate) fn expect(&mut self, bytes: impl AsRef<[u8]>) {
        let read = self.take(bytes.as_ref().len());
        assert!(read == bytes.as_ref(), "{} and not {}", shown(&read), shown(bytes.as_ref()));
    }

    /// Reads to the end, which comes in time; gives what came before it.
    #[track_caller]
    pub(crate) fn rest(&mut self) -> (Vec<u8>, End) {
        let mut read = Vec::new();
        match self.stream.read_to_end(&mut read) {
            Ok(_) => (read, End::Told),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => (read, End::Reset),
            Err(error) => {
                assert_ne!(error.kind(), ErrorKind::WouldBlock, "no end: {}", shown(&read));
                (read, End::Cut)
            }
        }
    }
}
