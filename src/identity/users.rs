//! A file of users, in the shape of the Security plugin's `internal_users.yml`.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::SystemTime,
};

use serde::Deserialize;
use tokio::sync::Semaphore;

use super::{basic::Basic, unauthorized};
use crate::{error::Error, format::Format, principal::Principal, route::Ours};

/// Password checks at once: each takes a core for tens of milliseconds.
const CHECKS: usize = 2;

/// A hash that no password has, so that an unknown user costs what a known one costs.
const NOBODY: &str = "$2y$12$LQv3c1yqBWVHxkd0LHAkCOYz6TtxMQJqhN8/LewY5GyYqm3cXO5p.";

/// The users of a file, which is read anew when it changes.
#[derive(Debug)]
pub(super) struct Users {
    path: PathBuf,
    read: RwLock<Version>,
    checks: Semaphore,
}

#[derive(Clone, Debug)]
struct Version {
    changed: Option<SystemTime>,
    users: Arc<HashMap<String, User>>,
}

/// A user of the file.
#[derive(Clone, Debug, Deserialize)]
struct User {
    hash: String,
    #[serde(default)]
    backend_roles: Vec<String>,
    #[serde(default)]
    opendistro_security_roles: Vec<String>,
}

/// Why callers cannot be looked up.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(String, #[source] std::io::Error),
    /// The file is no YAML of users.
    #[error("{0}: {1}")]
    Unusable(String, String),
    /// The system gives no randomness.
    #[error("the system gives no randomness")]
    NoRandomness,
}

impl Users {
    /// Reads the file.
    pub(super) fn load(path: &Path) -> Result<Self, UsersError> {
        let read = RwLock::new(Version::of(path)?);
        Ok(Self { path: path.to_owned(), read, checks: Semaphore::new(CHECKS) })
    }

    /// The user whose basic credentials a request has; `None` where it has none of that kind.
    pub(super) async fn look_up(&self, ours: &Ours) -> Result<Option<Principal>, Error> {
        let Some(basic) = ours.field("authorization").and_then(Basic::of) else { return Ok(None) };
        let wrong = || Error::Answered(Box::new(unauthorized()));
        let basic = basic.map_err(|()| wrong())?;
        let users = self.current();
        let user = users.get(&basic.user).cloned();
        let hash = user.as_ref().map_or(NOBODY, |user| user.hash.as_str()).to_owned();
        let fits = self.fits(basic.password, hash).await?;
        let user = user.filter(|_| fits).ok_or_else(wrong)?;
        Ok(Some(Principal {
            name: basic.user,
            backend_roles: user.backend_roles,
            roles: user.opendistro_security_roles,
            ..Principal::default()
        }))
    }

    async fn fits(&self, password: String, hash: String) -> Result<bool, Error> {
        let _turn = self.checks.acquire().await.map_err(|_| Error::Internal("no turn"))?;
        let check = move || bcrypt::verify(password, &hash).unwrap_or(false);
        tokio::task::spawn_blocking(check).await.map_err(|_| Error::Internal("no check"))
    }

    /// The users of the file as it is now; a file that became unusable leaves the old ones.
    fn current(&self) -> Arc<HashMap<String, User>> {
        let read = self.read.read().unwrap_or_else(PoisonError::into_inner).clone();
        if read.changed == changed(&self.path) {
            return read.users;
        }
        match Version::of(&self.path) {
            Ok(version) => {
                let users = version.users.clone();
                *self.read.write().unwrap_or_else(PoisonError::into_inner) = version;
                users
            }
            Err(error) => {
                tracing::warn!(%error, "the file of users cannot be used: the old users stay");
                read.users
            }
        }
    }
}

impl Version {
    fn of(path: &Path) -> Result<Self, UsersError> {
        let name = || path.display().to_string();
        let changed = changed(path);
        let text = fs::read(path).map_err(|error| UsersError::Unreadable(name(), error))?;
        let users = parsed(&text).map_err(|why| UsersError::Unusable(name(), why))?;
        Ok(Self { changed, users: Arc::new(users) })
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// The users, without the `_meta` that such files begin with.
fn parsed(text: &[u8]) -> Result<HashMap<String, User>, String> {
    let json = Format::Yaml.decode_to_json(text).map_err(|error| error.to_string())?;
    let mut entries: HashMap<String, serde_json::Value> =
        serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    entries.remove("_meta");
    let user = |(name, entry)| match serde_json::from_value(entry) {
        Ok(user) => Ok((name, user)),
        Err(error) => Err(format!("user [{name}]: {error}")),
    };
    entries.into_iter().map(user).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_internal_users_is_read() {
        let users = parsed(
            b"_meta:\n  type: internalusers\n  config_version: 2\nalice:\n  hash: \"$2y$x\"\n  \
              reserved: true\n  backend_roles:\n  - IT\n  opendistro_security_roles:\n  - ml_full_access\n",
        )
        .unwrap();

        assert_eq!(users.len(), 1);
        assert_eq!(users["alice"].backend_roles, ["IT"]);
        assert_eq!(users["alice"].opendistro_security_roles, ["ml_full_access"]);
    }

    #[test]
    fn a_user_without_a_hash_is_named() {
        let wrong = parsed(b"alice:\n  backend_roles: []\n").unwrap_err();

        assert!(wrong.contains("alice") && wrong.contains("hash"), "{wrong}");
    }
}
