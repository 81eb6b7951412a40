//! The sections of the file, each a struct; their defaults are the reference.

use std::path::Path;
use std::path::PathBuf;

use super::choice::LogFormat;
use super::level::Level;
use super::names::Roles;
use super::names::Sources;
use super::names::UserName;
use super::nodes::Nodes;
use super::origin::AdminListen;
use super::size::Count;
use super::size::HeaderCount;
use super::size::Size;
use super::time::Period;
use super::time::Timeout;

/// `[tls]`: TLS on the listener.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tls {
    /// The certificate that clients are shown, PEM, with what leads to its CA behind it; where there is none, the
    /// listener is plain.
    pub certificate: Option<PathBuf>,
    /// The private key of `certificate`, PEM.
    pub key: Option<PathBuf>,
}

/// `[upstream]`: the cluster, and how it is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Upstream {
    /// Scheme, host and port of the cluster's nodes.
    pub url: Nodes,
    /// The CA that signed the cluster's certificate; there is one where the URL is https.
    pub ca: Option<PathBuf>,
    /// The client certificate that modelgate shows when it reads and writes the index itself.
    pub certificate: Option<PathBuf>,
    /// The private key of `certificate`.
    pub key: Option<PathBuf>,
    /// The user as whom modelgate reads and writes the index, where there is no certificate.
    pub user: Option<UserName>,
    /// The file with the password of `user`.
    pub password_file: Option<PathBuf>,
    /// How long a connection may take to be made.
    pub connect_timeout: Timeout,
    /// From the request's last byte to the answer's first.
    pub response_timeout: Timeout,
    /// The longest silence in the middle of a body; and how long each 64 KB may take to be taken.
    pub body_timeout: Timeout,
    /// How long an unused connection is kept.
    pub idle_timeout: Timeout,
    /// How many unused connections are kept.
    pub idle_connections: usize,
    /// How often each of several nodes is asked whether it is well; `0s`: never.
    pub health_interval: Period,
}

/// As whom modelgate itself speaks to the cluster.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Login<'a> {
    /// As nobody: the cluster has no Security plugin.
    Anonymous,
    /// With basic credentials.
    Basic {
        /// Their user.
        user: &'a str,
        /// The file with their password.
        password_file: &'a Path,
    },
    /// With a client certificate.
    Certificate {
        /// Its file, PEM.
        certificate: &'a Path,
        /// The file of its private key, PEM.
        key: &'a Path,
    },
}

impl Upstream {
    /// As whom modelgate itself speaks to the cluster.
    pub fn login(&self) -> Login<'_> {
        let certificate = self.certificate.as_deref().zip(self.key.as_deref());
        if let Some((certificate, key)) = certificate {
            return Login::Certificate { certificate, key };
        }
        let basic = self.user.as_deref().zip(self.password_file.as_deref());
        basic.map_or(Login::Anonymous, |(user, password_file)| Login::Basic { user, password_file })
    }
}

impl Default for Upstream {
    fn default() -> Self {
        Self {
            url: Nodes::default(),
            ca: None,
            certificate: None,
            key: None,
            user: None,
            password_file: None,
            connect_timeout: Timeout::seconds(2),
            response_timeout: Timeout::seconds(60),
            body_timeout: Timeout::seconds(60),
            idle_timeout: Timeout::seconds(50),
            idle_connections: 256,
            health_interval: Period::seconds(5),
        }
    }
}

/// `[identity]`: who is asking, and what their roles allow.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Where credentials are looked up.
    pub source: Sources,
    /// How long an answered identity is believed; `0s` asks each time.
    pub cache: Period,
    /// How many identities are kept.
    pub cache_entries: usize,
    /// The file of users, in the shape of `internal_users.yml`; there is one where `source` has `users`.
    pub users: Option<PathBuf>,
    /// Who holds one of these sees and changes every group.
    pub admin_roles: Roles,
    /// Who holds one of these may register, update and delete.
    pub write_roles: Roles,
    /// Who holds one of these may get and search.
    pub read_roles: Roles,
}

impl Default for Identity {
    fn default() -> Self {
        Self {
            source: Sources::default(),
            cache: Period::seconds(10),
            cache_entries: 10_000,
            users: None,
            admin_roles: Roles::of(&["all_access"]),
            write_roles: Roles::of(&["all_access", "ml_full_access"]),
            read_roles: Roles::of(&["all_access", "ml_full_access", "ml_read_access"]),
        }
    }
}

/// `[limits]`: how much, and how slowly, a client may send.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// The largest body of a model-group request.
    pub body: Size,
    /// The request line and the headers together.
    pub headers: Size,
    /// How many headers.
    pub header_count: HeaderCount,
    /// From the first byte of a request to the end of its headers.
    pub header_timeout: Timeout,
    /// How long an idle client connection is kept.
    pub keep_alive: Timeout,
    /// How long the whole body of a request that passes may take; `0s`: for ever.
    pub body_deadline: Period,
    /// How many requests there may be in flight, for each thread.
    pub requests: Count,
    /// How many requests a client connection serves; 0: any number.
    pub requests_per_connection: usize,
    /// How many client connections there may be at once.
    pub connections: Count,
    /// How many of them one address may have; 0: any number.
    pub connections_per_address: usize,
    /// From SIGTERM until no more connections are accepted.
    pub drain_wait: Period,
    /// How long in-flight requests may take after SIGTERM.
    pub drain: Period,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: Size::kilobytes(100 * 1024),
            headers: Size::kilobytes(32),
            header_count: HeaderCount::of(128),
            header_timeout: Timeout::seconds(10),
            keep_alive: Timeout::seconds(75),
            body_deadline: Period::seconds(600),
            requests: Count::of(2_048),
            requests_per_connection: 0,
            connections: Count::of(10_000),
            connections_per_address: 0,
            drain_wait: Period::seconds(1),
            drain: Period::seconds(30),
        }
    }
}

/// `[admin]`: the pages for operators.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Admin {
    /// Where they are; where nothing is configured, at [`AdminListen::USUAL`] if that is free.
    pub listen: Option<AdminListen>,
}

/// `[log]`: what goes to standard output.
#[derive(Clone, Debug, PartialEq)]
pub struct Log {
    /// What a line looks like.
    pub format: LogFormat,
    /// What is logged.
    pub level: Level,
    /// Whether there is a line for each request.
    pub access: bool,
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::default(), level: Level::default(), access: true }
    }
}

/// `[runtime]`
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Runtime {
    /// How many threads serve; 0 is one per core.
    pub threads: usize,
}
