//! The stack that the tests run against: started when the first stage asks for it, in a folder
//! and on ports of its own, so that a running `up` is not disturbed.

use std::env;
use std::ffi::OsString;
use std::path::Path;

use anyhow::Result;

use crate::down;
use crate::stack::Stack;
use crate::stack::settings::Settings;
use crate::up::Up;

const DIR: &str = "target/dev-test";

/// The tests' stack, once it is started.
#[derive(Debug, Default)]
pub(crate) struct Live(Option<(Stack, Settings)>);

impl Live {
    /// Starts the stack unless it runs, and says where it is.
    pub(crate) fn environment(&mut self) -> Result<Vec<(&'static str, OsString)>> {
        let (stack, settings) = match &mut self.0 {
            Some(started) => started,
            none => none.insert(start()?),
        };
        Ok(vec![
            ("MODELGATE_TEST_DIR", stack.dir().into()),
            ("MODELGATE_TEST_URL", settings.gate_url().into()),
            ("MODELGATE_TEST_OPENSEARCH_URL", settings.cluster_url().into()),
            ("MODELGATE_TEST_CERTS", stack.certs().into()),
            ("MODELGATE_TEST_XTASK", env::current_exe()?.into()),
        ])
    }

    /// Stops the stack, if it was started.
    pub(crate) fn stop(self) -> Result<()> {
        self.0.map_or(Ok(()), |(stack, _)| down::stop(&stack))
    }
}

fn start() -> Result<(Stack, Settings)> {
    let stack = Stack::at(Path::new(DIR));
    down::stop(&stack)?;
    let settings = Up::for_tests(DIR)?.start(&stack);
    match settings {
        Ok(settings) => Ok((stack, settings)),
        Err(error) => down::stop(&stack).and(Err(error)),
    }
}
