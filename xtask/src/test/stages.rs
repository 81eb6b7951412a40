//! The stages of `cargo xtask test`: to add one is to add a line to `STAGES`.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::live::Live;
use crate::stack::gate::cargo;
use crate::stack::settings::Security;
use crate::stack::workspace;
use crate::tools;
use crate::{bench, dist};

/// A check that passes or fails as a whole.
#[derive(Debug)]
pub(crate) struct Stage {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// Does it.
    pub(crate) run: fn(&mut Live) -> Result<Done>,
}

/// How a stage that did not fail has ended.
#[derive(Debug)]
pub(crate) enum Done {
    /// Everything was checked.
    Passed,
    /// Nothing was checked, for this reason.
    Skipped(&'static str),
}

/// All stages, in order: the fast ones first, then those that need a cluster.
pub(crate) const STAGES: &[Stage] = &[
    Stage { name: "fmt", run: |_| fmt() },
    Stage { name: "clippy", run: |_| clippy() },
    Stage { name: "deny", run: |_| deny() },
    Stage { name: "doc", run: |_| doc() },
    Stage { name: "unit", run: |_| unit() },
    Stage { name: "proxy", run: |_| offline("proxy") },
    Stage { name: "admin", run: |_| offline("admin") },
    Stage { name: "bench", run: |_| bench() },
    Stage { name: "dist", run: |_| dist() },
    Stage { name: "compose", run: |_| compose() },
    Stage { name: "differential", run: |live| online("differential", AS_RECORDED, live) },
    Stage { name: "clients", run: |live| online("clients", &[], live) },
    Stage { name: "docs", run: |live| online("docs", &[], live) },
    Stage { name: "races", run: |live| online("races", &[], live) },
    Stage { name: "law", run: law },
    Stage { name: "canary", run: canary },
];

/// The recorded answers tell of hidden groups, follow a change of roles at once, and are the
/// Security plugin's where a request goes straight to the index.
const AS_RECORDED: &[&str] = &["hidden_groups=revealed", "guard=upstream", "identity.cache=0s"];

/// What the stages are called.
pub(crate) fn names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

fn fmt() -> Result<Done> {
    pass(cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Done> {
    pass(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn doc() -> Result<Done> {
    pass(cargo().args(["doc", "--no-deps", "--workspace"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn unit() -> Result<Done> {
    pass(cargo().args(["test", "--workspace", "--lib", "--bins"]))
}

/// A test target that needs nothing.
fn offline(target: &str) -> Result<Done> {
    if !is_a_test(target)? {
        return Ok(Done::Skipped("there is no such test target"));
    }
    pass(cargo().args(["test", "--test", target]))
}

/// Instructions against the recorded ones: no time is measured.
fn bench() -> Result<Done> {
    Ok(bench::compared()?.map_or(Done::Passed, Done::Skipped))
}

/// The program that is shipped, under every kind of load.
fn dist() -> Result<Done> {
    Ok(dist::tried()?.map_or(Done::Passed, Done::Skipped))
}

/// A test target whose tests are ignored unless there is a cluster, with these settings of
/// modelgate.
fn online(target: &str, set: &[&str], live: &mut Live) -> Result<Done> {
    before(target, set, Security::On, live)
}

/// What a caller may not see tells nothing, with scores as they are and with constant ones.
fn law(live: &mut Live) -> Result<Done> {
    online("law", &[], live)?;
    let mut command = cargo();
    command.args(["test", "--test", "law", "--", "--include-ignored", "hidden_groups_do_not_show"]);
    command.env("LAW_SCORING", "constant");
    pass(command.envs(live.environment(&["scoring=constant"], Security::On)?))
}

/// The canaries live in a cluster that nothing but modelgate's guard protects.
fn canary(live: &mut Live) -> Result<Done> {
    before("canary", &[], Security::Off, live)
}

fn before(target: &str, set: &[&str], security: Security, live: &mut Live) -> Result<Done> {
    if !is_a_test(target)? {
        return Ok(Done::Skipped("there is no such test target"));
    }
    let mut command = cargo();
    command.args(["test", "--test", target, "--", "--include-ignored"]);
    pass(command.envs(live.environment(set, security)?))
}

fn deny() -> Result<Done> {
    let arguments = ["--workspace", "check", "bans", "licenses", "sources"];
    if !workspace().join("deny.toml").is_file() {
        return Ok(Done::Skipped("there is no deny.toml"));
    }
    pass(Command::new(tools::program("cargo-deny")?).args(arguments).current_dir(workspace()))
}

fn compose() -> Result<Done> {
    let works = Command::new("docker").args(["compose", "version"]).stdin(Stdio::null()).output();
    if !works.is_ok_and(|output| output.status.success()) {
        return Ok(Done::Skipped("docker compose is not installed"));
    }
    pass(Command::new("docker").args(["compose", "config", "-q"]).current_dir(workspace()))
}

fn is_a_test(target: &str) -> Result<bool> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version=1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    let metadata: Value = serde_json::from_slice(&output.stdout).context("cargo metadata")?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let targets = list(&metadata["packages"]).into_iter().flat_map(|one| list(&one["targets"]));
    let mut tests = targets.filter(|found| list(&found["kind"]).contains(&Value::from("test")));
    Ok(tests.any(|test| test["name"] == target))
}

/// Runs a command that has to succeed.
pub(crate) fn pass(command: &mut Command) -> Result<Done> {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    let shown = words.map(|word| word.display().to_string()).collect::<Vec<_>>().join(" ");
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("cannot run {shown}"))?;
    ensure!(status.success(), "{status} of {shown}");
    Ok(Done::Passed)
}
