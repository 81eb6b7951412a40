//! A development stack: one OpenSearch node with modelgate before it, in a folder of its own.

pub(crate) mod account;
pub(crate) mod assemble;
pub(crate) mod certs;
pub(crate) mod client;
pub(crate) mod config;
pub(crate) mod files;
pub(crate) mod gate;
pub(crate) mod interrupt;
pub(crate) mod jdk;
pub(crate) mod maven;
pub(crate) mod node;
pub(crate) mod ports;
pub(crate) mod process;
pub(crate) mod settings;
pub(crate) mod users;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use self::client::Client;
use self::settings::{Security, Settings};

/// The folder of a stack that no `--dir` names.
pub(crate) const DEFAULT_DIR: &str = "target/dev";

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// What all stacks share: the assembled OpenSearch, a JDK, tools.
pub(crate) fn cache() -> PathBuf {
    workspace().join("target/cache")
}

/// A stack's folder: everything that belongs to the stack lies in it.
#[derive(Debug, Clone)]
pub(crate) struct Stack {
    dir: PathBuf,
}

impl Stack {
    /// The stack in `dir`; a relative one is below the workspace.
    pub(crate) fn at(dir: &Path) -> Self {
        Self { dir: workspace().join(dir) }
    }

    /// The stack's own folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// `ca`, `admin`, `sidecar` and `node`, each `.pem` and `.key`.
    pub(crate) fn certs(&self) -> PathBuf {
        self.dir.join("certs")
    }

    /// The node's configuration, data and log.
    pub(crate) fn node(&self) -> PathBuf {
        self.dir.join("opensearch")
    }

    /// Holds the folder for one command, for as long as the answer lives; a killed command lets go.
    pub(crate) fn hold(&self) -> Result<File> {
        fs::create_dir_all(&self.dir)
            .with_context(|| format!("cannot create {}", self.dir.display()))?;
        files::lock(&self.dir.join(".lock"))
    }

    /// A client of the cluster itself, with the admin certificate where there is security.
    pub(crate) fn cluster(&self, settings: &Settings) -> Result<Client> {
        let url = settings.cluster_url();
        match settings.security {
            Security::On => Client::with_certificate(&url, &self.certs(), "admin"),
            Security::Off => Ok(Client::plain(&url)),
        }
    }

    /// A client of the cluster itself without a certificate of its own, for users' credentials.
    pub(crate) fn cluster_for_users(&self, settings: &Settings) -> Result<Client> {
        let url = settings.cluster_url();
        match settings.security {
            Security::On => Client::trusting(&url, &self.certs()),
            Security::Off => Ok(Client::plain(&url)),
        }
    }
}
