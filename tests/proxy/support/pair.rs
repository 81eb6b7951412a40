//! A certificate and its key, in files.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::pki_types::{CertificateDer, pem::PemObject};

/// A certificate for `localhost` and 127.0.0.1 and its key, in a folder that is gone with it.
#[derive(Debug)]
pub(crate) struct Pair {
    folder: PathBuf,
}

impl Pair {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("modelgate-tls-{}-{}", std::process::id(), NEXT.fetch_add(1, Relaxed));
        let pair = Self { folder: std::env::temp_dir().join(name) };
        fs::create_dir(&pair.folder).unwrap();
        pair.renew();
        pair
    }

    /// Makes another certificate with another key; gives it.
    pub(crate) fn renew(&self) -> CertificateDer<'static> {
        let (certificate, key) = made();
        replace(&self.key(), &key);
        replace(&self.certificate(), &certificate);
        self.shown()
    }

    /// The certificate in the file.
    pub(crate) fn shown(&self) -> CertificateDer<'static> {
        CertificateDer::from_pem_file(self.certificate()).unwrap()
    }

    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.join("gate.pem")
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.join("gate.key")
    }

    /// The settings that name both.
    pub(crate) fn settings(&self) -> [String; 2] {
        let named = |key: &str, file: &Path| format!("{key}={}", file.display());
        [named("tls.certificate", &self.certificate()), named("tls.key", &self.key())]
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Puts a whole file in a file's place.
pub(crate) fn replace(file: &Path, text: &str) {
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    fs::rename(new, file).unwrap();
}

fn made() -> (String, String) {
    let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "modelgate test");
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}
