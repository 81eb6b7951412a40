//! `cargo xtask down`: stops what `up` started.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::stack::{DEFAULT_DIR, Stack, gate, node};

/// Stop modelgate and OpenSearch.
#[derive(Debug, Args)]
pub(crate) struct Down {
    /// The stack's folder.
    #[arg(long, default_value = DEFAULT_DIR)]
    dir: PathBuf,
}

impl Down {
    /// Stops the stack, if it runs.
    pub(crate) fn run(self) -> Result<()> {
        let stack = Stack::at(&self.dir);
        if stack.dir().exists() {
            stop(&stack)?;
        }
        Ok(())
    }
}

/// Stops both processes of a stack, modelgate first.
pub(crate) fn stop(stack: &Stack) -> Result<()> {
    let _held = stack.hold()?;
    if gate::pid_file(stack).stop()? {
        eprintln!("modelgate is stopped");
    }
    if node::pid_file(stack).stop()? {
        eprintln!("OpenSearch is stopped");
    }
    Ok(())
}
