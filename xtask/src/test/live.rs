//! The stack that the tests run against: started when the first stage asks for it, in a folder
//! and on ports of its own, so that a running `up` is not disturbed.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::down;
use crate::stack::settings::{Security, Settings};
use crate::stack::{Stack, gate, ports};
use crate::up::Up;

const DIR: &str = "target/dev-test";

/// The tests' stack, once it is started.
#[derive(Debug)]
pub(crate) struct Live {
    stack: Stack,
    xtask: PathBuf,
    /// The modelgate to start; the one of this tree, once it is built, without.
    modelgate: Option<PathBuf>,
    up: Option<Up>,
}

impl Live {
    /// Says where the stack will be, without starting it.
    pub(crate) fn plan() -> Result<Self> {
        Self::of(Path::new(DIR), None)
    }

    /// A stack in this folder, with this modelgate.
    pub(crate) fn of(dir: &Path, modelgate: Option<PathBuf>) -> Result<Self> {
        let xtask = env::current_exe().context("xtask does not find itself")?;
        Ok(Self { stack: Stack::at(dir), xtask, modelgate, up: None })
    }

    /// Starts the stack, unless it runs with these settings, and says where it is.
    pub(crate) fn environment(
        &mut self,
        set: &[&str],
        security: Security,
    ) -> Result<Vec<(&'static str, OsString)>> {
        let mut up = match self.up.take() {
            Some(up) => up,
            None => self.first()?,
        };
        up.set = set.iter().map(|set| (*set).to_owned()).collect();
        up.security = security;
        let up = self.up.insert(up);
        let settings = up.start(&self.stack)?;
        let program = settings.modelgate.clone().unwrap_or_default();
        Ok(vec![
            ("MODELGATE_TEST_PROGRAM", program.into()),
            ("MODELGATE_TEST_DIR", self.stack.dir().into()),
            ("MODELGATE_TEST_URL", settings.gate_url().into()),
            ("MODELGATE_TEST_OPENSEARCH_URL", settings.cluster_url().into()),
            ("MODELGATE_TEST_CERTS", self.stack.certs().into()),
            ("MODELGATE_TEST_XTASK", self.xtask.clone().into()),
            ("MODELGATE_TEST_ACCESS_CONTROL_CMD", self.access_control(&settings).into()),
        ])
    }

    /// A shell command that takes `on` or `off` as its last word.
    fn access_control(&self, settings: &Settings) -> String {
        let program = settings.modelgate.as_deref().unwrap_or(Path::new(""));
        let mut command = format!(
            "'{}' up --detach --dir '{}' --modelgate '{}' --port {} --opensearch-port {}",
            self.xtask.display(),
            self.stack.dir().display(),
            program.display(),
            settings.port,
            settings.opensearch_port,
        );
        for set in &settings.set {
            command += &format!(" --set '{set}'");
        }
        command + " --access-control"
    }

    /// Stops what an earlier run left, builds modelgate and chooses ports.
    fn first(&self) -> Result<Up> {
        down::stop(&self.stack)?;
        let program = self.modelgate.clone().map_or_else(gate::build, Ok)?;
        Ok(Up::for_tests(self.stack.dir(), program, ports::two_free()?))
    }

    /// Stops the stack, if it was started.
    pub(crate) fn stop(self) -> Result<()> {
        self.up.map_or(Ok(()), |_| down::stop(&self.stack))
    }
}
