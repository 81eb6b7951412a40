//! The running stack that the scenarios are replayed against: modelgate, and OpenSearch behind it.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use serde_json::json;

use crate::client::{Answer, Client, Request};
use crate::json;

/// What may be left of an earlier scenario.
const INDICES: [&str; 3] = [".plugins-ml-model-group", ".plugins-ml-model", ".modelgate-names"];

pub(crate) struct Stack {
    pub(crate) modelgate: Client,
    /// OpenSearch itself, with the admin certificate.
    pub(crate) opensearch: Client,
    access_control: Option<String>,
    /// Locked for as long as the stack is used: all tests share it, in whichever process they run.
    _lock: File,
}

impl Stack {
    /// The stack that the environment names, once no other test uses it.
    pub(crate) fn alone() -> Self {
        let lock = Path::new(&required("MODELGATE_TEST_DIR")).join("differential.lock");
        let lock =
            File::create(&lock).unwrap_or_else(|error| panic!("{}: {error}", lock.display()));
        lock.lock().expect("a file can be locked");

        let certs = PathBuf::from(required("MODELGATE_TEST_CERTS"));
        let modelgate = required("MODELGATE_TEST_URL");
        let opensearch = required("MODELGATE_TEST_OPENSEARCH_URL");
        Self {
            modelgate: Client::new(&modelgate, &Arc::new(nobody(&certs))),
            opensearch: Client::new(&opensearch, &Arc::new(admin(&certs))),
            access_control: env::var("MODELGATE_TEST_ACCESS_CONTROL_CMD").ok(),
            _lock: lock,
        }
    }

    /// No groups, no models, and the users as they were at the start.
    pub(crate) fn reset(&mut self) {
        for index in INDICES {
            let answer = self.as_admin("DELETE", &format!("/{index}"), None);
            let gone = matches!(answer.status, 200 | 404);
            assert!(gone, "DELETE /{index}: {} {}", answer.status, answer.text());
        }
        self.give_alice_her_roles();
    }

    /// Restarts modelgate with access control on or off.
    pub(crate) fn switch_access_control(&mut self, to: &str) -> Result<(), String> {
        let command = self.access_control.as_ref().ok_or(
            "MODELGATE_TEST_ACCESS_CONTROL_CMD is not set: it restarts modelgate with access \
             control `on` or `off`, the word that is appended to it",
        )?;

        self.modelgate.hang_up();
        let shell = Command::new("sh").arg("-c").arg(format!("{command} {to}")).status();
        match shell {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{command} {to}`: {status}")),
            Err(error) => Err(format!("`{command} {to}`: {error}")),
        }
    }

    /// She is the only one whose roles a setup step changes.
    fn give_alice_her_roles(&mut self) {
        const ALICE: &str = "/_plugins/_security/api/internalusers/alice";
        let roles = json!(["IT", "HR"]);
        let user = self.as_admin("GET", ALICE, None).text();
        let user = json::with_repeated_keys(&user).unwrap_or_default();
        if user["alice"]["backend_roles"] == roles {
            return;
        }

        let patch = json!([{"op": "add", "path": "/backend_roles", "value": roles}]);
        let answer = self.as_admin("PATCH", ALICE, Some(patch.to_string()));
        assert_eq!(answer.status, 200, "PATCH {ALICE}: {}", answer.text());
    }

    fn as_admin(&mut self, method: &str, path: &str, body: Option<String>) -> Answer {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        self.opensearch.send(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: body.iter().map(|_| json.clone()).collect(),
            body: body.map(String::into_bytes),
        })
    }
}

fn required(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: `cargo xtask test` sets it"))
}

fn admin(certs: &Path) -> ClientConfig {
    let chain = vec![certificate(&certs.join("admin.pem"))];
    let path = certs.join("admin.key");
    let key = PrivateKeyDer::from_pem_slice(&read(&path)).expect("admin.key is a PEM key");
    builder(certs).with_client_auth_cert(chain, key).expect("the key fits the certificate")
}

fn nobody(certs: &Path) -> ClientConfig {
    builder(certs).with_no_client_auth()
}

fn builder(certs: &Path) -> rustls::ConfigBuilder<ClientConfig, rustls::client::WantsClientCert> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate(&certs.join("ca.pem"))).expect("ca.pem is a CA");
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(roots)
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(&read(path)).expect("a PEM certificate")
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
