//! Cargo's subcommands that the commands need.

use std::env;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::stack::cache;
use crate::stack::gate::cargo;

/// The installed program of that name, else one built for this workspace alone.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let tools = cache().join("tools");
    let own = tools.join("bin").join(name);
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = env::split_paths(&path).map(|folder| folder.join(name));
    if let Some(found) = installed.chain([own.clone()]).find(|program| program.is_file()) {
        return Ok(found);
    }
    println!("{name} is not installed: building it, once, which takes minutes");
    let mut install = cargo();
    install.args(["install", name, "--locked", "--quiet", "--root"]).arg(&tools);
    let status = install.stdin(Stdio::null()).status().context("cannot run cargo install")?;
    ensure!(status.success(), "{name} cannot be installed");
    Ok(own)
}
