//! The rules between keys.

use super::Config;
use super::Scheme;
use super::Source;

/// A rule between two keys that does not hold.
#[derive(Debug)]
pub(super) struct Disagreement {
    /// The key that asks for the other.
    pub(super) key: &'static str,
    /// What would be right, naming both.
    pub(super) text: &'static str,
}

/// The rules that do not hold.
pub(super) fn disagreements(config: &Config) -> Vec<Disagreement> {
    let upstream = &config.upstream;
    let asks_users = config.identity.source.contains(&Source::Users);
    let rules = [
        (config.tls.certificate.is_some() && config.tls.key.is_none(), TLS_CERTIFICATE_NEEDS_KEY),
        (config.tls.key.is_some() && config.tls.certificate.is_none(), TLS_KEY_NEEDS_CERTIFICATE),
        (upstream.url.scheme() == Scheme::Https && upstream.ca.is_none(), URL_NEEDS_CA),
        (upstream.certificate.is_some() && upstream.key.is_none(), CERTIFICATE_NEEDS_KEY),
        (upstream.key.is_some() && upstream.certificate.is_none(), KEY_NEEDS_CERTIFICATE),
        (upstream.user.is_some() && upstream.password_file.is_none(), USER_NEEDS_PASSWORD),
        (upstream.password_file.is_some() && upstream.user.is_none(), PASSWORD_NEEDS_USER),
        (upstream.user.is_some() && upstream.certificate.is_some(), USER_OR_CERTIFICATE),
        (asks_users && config.identity.users.is_none(), SOURCE_NEEDS_USERS),
    ];
    rules.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect()
}

const TLS_CERTIFICATE_NEEDS_KEY: Disagreement = Disagreement {
    key: "tls.certificate",
    text: "tls.certificate stands alone: tls.key must name the file of its private key",
};
const TLS_KEY_NEEDS_CERTIFICATE: Disagreement = Disagreement {
    key: "tls.key",
    text: "tls.key stands alone: tls.certificate must name the file of its certificate",
};
const URL_NEEDS_CA: Disagreement = Disagreement {
    key: "upstream.url",
    text: "upstream.url is https: upstream.ca must name the file of the CA that signed the cluster's certificate",
};
const CERTIFICATE_NEEDS_KEY: Disagreement = Disagreement {
    key: "upstream.certificate",
    text: "upstream.certificate stands alone: upstream.key must name the file of its private key",
};
const KEY_NEEDS_CERTIFICATE: Disagreement = Disagreement {
    key: "upstream.key",
    text: "upstream.key stands alone: upstream.certificate must name the file of its certificate",
};
const USER_NEEDS_PASSWORD: Disagreement = Disagreement {
    key: "upstream.user",
    text: "upstream.user stands alone: upstream.password_file must name the file of the password",
};
const PASSWORD_NEEDS_USER: Disagreement = Disagreement {
    key: "upstream.password_file",
    text: "upstream.password_file stands alone: upstream.user must name the user",
};
const USER_OR_CERTIFICATE: Disagreement = Disagreement {
    key: "upstream.user",
    text: "upstream.user and upstream.certificate exclude each other: remove one of them",
};
const SOURCE_NEEDS_USERS: Disagreement = Disagreement {
    key: "identity.source",
    text: r#"identity.source asks "users": identity.users must name the file of users"#,
};
