//! TLS on the listener: the handshake, and certificates that change while connections stay.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use rustls::{
    AlertDescription, ServerConfig,
    crypto::ring,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::{net::TcpStream, signal::unix::Signal, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use crate::{
    config,
    files::{FileError, certificates, private_key},
    metrics::Counter,
};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// HTTP/2, as ALPN names it (RFC 9113, 3.2).
const H2: &[u8] = b"h2";

/// Why a certificate and its key cannot be shown to clients.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file of the certificate.
    #[error("tls.certificate: {0}")]
    Certificate(#[source] FileError),
    /// The file of the key.
    #[error("tls.key: {0}")]
    Key(#[source] FileError),
    /// A kind of certificate or key that is not supported, or two that are not of each other.
    #[error("tls.certificate and tls.key ({}, {}): {why}", certificate.display(), key.display())]
    Pair {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
        /// What does not fit.
        why: rustls::Error,
    },
    /// The system gives no randomness.
    #[error("no secret for session tickets: {0}")]
    Tickets(#[source] rustls::Error),
}

/// The TLS of the listener.
#[derive(Debug)]
pub struct Tls {
    config: Arc<ServerConfig>,
    shown: Arc<Shown>,
    files: Files,
    /// As they were when they were first read.
    first: [Version; 2],
}

/// The certificate that new connections are shown.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

/// Where certificate and key come from.
#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
}

/// What tells a file from the one that was there before.
type Version = Option<(SystemTime, u64, u64)>;

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.0.read().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Tls {
    /// Reads the files that the configuration names; `None` where it names none.
    ///
    /// # Errors
    /// The key whose file cannot be read or used.
    pub fn load(config: &config::Tls) -> Result<Option<Arc<Self>>, TlsError> {
        let (Some(certificate), Some(key)) = (&config.certificate, &config.key) else {
            return Ok(None);
        };
        let files = Files { certificate: certificate.clone(), key: key.clone() };
        let first = files.versions();
        let shown = Arc::new(Shown(RwLock::new(files.read()?)));
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_cert_resolver(shown.clone());
        config.alpn_protocols = vec![H2.to_vec(), b"http/1.1".to_vec()];
        config.ticketer = ring::Ticketer::new().map_err(TlsError::Tickets)?;
        Ok(Some(Arc::new(Self { config: Arc::new(config), shown, files, first })))
    }

    /// Shakes hands with a client that has just connected.
    ///
    /// # Errors
    /// What the client did not like or does not speak, or that it took longer than `patience`.
    pub(super) async fn accept(
        &self,
        tcp: TcpStream,
        patience: Duration,
    ) -> io::Result<TlsStream<TcpStream>> {
        let acceptor = TlsAcceptor::from(self.config.clone());
        timeout(patience, acceptor.accept(tcp)).await.map_err(io::Error::from)?
    }

    /// Takes up new files when told to, and when they change. Connections that are open keep
    /// what they were shown; files that are of no use leave the old certificate.
    pub async fn keep_current(&self, mut hangup: Signal) {
        let mut seen = self.first;
        let mut ticks = tokio::time::interval(LOOK);
        loop {
            let told = tokio::select! {
                _ = hangup.recv() => true,
                _ = ticks.tick() => false,
            };
            let now = self.files.versions();
            if told || now != seen {
                seen = now;
                self.reload();
            }
        }
    }

    fn reload(&self) {
        match self.files.read() {
            Ok(read) => {
                *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = read;
                tracing::info!("the certificate was read anew");
            }
            Err(error) => {
                tracing::warn!(%error, "the new certificate cannot be used: the old one stays");
            }
        }
    }
}

impl Files {
    fn read(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        let chain = certificates(&self.certificate).map_err(TlsError::Certificate)?;
        let key = private_key(&self.key).map_err(TlsError::Key)?;
        match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
            Ok(pair) => Ok(Arc::new(pair)),
            Err(why) => {
                let (certificate, key) = (self.certificate.clone(), self.key.clone());
                Err(TlsError::Pair { certificate, key, why })
            }
        }
    }

    fn versions(&self) -> [Version; 2] {
        [version(&self.certificate), version(&self.key)]
    }
}

/// Whether HTTP/2 was agreed on.
pub(super) fn is_h2(stream: &TlsStream<TcpStream>) -> bool {
    stream.get_ref().1.alpn_protocol() == Some(H2)
}

/// As what a handshake that failed is counted.
pub(super) fn failed_as(error: &io::Error) -> Counter {
    let of_tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match (of_tls, error.kind()) {
        (Some(rustls::Error::AlertReceived(alert)), _) if is_of_certificate(*alert) => {
            Counter::TlsCertificate
        }
        (Some(_), _) => Counter::TlsProtocol,
        (None, io::ErrorKind::TimedOut) => Counter::TlsTimeout,
        (None, _) => Counter::TlsClosed,
    }
}

/// What clients say who do not trust a certificate, by the names of RFC 8446, 6.2. A signature that
/// does not fit is a `decrypt_error`: such is a certificate's of an authority with a new key.
fn is_of_certificate(alert: AlertDescription) -> bool {
    use AlertDescription as Said;
    matches!(
        alert,
        Said::BadCertificate
            | Said::UnsupportedCertificate
            | Said::CertificateRevoked
            | Said::CertificateExpired
            | Said::CertificateUnknown
            | Said::UnknownCA
            | Said::DecryptError
    )
}

/// Kubernetes puts another file behind the same name, with a time of its own: so the file itself
/// is compared as well.
fn version(file: &Path) -> Version {
    let found = fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.ino(), found.len()))
}
