//! Where modelgate listens, and where the cluster is.

use std::fmt;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::net::SocketAddrV4;
use std::ops::Deref;
use std::str::FromStr;

use rustls::pki_types::ServerName;

use super::value::Setting;
use super::value::Wrong;

/// An address and port to listen on; port 0 lets the system choose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listen(SocketAddr);

/// Where the pages for operators are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AdminListen {
    /// At this address and port.
    At(SocketAddr),
    /// Nowhere.
    Off,
}

/// Scheme, host and port of a server.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    scheme: Scheme,
    host: String,
    port: u16,
}

/// What is spoken on a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    /// Plain HTTP.
    Http,
    /// HTTP over TLS.
    Https,
}

impl Default for Listen {
    fn default() -> Self {
        Self(SocketAddr::from((Ipv4Addr::LOCALHOST, 9200)))
    }
}

impl Deref for Listen {
    type Target = SocketAddr;

    fn deref(&self) -> &SocketAddr {
        &self.0
    }
}

impl FromStr for Listen {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        text.parse().map(Self).map_err(|_| Self::WRONG)
    }
}

impl Setting for Listen {
    const WRONG: Wrong =
        Wrong(r#"is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

impl AdminListen {
    /// The address that is tried where none is configured.
    pub const USUAL: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 9600));
}

impl Setting for AdminListen {
    const WRONG: Wrong =
        Wrong(r#"is neither an IP address and port nor "off": write it as "127.0.0.1:9600""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "off" => Ok(Self::Off),
            _ => text.parse().map(Self::At).map_err(|_| Self::WRONG),
        }
    }
}

impl Origin {
    /// What is spoken there.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The name or address; an IPv6 address without its brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as a `Host` header has them.
    pub fn authority(&self) -> String {
        let Self { host, port, .. } = self;
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self { scheme: Scheme::Http, host: Ipv4Addr::LOCALHOST.to_string(), port: 9201 }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", self.scheme, self.authority())
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Http => "http",
            Self::Https => "https",
        })
    }
}

impl FromStr for Origin {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let (scheme, rest) = text.split_once("://").ok_or(Self::WRONG)?;
        let scheme = Scheme::of(scheme).ok_or(Self::WRONG)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(CREDENTIALS);
        }
        let (host, port) = authority.rsplit_once(':').ok_or(Self::WRONG)?;
        let host = host_of(host).ok_or(Self::WRONG)?;
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(Self::WRONG)?;
        Ok(Self { scheme, host, port })
    }
}

impl Setting for Origin {
    const WRONG: Wrong =
        Wrong(r#"is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

impl Scheme {
    fn of(text: &str) -> Option<Self> {
        match text {
            "http" => Some(Self::Http),
            "https" => Some(Self::Https),
            _ => None,
        }
    }
}

const CREDENTIALS: Wrong =
    Wrong("carries credentials: write upstream.user and upstream.password_file instead");

/// The host of an authority: a name or an address, the one that only IPv6 has in brackets.
fn host_of(text: &str) -> Option<String> {
    let bracketed = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let host = bracketed.unwrap_or(text);
    let is_ip6 = host.contains(':');
    (is_ip6 == bracketed.is_some()).then_some(())?;
    ServerName::try_from(host).ok().map(|_| host.to_owned())
}
