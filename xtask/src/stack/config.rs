//! The node's configuration, from the templates of `config/opensearch`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::maven::SECURITY;
use super::settings::Security;
use super::{files, workspace};

const LOG: &str = "\
# Everything to the console: xtask keeps it in node.log.
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %marker%m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
";

const OURS: [&str; 2] = ["internal_users.yml", "roles_mapping.yml"];
const CERTS: [&str; 3] = ["ca.pem", "node.pem", "node.key"];

/// A node's configuration files: name and content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Config {
    /// What a restart applies.
    pub(crate) node: Vec<(PathBuf, String)>,
    /// What is only read at the first start, into an index of the cluster.
    pub(crate) first: Vec<(PathBuf, String)>,
}

impl Config {
    /// Gathers the files for a node of this home.
    pub(crate) fn gather(security: Security, home: &Path, certs: &Path) -> Result<Self> {
        let mut node = vec![
            (PathBuf::from("opensearch.yml"), opensearch_yml(security)?),
            (PathBuf::from("log4j2.properties"), LOG.to_owned()),
        ];
        let mut first = Vec::new();
        if security == Security::On {
            for name in CERTS {
                node.push((Path::new("certs").join(name), read(&certs.join(name))?));
            }
            first = security_files(home)?;
        }
        Ok(Self { node, first })
    }

    /// Writes the files into `folder`, which then holds nothing else.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        files::remove(folder)?;
        for (name, content) in self.node.iter().chain(&self.first) {
            let path = folder.join(name);
            files::folder_for(path.parent().unwrap_or(folder), 0o700)?;
            files::write(&path, content, 0o600)?;
        }
        Ok(())
    }
}

/// One text that tells whether files have changed.
pub(crate) fn as_text(files: &[(PathBuf, String)]) -> String {
    files.iter().map(|(name, content)| format!("# {}\n{content}", name.display())).collect()
}

fn opensearch_yml(security: Security) -> Result<String> {
    let template = read(&templates().join("opensearch.yml"))?;
    let stays = |line: &&str| security == Security::On || !line.starts_with("plugins.security.");
    Ok(template.lines().filter(stays).map(|line| format!("{line}\n")).collect())
}

/// The plugin's own files, ours in the place of those that we have.
fn security_files(home: &Path) -> Result<Vec<(PathBuf, String)>> {
    let folder = home.join(SECURITY).join("config");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if name.ends_with(".yml") {
            let source = if OURS.contains(&name) { templates().join(name) } else { path.clone() };
            found.push((Path::new("opensearch-security").join(name), read(&source)?));
        }
    }
    found.sort();
    Ok(found)
}

/// The templates' folder.
pub(crate) fn templates() -> PathBuf {
    workspace().join("config/opensearch")
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
