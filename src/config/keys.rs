//! Every key, by its dotted name: one row each.

use super::Config;
use super::value::Written;
use super::value::Wrong;

/// The variable that names the file.
pub(super) const FILE_VARIABLE: &str = "MODELGATE_CONFIG";

/// A key and the field it sets.
#[derive(Debug)]
pub(super) struct Key {
    /// The section and the key, with a dot between.
    pub(super) name: &'static str,
    /// Reads the value into its field.
    pub(super) set: fn(&mut Config, Written<'_>) -> Result<(), Wrong>,
}

/// The sections of the file.
pub(super) const SECTIONS: [&str; 7] =
    ["tls", "upstream", "identity", "limits", "admin", "log", "runtime"];

/// The keys, in the order of `config/modelgate.toml`.
#[rustfmt::skip]
pub(super) static KEYS: &[Key] = &[
    Key { name: "listen", set: |config, value| value.set(&mut config.listen) },
    Key { name: "reuse_port", set: |config, value| value.set(&mut config.reuse_port) },
    Key { name: "access_control", set: |config, value| value.set(&mut config.access_control) },
    Key { name: "hidden_groups", set: |config, value| value.set(&mut config.hidden_groups) },
    Key { name: "scoring", set: |config, value| value.set(&mut config.scoring) },
    Key { name: "guard", set: |config, value| value.set(&mut config.guard) },

    Key { name: "tls.certificate", set: |config, value| value.set_or_clear_path(&mut config.tls.certificate) },
    Key { name: "tls.key", set: |config, value| value.set_or_clear_path(&mut config.tls.key) },

    Key { name: "upstream.url", set: |config, value| value.set(&mut config.upstream.url) },
    Key { name: "upstream.ca", set: |config, value| value.set_or_clear_path(&mut config.upstream.ca) },
    Key { name: "upstream.certificate", set: |config, value| value.set_or_clear_path(&mut config.upstream.certificate) },
    Key { name: "upstream.key", set: |config, value| value.set_or_clear_path(&mut config.upstream.key) },
    Key { name: "upstream.user", set: |config, value| value.set_or_clear(&mut config.upstream.user) },
    Key { name: "upstream.password_file", set: |config, value| value.set_or_clear_path(&mut config.upstream.password_file) },
    Key { name: "upstream.connect_timeout", set: |config, value| value.set(&mut config.upstream.connect_timeout) },
    Key { name: "upstream.response_timeout", set: |config, value| value.set(&mut config.upstream.response_timeout) },
    Key { name: "upstream.body_timeout", set: |config, value| value.set(&mut config.upstream.body_timeout) },
    Key { name: "upstream.idle_timeout", set: |config, value| value.set(&mut config.upstream.idle_timeout) },
    Key { name: "upstream.idle_connections", set: |config, value| value.set(&mut config.upstream.idle_connections) },
    Key { name: "upstream.health_interval", set: |config, value| value.set(&mut config.upstream.health_interval) },

    Key { name: "identity.source", set: |config, value| value.set(&mut config.identity.source) },
    Key { name: "identity.cache", set: |config, value| value.set(&mut config.identity.cache) },
    Key { name: "identity.cache_entries", set: |config, value| value.set(&mut config.identity.cache_entries) },
    Key { name: "identity.users", set: |config, value| value.set_or_clear_path(&mut config.identity.users) },
    Key { name: "identity.admin_roles", set: |config, value| value.set(&mut config.identity.admin_roles) },
    Key { name: "identity.write_roles", set: |config, value| value.set(&mut config.identity.write_roles) },
    Key { name: "identity.read_roles", set: |config, value| value.set(&mut config.identity.read_roles) },

    Key { name: "limits.body", set: |config, value| value.set(&mut config.limits.body) },
    Key { name: "limits.headers", set: |config, value| value.set(&mut config.limits.headers) },
    Key { name: "limits.header_count", set: |config, value| value.set(&mut config.limits.header_count) },
    Key { name: "limits.header_timeout", set: |config, value| value.set(&mut config.limits.header_timeout) },
    Key { name: "limits.keep_alive", set: |config, value| value.set(&mut config.limits.keep_alive) },
    Key { name: "limits.body_deadline", set: |config, value| value.set(&mut config.limits.body_deadline) },
    Key { name: "limits.requests", set: |config, value| value.set(&mut config.limits.requests) },
    Key { name: "limits.requests_per_connection", set: |config, value| value.set(&mut config.limits.requests_per_connection) },
    Key { name: "limits.connections", set: |config, value| value.set(&mut config.limits.connections) },
    Key { name: "limits.connections_per_address", set: |config, value| value.set(&mut config.limits.connections_per_address) },
    Key { name: "limits.drain_wait", set: |config, value| value.set(&mut config.limits.drain_wait) },
    Key { name: "limits.drain", set: |config, value| value.set(&mut config.limits.drain) },

    Key { name: "admin.listen", set: |config, value| value.set_or_clear(&mut config.admin.listen) },

    Key { name: "log.format", set: |config, value| value.set(&mut config.log.format) },
    Key { name: "log.level", set: |config, value| value.set(&mut config.log.level) },
    Key { name: "log.access", set: |config, value| value.set(&mut config.log.access) },

    Key { name: "runtime.threads", set: |config, value| value.set(&mut config.runtime.threads) },
];

impl Key {
    /// The key of this dotted name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }

    /// The key of this variable.
    pub(super) fn of_variable(variable: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.variable() == variable)
    }

    /// The name in the environment.
    pub(super) fn variable(&self) -> String {
        format!("MODELGATE_{}", self.name.to_uppercase().replace('.', "_"))
    }
}

/// What is said of a name in the file or behind `--set` that is no key.
pub(super) fn unknown(name: &str) -> String {
    let keys = KEYS.iter().map(|key| key.name.to_owned());
    no_such("key", name, keys.chain(SECTIONS.map(str::to_owned)), '.')
}

/// What is said of a variable that is no key.
pub(super) fn unknown_variable(variable: &str) -> String {
    let variables = KEYS.iter().map(Key::variable);
    no_such("variable", variable, variables.chain([FILE_VARIABLE.to_owned()]), '_')
}

/// Two slips of the hand are forgiven; a wrong section counts as one, as a key below another header has it.
fn no_such(kind: &str, name: &str, known: impl Iterator<Item = String>, separator: char) -> String {
    let far = |known: &String| distance(name, known, separator);
    let near = known.map(|known| (far(&known), known.len(), known)).filter(|(far, ..)| *far <= 2);
    match near.min() {
        Some((_, _, known)) => format!("no such {kind}; did you mean {known}?"),
        None => format!("no such {kind}"),
    }
}

fn distance(one: &str, other: &str, separator: char) -> usize {
    let last = |name: &str| name.rsplit(separator).next().unwrap_or_default().to_owned();
    let whole = strsim::damerau_levenshtein(one, other);
    if separator != '.' {
        return whole;
    }
    whole.min(1 + strsim::damerau_levenshtein(&last(one), &last(other)))
}
