//! `cargo xtask h2spec`: modelgate's HTTP/2 against h2spec's cases of RFC 9113 and RFC 7541.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;

use crate::bench::start::{Running, answers, free_ports};
use crate::stack::{Stack, cache, certs, files, gate};

const MODULE: &str = "github.com/summerwind/h2spec/cmd/h2spec@latest";

/// Runs h2spec against modelgate behind TLS; where it is not installed, Go builds it once.
#[derive(Debug, Args)]
pub(crate) struct H2spec {}

impl H2spec {
    pub(crate) fn run(self) -> Result<()> {
        let h2spec = h2spec()?;
        let stack = Stack::at(Path::new("target/h2spec"));
        files::folder(stack.dir())?;
        certs::ensure(&stack.certs())?;
        let ports = free_ports(2)?;
        let (port, upstream_port) = (ports[0], ports[1]);
        let mut upstream = Command::new(env::current_exe()?);
        upstream.args(["bench-kit", "upstream", &upstream_port.to_string()]);
        let log = |name| stack.dir().join(name);
        let ready = || answers(upstream_port);
        let _upstream = Running::start_until(upstream, ready, &log("upstream.log"))?;
        let program = gate::build()?;
        let _gate = Running::start_until(
            modelgate(&program, &stack.certs(), port, upstream_port),
            || probe(modelgate(&program, &stack.certs(), port, upstream_port)),
            &log("modelgate.log"),
        )?;
        let port = port.to_string();
        let arguments = ["-t", "-k", "-h", "localhost", "-P", "/1k", "-o", "5", "-p", &port];
        let status = Command::new(h2spec).args(arguments).status().context("cannot run h2spec")?;
        ensure!(status.success(), "h2spec found what is wrong");
        Ok(())
    }
}

fn modelgate(program: &Path, certs: &Path, port: u16, upstream: u16) -> Command {
    let mut command = Command::new(program);
    command.args(["--listen", &format!("127.0.0.1:{port}")]);
    command.args(["--upstream-url", &format!("http://127.0.0.1:{upstream}")]);
    for (key, file) in [("tls.certificate", "node.pem"), ("tls.key", "node.key")] {
        command.args(["--set", &format!("{key}={}", certs.join(file).display())]);
    }
    command.args(["--set", "admin.listen=off", "--set", "identity.source=none"]);
    command
}

fn probe(mut modelgate: Command) -> bool {
    let probe = modelgate.arg("--probe").stdout(Stdio::null()).stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// The installed h2spec, else one built for this workspace alone.
fn h2spec() -> Result<PathBuf> {
    let bin = cache().join("tools/bin");
    let own = bin.join("h2spec");
    let path = env::var_os("PATH").unwrap_or_default();
    let installed = env::split_paths(&path).map(|folder| folder.join("h2spec"));
    if let Some(found) = installed.chain([own.clone()]).find(|program| program.is_file()) {
        return Ok(found);
    }
    let mut install = Command::new("go");
    install.args(["install", MODULE]).env("GOBIN", &bin).env("GOFLAGS", "-buildvcs=false");
    let status = install.status().context("h2spec is not installed, nor Go to build it")?;
    ensure!(status.success(), "h2spec does not build");
    Ok(own)
}
