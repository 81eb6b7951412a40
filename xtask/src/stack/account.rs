//! Who the node runs as. OpenSearch refuses root, so root gives it to somebody else.

use std::fs;
use std::os::unix::fs::{chown, lchown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use nix::unistd::{User, geteuid};

use super::jdk::Jdk;
use super::process::RECORD;

/// The account of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// Whoever runs xtask.
    Own,
    /// The user `nobody`.
    Nobody { uid: u32, gid: u32 },
    /// Root, which believes to be somebody else in a user namespace: it gets where only root does.
    Mapped,
}

impl Account {
    /// The first account that can run the JDK, read `home` and write `folder`.
    pub(crate) fn choose(jdk: &Jdk, home: &Path, folder: &Path) -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self::Own);
        }
        let mut tried = String::new();
        for account in nobody()?.into_iter().chain([Self::Mapped]) {
            account.give(folder)?;
            match account.try_out(jdk, home, folder) {
                Ok(()) => return Ok(account),
                Err(error) => tried += &format!("\n  {account:?}: {error:#}"),
            }
        }
        bail!("OpenSearch refuses to run as root, and no other account can run it here:{tried}")
    }

    /// Makes everything below a folder the account's own.
    pub(crate) fn give(&self, folder: &Path) -> Result<()> {
        let (uid, gid) = match self {
            Self::Own => return Ok(()),
            Self::Nobody { uid, gid } => (*uid, *gid),
            Self::Mapped => (0, 0),
        };
        give(folder, uid, gid).with_context(|| format!("cannot give away {}", folder.display()))
    }

    /// A command of this account that first records itself in `pid_file`.
    pub(crate) fn recorded(&self, pid_file: &Path, program: &Path) -> Command {
        let mut command = self.shell(RECORD);
        command.arg(pid_file).arg(program);
        command
    }

    fn shell(&self, script: &str) -> Command {
        let mut command = match self {
            Self::Mapped => {
                let mut unshare = Command::new("unshare");
                unshare.args(["--user", "--map-user=1000", "--map-group=1000", "sh"]);
                unshare
            }
            Self::Own | Self::Nobody { .. } => Command::new("sh"),
        };
        if let Self::Nobody { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command.arg("-c").arg(script);
        command
    }

    fn try_out(&self, jdk: &Jdk, home: &Path, folder: &Path) -> Result<()> {
        let script =
            r#"cd "$1" && touch . && test -r "$2/.complete" && ls "$2/lib" && exec "$0" -version"#;
        let output = self
            .shell(script)
            .arg(&jdk.java)
            .args([folder, home])
            .current_dir("/")
            .stdin(Stdio::null())
            .output()
            .context("cannot start a process")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("{} {}", output.status, said.trim());
        }
        Ok(())
    }
}

fn nobody() -> Result<Option<Account>> {
    let user = User::from_name("nobody").context("cannot look up nobody")?;
    Ok(user.map(|user| Account::Nobody { uid: user.uid.as_raw(), gid: user.gid.as_raw() }))
}

fn give(path: &Path, uid: u32, gid: u32) -> std::io::Result<()> {
    let entries: Vec<PathBuf> = fs::read_dir(path)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    for entry in entries {
        if entry.symlink_metadata()?.is_dir() {
            give(&entry, uid, gid)?;
        } else {
            lchown(entry, Some(uid), Some(gid))?;
        }
    }
    chown(path, Some(uid), Some(gid))
}
