//! `cargo xtask dist`: modelgate as it is shipped, laid out by a profile of itself at work. It is
//! built to count what it does, put to work, and built again with the counts.

use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::Args;

use crate::bench::{load, programs, training};
use crate::stack::gate::cargo;
use crate::stack::{files, interrupt, workspace};
use crate::test::pass;

/// Seconds of each kind of work that is counted.
const COUNTED: u32 = 4;

/// Build modelgate as it is shipped, with a profile of itself at work: needs wrk and h2load.
#[derive(Debug, Args)]
pub(crate) struct Dist {}

impl Dist {
    /// Builds it and says where it is.
    pub(crate) fn run(self) -> Result<()> {
        interrupt::watch()?;
        println!("{}", built()?.display());
        Ok(())
    }
}

/// Builds it, as far as it has changed, and says where it is.
pub(crate) fn built() -> Result<PathBuf> {
    let folder = folder();
    files::folder(&folder)?;
    let _alone = files::lock(&folder.join(".lock"))?;
    let counts = folder.join("counts");
    let counting = compiled("counting", &format!("-Cprofile-generate={}", counts.display()))?;
    let profiles = folder.join("profiles");
    let profile = profiles.join(format!("{:016x}.profdata", print_of(&counting)?));
    if !profile.is_file() {
        println!("taking a profile of modelgate at work");
        files::remove(&counts)?;
        training::put_to_work(&counting, &folder.join("work"), COUNTED)?;
        files::remove(&profiles)?;
        files::folder(&profiles)?;
        merge(&counts, &profile)?;
    }
    let program = compiled("profiled", &format!("-Cprofile-use={}", profile.display()))?;
    let shipped = folder.join("modelgate");
    files::remove(&shipped)?;
    fs::copy(&program, &shipped).with_context(|| format!("no {}", shipped.display()))?;
    Ok(shipped)
}

/// Builds it and puts it to work for a moment; gives what is missing for that.
pub(crate) fn tried() -> Result<Option<&'static str>> {
    if llvm_profdata().is_err() {
        return Ok(Some("rustup has no llvm-tools for this rustc"));
    }
    if load::tools().is_err() {
        return Ok(Some("wrk or h2load is not installed: apt-get install wrk nghttp2-client"));
    }
    training::put_to_work(&built()?, &folder().join("work"), 1).map(|()| None)
}

fn folder() -> PathBuf {
    workspace().join("target/dist")
}

/// A build of its own with one more flag of rustc's, which build scripts are spared.
fn compiled(name: &str, flag: &str) -> Result<PathBuf> {
    const SEPARATOR: &str = "\u{1f}";
    let flags = env::var("RUSTFLAGS").unwrap_or_default();
    let flags: Vec<_> = flags.split_whitespace().chain([flag]).collect();
    let mut build = cargo();
    build.args(["build", "--release", "--locked", "--package", "modelgate", "--bin", "modelgate"]);
    build.args(["--target", "host-tuple", "--target-dir"]).arg(folder().join(name));
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join(SEPARATOR));
    programs::built("modelgate", &mut build)
}

/// Tells apart what profiles are taken of, and by what, by when each was built. Cargo builds again
/// for a profile of another name, not for one of other content.
fn print_of(counting: &Path) -> Result<u64> {
    let mut print = DefaultHasher::new();
    for program in [counting, &env::current_exe()?] {
        let written = fs::metadata(program).and_then(|program| program.modified());
        written.with_context(|| program.display().to_string())?.hash(&mut print);
    }
    Ok(print.finish())
}

/// Makes a profile of counts.
fn merge(counts: &Path, profile: &Path) -> Result<()> {
    let partial = profile.with_extension("partial");
    let mut merge = Command::new(llvm_profdata()?);
    merge.arg("merge").arg(counts).arg("-o").arg(&partial);
    pass(&mut merge)?;
    fs::rename(&partial, profile).with_context(|| format!("no {}", profile.display()))
}

/// The program that reads what this rustc's builds count, of rustup's component `llvm-tools`.
fn llvm_profdata() -> Result<PathBuf> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut asked = Command::new(rustc);
    asked.args(["--print", "target-libdir"]).current_dir(workspace()).stderr(Stdio::inherit());
    let told = asked.output().context("cannot run rustc")?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&told.stdout).trim_end());
    let program = libraries.with_file_name("bin").join("llvm-profdata");
    if !program.is_file() {
        let mut add = Command::new("rustup");
        add.args(["component", "add", "llvm-tools"]).current_dir(workspace());
        pass(&mut add)?;
    }
    Ok(program)
}
