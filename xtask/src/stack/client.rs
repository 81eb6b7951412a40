//! HTTP to the node and to modelgate, with a client certificate or as a user.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Method, Request};
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

use super::users::User;

/// A client of one server.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    url: String,
}

/// What the server said.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The whole body.
    pub(crate) body: String,
}

impl Client {
    /// A client without TLS.
    pub(crate) fn plain(url: &str) -> Self {
        Self::over(url, TlsConfig::default())
    }

    /// A client that shows nothing and believes anyone: a process of this machine whose certificate
    /// may be of any authority.
    pub(crate) fn believing(url: &str) -> Self {
        Self::over(url, TlsConfig::builder().disable_verification(true).build())
    }

    /// A client that trusts the stack's CA and shows no certificate.
    pub(crate) fn trusting(url: &str, certs: &Path) -> Result<Self> {
        Ok(Self::over(url, TlsConfig::builder().root_certs(roots(certs)?).build()))
    }

    /// A client that trusts the stack's CA and shows the certificate `name`.
    pub(crate) fn with_certificate(url: &str, certs: &Path, name: &str) -> Result<Self> {
        let chain = [Certificate::from_pem(&read(&certs.join(format!("{name}.pem")))?)?];
        let key = PrivateKey::from_pem(&read(&certs.join(format!("{name}.key")))?)?;
        let tls = TlsConfig::builder()
            .root_certs(roots(certs)?)
            .client_cert(Some(ClientCert::new_with_certs(&chain, key)))
            .build();
        Ok(Self::over(url, tls))
    }

    fn over(url: &str, tls: TlsConfig) -> Self {
        let agent = Agent::config_builder()
            .tls_config(tls)
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .new_agent();
        Self { agent, url: url.to_owned() }
    }

    /// Sends a request without a body.
    pub(crate) fn send(&self, method: Method, path: &str, who: Option<&User>) -> Result<Answer> {
        self.send_text(method, path, who, "")
    }

    /// Sends a request with a JSON body.
    pub(crate) fn send_json(&self, method: Method, path: &str, body: &Value) -> Result<Answer> {
        self.send_text(method, path, None, &body.to_string())
    }

    /// Sends a request with a body that is JSON, or lines of it; an empty one is none.
    pub(crate) fn send_text(
        &self,
        method: Method,
        path: &str,
        who: Option<&User>,
        body: &str,
    ) -> Result<Answer> {
        let failed = format!("{method} {}{path}", self.url);
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.url));
        if let Some(user) = who {
            request = request.header("authorization", basic(user));
        }
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body.to_owned())?;
        let response = self.agent.run(request).with_context(|| failed.clone())?;
        let status = response.status().as_u16();
        let body = response.into_body().read_to_string().context(failed)?;
        Ok(Answer { status, body })
    }
}

impl Answer {
    /// Whether the server did what it was asked for.
    pub(crate) fn is_ok(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_str(&self.body).with_context(|| format!("not JSON: {}", self.body))
    }
}

fn basic(user: &User) -> String {
    format!("Basic {}", BASE64.encode(format!("{}:{}", user.name, user.password)))
}

fn roots(certs: &Path) -> Result<RootCerts> {
    let ca = Certificate::from_pem(&read(&certs.join("ca.pem"))?)?;
    Ok(RootCerts::new_with_certs(&[ca]))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
