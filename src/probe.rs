//! Whether a modelgate answers on an address at all.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConfig, ClientConnection, RootCertStore};

/// How long it may take to connect, and to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// The type of a record of a handshake (RFC 8446, 5.1).
const HANDSHAKE: u8 = 22;

/// Whether something on that address answers as modelgate does.
///
/// # Errors
/// Where nothing answers.
pub(crate) fn answers(mut address: SocketAddr, is_tls: bool) -> io::Result<bool> {
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    if is_tls { greets(&mut stream, address) } else { speaks_http(&mut stream) }
}

fn speaks_http(stream: &mut TcpStream) -> io::Result<bool> {
    stream.write_all(b"GET / HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n")?;
    let mut start = [0; 9];
    stream.read_exact(&mut start)?;
    Ok(start.starts_with(b"HTTP/1.1 "))
}

/// Whether a greeting is answered. Whose certificate that is does not matter here: no handshake is
/// finished, and nothing is said behind it.
fn greets(stream: &mut TcpStream, address: SocketAddr) -> io::Result<bool> {
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    let config = Arc::new(config.with_no_client_auth());
    let mut session =
        ClientConnection::new(config, address.ip().into()).map_err(io::Error::other)?;
    while session.wants_write() {
        session.write_tls(stream)?;
    }
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    Ok(kind == [HANDSHAKE])
}
