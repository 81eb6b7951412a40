//! `cargo xtask test`: every check of the project.

use anyhow::Result;
use clap::Args;

/// Run every check, or the named stages.
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The stages to run; all without any.
    stages: Vec<String>,
}

impl Test {
    /// Runs the stages in order.
    pub(crate) fn run(self) -> Result<()> {
        drop(self.stages);
        Ok(())
    }
}
