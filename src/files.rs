//! The files that the configuration names: certificates, keys and secrets.

use std::{fmt, fs, io, path::Path};

use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

/// A file of certificates, keys or secrets that is of no use.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, #[source] io::Error),
    /// It holds nothing of the kind.
    #[error("{0}: {1}")]
    Unusable(String, String),
}

/// The certificates of a PEM file, one at least.
///
/// # Errors
/// Where it cannot be read, or holds none.
pub fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, FileError> {
    let pem = read(file)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let certificates = certificates.map_err(|error| unusable(file, &error))?;
    if certificates.is_empty() {
        return Err(unusable(file, &"it holds no PEM certificate"));
    }
    Ok(certificates)
}

/// The first private key of a PEM file.
///
/// # Errors
/// Where it cannot be read, or holds none.
pub fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, FileError> {
    PrivateKeyDer::from_pem_slice(&read(file)?).map_err(|error| unusable(file, &error))
}

/// What a file holds.
///
/// # Errors
/// Where it cannot be read.
pub fn read(file: &Path) -> Result<Vec<u8>, FileError> {
    fs::read(file).map_err(|error| FileError::Unreadable(file.display().to_string(), error))
}

/// What is said of a file that is of no use.
pub fn unusable(file: &Path, why: &dyn fmt::Display) -> FileError {
    FileError::Unusable(file.display().to_string(), why.to_string())
}
