//! The OpenSearch node of a stack.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use ureq::http::Method;

use super::account::Account;
use super::client::Client;
use super::config::{self, Config};
use super::jdk::Jdk;
use super::maven::VERSION;
use super::process::{PidFile, Process};
use super::settings::{Security, Settings};
use super::users::ALICE;
use super::{Stack, assemble, certs, files, interrupt, jdk, ports};

const START_LIMIT: Duration = Duration::from_secs(180);

/// Whether `up` found the node as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Node {
    /// It was running already.
    Reused,
    /// It was started.
    Started,
}

/// The record of the node's process.
pub(crate) fn pid_file(stack: &Stack) -> PidFile {
    PidFile::at(stack.node().join("node.pid"))
}

/// Sees to it that the node runs, with these settings.
pub(crate) fn ensure(stack: &Stack, settings: &Settings) -> Result<Node> {
    let launch = Launch::plan(stack, settings)?;
    if pid_file(stack).running().is_some() {
        if launch.is_the_last(stack) && is_ready(stack, settings) {
            return Ok(Node::Reused);
        }
        eprintln!("restarting OpenSearch: its settings have changed, or it does not answer");
    }
    pid_file(stack).stop()?;
    interrupt::check()?;
    ports::require_free(settings.opensearch_port, "--opensearch-port")?;
    let process = launch.start(stack)?;
    wait(stack, settings, &process)?;
    files::write(&launch.initialised(stack), &launch.first(), 0o644)?;
    Ok(Node::Started)
}

/// All that decides how the node runs.
#[derive(Debug)]
struct Launch {
    jdk: Jdk,
    home: PathBuf,
    config: Config,
    security: Security,
    port: u16,
}

impl Launch {
    fn plan(stack: &Stack, settings: &Settings) -> Result<Self> {
        let security = settings.security;
        let jdk = jdk::find()?;
        interrupt::check()?;
        let home = assemble::home(security, jdk.complete)?;
        interrupt::check()?;
        certs::ensure(&stack.certs())?;
        let config = Config::gather(security, &home, &stack.certs())?;
        Ok(Self { jdk, home, config, security, port: settings.opensearch_port })
    }

    fn start(&self, stack: &Stack) -> Result<Process> {
        let folder = stack.node();
        files::folder(&folder)?;
        self.forget_half_made_data(stack)?;
        self.config.write(&folder.join("config"))?;
        for name in [self.data(), "logs", "tmp", "snapshots"] {
            files::folder(&folder.join(name))?;
        }
        files::write(&folder.join("launch"), &self.text(stack), 0o644)?;
        let account = Account::choose(&self.jdk, &self.home, &folder)?;
        account.give(&stack.certs())?;
        eprintln!("starting OpenSearch {VERSION}: 15 to 40 seconds");
        let pid_file = pid_file(stack);
        let mut command = account.recorded(pid_file.path(), &self.jdk.java);
        command.args(self.arguments(stack)).current_dir(&folder);
        clear_environment(&mut command);
        pid_file.spawn(&mut command, &log(stack))
    }

    /// Security that was not set up to its end, or from other files, begins anew.
    fn forget_half_made_data(&self, stack: &Stack) -> Result<()> {
        if files::read(&self.initialised(stack))?.as_ref() != Some(&self.first()) {
            files::remove(&self.initialised(stack))?;
            files::remove(&stack.node().join(self.data()))?;
        }
        Ok(())
    }

    fn is_the_last(&self, stack: &Stack) -> bool {
        let last = files::read(&stack.node().join("launch")).ok().flatten();
        let initialised = files::read(&self.initialised(stack)).ok().flatten();
        last == Some(self.text(stack)) && initialised == Some(self.first())
    }

    /// Names the data after what the node is, since neither kind can read the other's.
    fn data(&self) -> &'static str {
        match self.security {
            Security::On => "data",
            Security::Off => "data-plain",
        }
    }

    fn initialised(&self, stack: &Stack) -> PathBuf {
        stack.node().join(format!("{}.ready", self.data()))
    }

    fn first(&self) -> String {
        config::as_text(&self.config.first)
    }

    fn text(&self, stack: &Stack) -> String {
        let command = self.arguments(stack).join("\n");
        format!("{}\n{command}\n{}", self.jdk.java.display(), config::as_text(&self.config.node))
    }

    fn arguments(&self, stack: &Stack) -> Vec<String> {
        let (home, folder) = (self.home.display(), stack.node());
        let own = |name: &str| folder.join(name).display().to_string();
        let mut all = vec![
            "-Xms512m".to_owned(),
            "-Xmx1g".to_owned(),
            "-XX:+UseSerialGC".to_owned(),
            "-XX:TieredStopAtLevel=1".to_owned(),
            "-XX:-UsePerfData".to_owned(),
            format!("-javaagent:{home}/lib/opensearch-agent-{VERSION}.jar"),
        ];
        if self.jdk.complete {
            all.push("--add-modules=jdk.incubator.vector".to_owned());
        }
        all.extend([
            "-Dfile.encoding=UTF-8".to_owned(),
            "-Dlog4j2.disable.jmx=true".to_owned(),
            "-Dlog4j.shutdownHookEnabled=false".to_owned(),
            "-Dio.netty.noUnsafe=true".to_owned(),
            format!("-Djava.io.tmpdir={}", own("tmp")),
            format!("-Dopensearch.path.home={home}"),
            format!("-Dopensearch.path.conf={}", own("config")),
            "-Dopensearch.distribution.type=tar".to_owned(),
            "-cp".to_owned(),
            format!("{home}/lib/*"),
            "org.opensearch.bootstrap.OpenSearch".to_owned(),
            format!("-Epath.data={}", own(self.data())),
            format!("-Epath.logs={}", own("logs")),
            format!("-Ehttp.port={}", self.port),
            "-Etransport.port=9300-9400".to_owned(),
        ]);
        // Where the guard is tried, there is something to restore from.
        if self.security == Security::Off {
            all.push(format!("-Epath.repo={}", own("snapshots")));
        }
        all
    }
}

/// What would change how Java or OpenSearch run.
fn clear_environment(command: &mut Command) {
    for name in ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "CLASSPATH"] {
        command.env_remove(name);
    }
}

fn log(stack: &Stack) -> PathBuf {
    stack.node().join("node.log")
}

fn wait(stack: &Stack, settings: &Settings, process: &Process) -> Result<()> {
    let start = Instant::now();
    while !is_ready(stack, settings) {
        if interrupt::came() {
            pid_file(stack).stop()?;
            bail!("interrupted");
        }
        if !process.runs() {
            bail!("OpenSearch ended while it started. {}", last_words(&log(stack)));
        }
        if start.elapsed() > START_LIMIT {
            pid_file(stack).stop()?;
            bail!("OpenSearch was not ready in time. {}", last_words(&log(stack)));
        }
        thread::sleep(Duration::from_millis(200));
    }
    eprintln!("OpenSearch is ready after {:.0} s", start.elapsed().as_secs_f32());
    Ok(())
}

fn last_words(log: &Path) -> String {
    format!("The end of {}:\n{}", log.display(), files::tail(log, 40))
}

/// Whether the node answers, and knows its users if it has any.
fn is_ready(stack: &Stack, settings: &Settings) -> bool {
    let health = |client: Client| client.send(Method::GET, "/_cluster/health", None);
    let alice =
        |client: Client| client.send(Method::GET, "/_plugins/_security/authinfo", Some(&ALICE));
    stack.cluster(settings).and_then(health).is_ok_and(|answer| answer.is_ok())
        && (settings.security == Security::Off
            || stack.cluster_for_users(settings).and_then(alice).is_ok_and(|answer| answer.is_ok()))
}
