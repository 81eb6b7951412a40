//! Making connections to the cluster.

use std::{fmt, io, path::Path, sync::Arc, time::Duration};

use base64::Engine;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Unanswered;
use crate::{
    config::{self, Login, Origin},
    files::{FileError, certificates, private_key, read, unusable},
    wire::Stream,
};

/// What modelgate shows of itself, read once from the configuration's files.
#[derive(Clone, Debug, Default)]
pub struct TlsSettings {
    /// For the callers' requests: no client certificate.
    pub(super) anonymous: Option<Arc<ClientConfig>>,
    /// For modelgate's own requests.
    pub(super) own: Option<Arc<ClientConfig>>,
    /// Basic credentials of modelgate's own requests.
    pub(super) authorization: Option<Arc<str>>,
}

impl TlsSettings {
    /// Reads the files that the configuration names.
    ///
    /// # Errors
    /// The file that cannot be read or used, by name.
    pub fn load(config: &config::Upstream) -> Result<Self, FileError> {
        let authorization = match config.login() {
            Login::Basic { user, password_file } => Some(basic(user, password_file)?),
            Login::Anonymous | Login::Certificate { .. } => None,
        };
        let Some(ca) = &config.ca else { return Ok(Self { authorization, ..Self::default() }) };
        let builder = || Ok(ClientConfig::builder().with_root_certificates(roots(ca)?));
        let anonymous = http1(builder()?.with_no_client_auth());
        let own = match config.login() {
            Login::Certificate { certificate, key } => {
                let chain = certificates(certificate)?;
                let configured = builder()?.with_client_auth_cert(chain, private_key(key)?);
                http1(configured.map_err(|error| unusable(certificate, &error))?)
            }
            Login::Anonymous | Login::Basic { .. } => anonymous.clone(),
        };
        Ok(Self { anonymous: Some(anonymous), own: Some(own), authorization })
    }
}

/// One address, and how to speak there.
pub(super) struct Dial {
    host: String,
    port: u16,
    authority: String,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    timeout: Duration,
}

impl fmt::Debug for Dial {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Dial").field("authority", &self.authority).finish_non_exhaustive()
    }
}

impl Dial {
    pub(super) fn new(origin: &Origin, tls: Option<Arc<ClientConfig>>, timeout: Duration) -> Self {
        Self {
            host: origin.host().to_owned(),
            port: origin.port(),
            authority: origin.authority(),
            tls: tls
                .map(TlsConnector::from)
                .zip(ServerName::try_from(origin.host().to_owned()).ok()),
            timeout,
        }
    }

    /// What goes into a `Host` field.
    pub(super) fn authority(&self) -> &str {
        &self.authority
    }

    pub(super) async fn connect(&self) -> Result<Stream, Unanswered> {
        match tokio::time::timeout(self.timeout, self.open()).await {
            Ok(stream) => stream.map_err(Unanswered::Unreachable),
            Err(_) => Err(Unanswered::SlowToConnect),
        }
    }

    async fn open(&self) -> io::Result<Stream> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await?;
        tcp.set_nodelay(true)?;
        let Some((connector, name)) = &self.tls else { return Ok(Stream::Tcp(tcp)) };
        Ok(Stream::tls(connector.connect(name.clone(), tcp).await?))
    }
}

fn http1(mut config: ClientConfig) -> Arc<ClientConfig> {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Arc::new(config)
}

fn roots(ca: &Path) -> Result<RootCertStore, FileError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(|error| unusable(ca, &error))?;
    }
    Ok(roots)
}

fn basic(user: &str, password_file: &Path) -> Result<Arc<str>, FileError> {
    let password =
        String::from_utf8(read(password_file)?).map_err(|error| unusable(password_file, &error))?;
    let pair = format!("{user}:{}", password.trim_end_matches(['\r', '\n']));
    let coded = base64::engine::general_purpose::STANDARD.encode(pair);
    Ok(format!("Basic {coded}").into())
}
