//! modelgate, as a process of a stack.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use ureq::http::Method;

use super::account::Account;
use super::client::Client;
use super::process::{PidFile, Process};
use super::settings::{Identity, Security, Settings};
use super::users::ALICE;
use super::{Stack, config, files, interrupt, ports, workspace};

const START_LIMIT: Duration = Duration::from_secs(30);

/// The record of modelgate's process.
pub(crate) fn pid_file(stack: &Stack) -> PidFile {
    PidFile::at(stack.dir().join("modelgate.pid"))
}

/// Builds modelgate and says where the program is.
pub(crate) fn build() -> Result<PathBuf> {
    let output = cargo()
        .args(["build", "--release", "--package", "modelgate", "--bin", "modelgate"])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "modelgate does not build");
    executable(&output.stdout).context("cargo named no program of modelgate")
}

/// The program that the last `build` made.
pub(crate) fn built() -> Result<PathBuf> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let program = workspace().join(target).join("release/modelgate");
    ensure!(program.is_file(), "{} is not built: leave --no-build out", program.display());
    Ok(program)
}

/// The cargo that runs xtask, in the workspace.
pub(crate) fn cargo() -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(workspace()).stdin(Stdio::null());
    command
}

fn executable(messages: &[u8]) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(messages);
    let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let programs = messages.filter(|message| message["target"]["name"] == "modelgate");
    programs.filter_map(|message| message["executable"].as_str().map(PathBuf::from)).next_back()
}

/// Starts modelgate anew, with these settings, and waits until it answers.
pub(crate) fn restart(stack: &Stack, settings: &Settings, program: &Path) -> Result<()> {
    pid_file(stack).stop()?;
    interrupt::check()?;
    ports::require_free(settings.port, "--port")?;
    let file = write_config(stack, settings)?;
    let pid_file = pid_file(stack);
    let mut command = Account::Own.recorded(pid_file.path(), program);
    command.arg("--config").arg(file).current_dir(workspace());
    for set in &settings.set {
        command.args(["--set", set]);
    }
    let process = pid_file.spawn(&mut command, &log(stack))?;
    wait(stack, settings, &process)
}

fn write_config(stack: &Stack, settings: &Settings) -> Result<PathBuf> {
    let users = stack.dir().join("users.yml");
    let known = files::read(&config::templates().join("internal_users.yml"))?.unwrap_or_default();
    files::write(&users, &known, 0o600)?;
    let file = stack.dir().join("modelgate.toml");
    files::write(&file, &toml(stack, settings, &users)?, 0o600)?;
    Ok(file)
}

fn toml(stack: &Stack, settings: &Settings, users: &Path) -> Result<String> {
    let mut toml = format!(
        "# Written by `cargo xtask up`.\nlisten = \"127.0.0.1:{}\"\naccess_control = \"{}\"\n\n\
         [upstream]\nurl = \"{}\"\n",
        settings.port,
        settings.access_control,
        settings.cluster_url()
    );
    if settings.security == Security::On {
        for (key, name) in
            [("ca", "ca.pem"), ("certificate", "sidecar.pem"), ("key", "sidecar.key")]
        {
            toml += &format!("{key} = {}\n", quoted(&stack.certs().join(name))?);
        }
    }
    toml += &format!("\n[identity]\nsource = \"{}\"\n", settings.identity);
    if settings.identity == Identity::Users {
        toml += &format!("users = {}\n", quoted(users)?);
    }
    toml += "\n[admin]\nlisten = \"off\"\n"; // several stacks may run at once
    Ok(toml)
}

/// TOML's basic strings are JSON's.
fn quoted(path: &Path) -> Result<String> {
    serde_json::to_string(path).context("a path that is no UTF-8")
}

fn log(stack: &Stack) -> PathBuf {
    stack.dir().join("modelgate.log")
}

fn wait(stack: &Stack, settings: &Settings, process: &Process) -> Result<()> {
    let start = Instant::now();
    let client = Client::believing(&settings.gate_url());
    loop {
        let answer = client.send(Method::GET, "/", Some(&ALICE));
        let said = match answer {
            Ok(answer) if answer.is_ok() => return Ok(()),
            Ok(answer) => format!("it answers {} {}", answer.status, answer.body),
            Err(error) => format!("{error:#}"),
        };
        if !process.runs() {
            bail!("modelgate ended while it started. {}", last_words(stack));
        }
        if interrupt::came() || start.elapsed() > START_LIMIT {
            pid_file(stack).stop()?;
            bail!("modelgate was not ready: {said}. {}", last_words(stack));
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn last_words(stack: &Stack) -> String {
    let log = log(stack);
    format!("The end of {}:\n{}", log.display(), files::tail(&log, 40))
}
