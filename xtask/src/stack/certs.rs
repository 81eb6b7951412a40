//! The stack's certificates: a CA of its own, one for the node, and the clients `admin` and
//! `sidecar`, which alone reach the system indices.

use std::path::Path;

use anyhow::Result;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};

use super::files;

const VALID: Duration = Duration::days(825);
const RENEWED_BEFORE: Duration = Duration::days(30);

/// Written last: until when the certificates are valid, in seconds since 1970.
const STAMP: &str = ".valid-until";

const LEAVES: [(&str, &[&str]); 3] =
    [("node", &["localhost", "127.0.0.1", "::1"]), ("admin", &[]), ("sidecar", &[])];

type Ca = CertifiedIssuer<'static, KeyPair>;

/// Makes the certificates, unless they are all there and remain valid for a while.
pub(crate) fn ensure(certs: &Path) -> Result<()> {
    files::folder(certs)?;
    if are_good(certs) {
        return Ok(());
    }
    files::remove(&certs.join(STAMP))?;
    let until = OffsetDateTime::now_utc() + VALID;
    let ca = ca(until)?;
    keep(certs, "ca", &ca.pem(), ca.key())?;
    for (name, addresses) in LEAVES {
        let key = KeyPair::generate()?;
        let certificate = leaf(name, addresses, until)?.signed_by(&key, &ca)?;
        keep(certs, name, &certificate.pem(), &key)?;
    }
    files::write(&certs.join(STAMP), &until.unix_timestamp().to_string(), 0o644)
}

fn are_good(certs: &Path) -> bool {
    let until = files::read(&certs.join(STAMP)).ok().flatten().and_then(|until| until.parse().ok());
    let needed = (OffsetDateTime::now_utc() + RENEWED_BEFORE).unix_timestamp();
    let is_there = |file: String| certs.join(file).metadata().is_ok_and(|found| found.len() > 0);
    until.is_some_and(|until: i64| until > needed)
        && ["ca", "node", "admin", "sidecar"]
            .iter()
            .all(|name| is_there(format!("{name}.pem")) && is_there(format!("{name}.key")))
}

fn ca(until: OffsetDateTime) -> Result<Ca> {
    let mut params = params("ca", &[], until)?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(Ca::self_signed(params, KeyPair::generate()?)?)
}

fn leaf(name: &str, addresses: &[&str], until: OffsetDateTime) -> Result<CertificateParams> {
    let mut params = params(name, addresses, until)?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    if name == "node" {
        params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    }
    Ok(params)
}

/// Java prints this subject as `CN=name,O=modelgate dev`, as `config/opensearch/opensearch.yml`
/// lists it.
fn params(name: &str, addresses: &[&str], until: OffsetDateTime) -> Result<CertificateParams> {
    let addresses: Vec<String> = addresses.iter().map(|address| (*address).to_owned()).collect();
    let mut params = CertificateParams::new(addresses)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "modelgate dev");
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = until;
    Ok(params)
}

fn keep(certs: &Path, name: &str, certificate: &str, key: &KeyPair) -> Result<()> {
    files::write(&certs.join(format!("{name}.pem")), certificate, 0o644)?;
    files::write(&certs.join(format!("{name}.key")), &key.serialize_pem(), 0o600)
}
