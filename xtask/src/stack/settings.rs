//! What a stack was asked to be; kept in its folder for the commands that come after.

use std::fmt;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::{Stack, files};

/// Whether modelgate checks access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccessControl {
    /// Groups are seen by whom they are for.
    On,
    /// Every group is public.
    Off,
}

/// Whether the node has the Security plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Security {
    /// TLS, users and protected system indices.
    On,
    /// Plain HTTP, open to everyone.
    Off,
}

/// Where modelgate learns who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Identity {
    /// From the cluster's Security plugin.
    Opensearch,
    /// From a file of users.
    Users,
    /// From nowhere: access control is off.
    None,
}

/// What `up` was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// modelgate's port.
    pub(crate) port: u16,
    /// The cluster's own port.
    pub(crate) opensearch_port: u16,
    /// Whether modelgate checks access.
    pub(crate) access_control: AccessControl,
    /// The same when the node was started: what `reset` goes back to.
    pub(crate) first_access_control: AccessControl,
    /// Where modelgate learns who is calling.
    pub(crate) identity: Identity,
    /// Whether the node has the Security plugin.
    pub(crate) security: Security,
    /// `KEY=VALUE` settings handed to modelgate.
    pub(crate) set: Vec<String>,
    /// The modelgate that was started; none with `--no-modelgate`.
    pub(crate) modelgate: Option<std::path::PathBuf>,
}

impl Settings {
    /// The cluster's own address.
    pub(crate) fn cluster_url(&self) -> String {
        let scheme = match self.security {
            Security::On => "https",
            Security::Off => "http",
        };
        format!("{scheme}://127.0.0.1:{}", self.opensearch_port)
    }

    /// modelgate's address.
    pub(crate) fn gate_url(&self) -> String {
        let scheme = if self.gate_is_tls() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.port)
    }

    /// Whether modelgate was given a certificate to listen with; the last setting of a key counts.
    pub(crate) fn gate_is_tls(&self) -> bool {
        let of_key = |set: &String| set.strip_prefix("tls.certificate=").map(str::to_owned);
        self.set.iter().filter_map(of_key).next_back().is_some_and(|file| !file.is_empty())
    }

    /// Refuses what cannot work together.
    pub(crate) fn check(&self) -> Result<()> {
        ensure!(
            self.port != self.opensearch_port,
            "--port and --opensearch-port are both {}",
            self.port
        );
        if self.identity == Identity::Opensearch && self.security == Security::Off {
            bail!("--identity opensearch asks the Security plugin: it needs --security on");
        }
        Ok(())
    }

    /// The settings of the stack as it was last brought up.
    pub(crate) fn of(stack: &Stack) -> Result<Option<Self>> {
        let content = files::read(&stack.dir().join("stack.json"))?;
        Ok(content.and_then(|content| serde_json::from_str(&content).ok()))
    }

    /// Keeps the settings in the stack's folder.
    pub(crate) fn keep(&self, stack: &Stack) -> Result<()> {
        let content = serde_json::to_string_pretty(self).context("settings to JSON")?;
        files::write(&stack.dir().join("stack.json"), &format!("{content}\n"), 0o644)
    }
}

impl fmt::Display for AccessControl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::On => "on",
            Self::Off => "off",
        })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Opensearch => "opensearch",
            Self::Users => "users",
            Self::None => "none",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[&str]) -> Settings {
        Settings {
            port: 9200,
            opensearch_port: 9201,
            access_control: AccessControl::On,
            first_access_control: AccessControl::On,
            identity: Identity::Opensearch,
            security: Security::On,
            set: set.iter().map(|set| (*set).to_owned()).collect(),
            modelgate: None,
        }
    }

    #[test]
    fn a_modelgate_with_a_certificate_is_reached_over_tls() {
        let certificate = "tls.certificate=gate.pem";

        assert_eq!(with(&["tls.key=k"]).gate_url(), "http://127.0.0.1:9200");
        assert_eq!(with(&[certificate, "tls.key=k"]).gate_url(), "https://127.0.0.1:9200");
        assert!(!with(&[certificate, "tls.certificate="]).gate_is_tls());
    }
}
