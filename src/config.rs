//! The configuration: a file, over it the environment, over that the flags.
//!
//! Every value that exists is valid: a value's type refuses a wrong one, and the message names where it was written
//! and what would be right. A key is one row in `keys.rs`; its name in the environment follows from it.

mod agreement;
mod choice;
mod flags;
mod keys;
mod level;
mod loading;
mod names;
mod nodes;
mod origin;
mod problem;
mod sections;
mod size;
mod time;
mod value;

use std::ffi::OsString;
use std::path::PathBuf;

pub use choice::AccessControl;
pub use choice::Guard;
pub use choice::HiddenGroups;
pub use choice::LogFormat;
pub use choice::Scoring;
pub use flags::Flags;
pub use level::Level;
pub use names::Roles;
pub use names::Source;
pub use names::Sources;
pub use names::UserName;
pub use nodes::Nodes;
pub use origin::AdminListen;
pub use origin::Listen;
pub use origin::Origin;
pub use origin::Scheme;
pub use problem::ConfigErrors;
pub use sections::Admin;
pub use sections::Identity;
pub use sections::Limits;
pub use sections::Log;
pub use sections::Login;
pub use sections::Runtime;
pub use sections::Tls;
pub use sections::Upstream;
pub use size::Count;
pub use size::HeaderCount;
pub use size::Size;
pub use time::Period;
pub use time::Timeout;
pub use value::Wrong;

use loading::Loading;

/// Everything that can be configured.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The address and port that clients use.
    pub listen: Listen,
    /// Whether other modelgates may listen at the same address.
    pub reuse_port: bool,
    /// Whether ML Commons' access control is on.
    pub access_control: AccessControl,
    /// How a group that the caller may not see is answered.
    pub hidden_groups: HiddenGroups,
    /// What scores the hits of a search have.
    pub scoring: Scoring,
    /// Who keeps other requests away from the protected indices.
    pub guard: Guard,
    /// `[tls]`
    pub tls: Tls,
    /// `[upstream]`
    pub upstream: Upstream,
    /// `[identity]`
    pub identity: Identity,
    /// `[limits]`
    pub limits: Limits,
    /// `[admin]`
    pub admin: Admin,
    /// `[log]`
    pub log: Log,
    /// `[runtime]`
    pub runtime: Runtime,
}

impl Config {
    /// Reads the file that `--config` or `MODELGATE_CONFIG` names, then the variables, then the flags; what stands in
    /// none of them is at its default. `environment` is [`std::env::vars_os`] outside of tests.
    ///
    /// # Errors
    ///
    /// Every problem found, each with its file and line, variable or flag.
    pub fn load(
        flags: &Flags,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigErrors> {
        let environment = environment.into_iter().collect();
        let mut loading = Loading::default();
        if let Some((path, named_by)) = file(flags, &environment) {
            loading.file(&path, named_by);
        }
        loading.environment(&environment);
        loading.flags(flags);
        loading.finish()
    }
}

/// The configuration file and what named it.
fn file(flags: &Flags, environment: &loading::Environment) -> Option<(PathBuf, &'static str)> {
    let by_flag = flags.config.clone().map(|path| (path, "--config"));
    by_flag.or_else(|| {
        let path = environment.get(&OsString::from(keys::FILE_VARIABLE))?;
        Some((path.into(), keys::FILE_VARIABLE))
    })
}

#[cfg(test)]
mod tests;
