//! `cargo xtask up`: OpenSearch with modelgate before it.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use crate::stack::node::Node;
use crate::stack::settings::{AccessControl, Identity, Security, Settings};
use crate::stack::{DEFAULT_DIR, Stack, gate, interrupt, node};

/// Start OpenSearch with modelgate before it.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Return as soon as both are ready, and leave them running.
    #[arg(long)]
    detach: bool,
    /// modelgate's port.
    #[arg(long, default_value_t = 9200)]
    port: u16,
    /// The cluster's own port.
    #[arg(long, default_value_t = 9201)]
    opensearch_port: u16,
    /// Whether modelgate checks access.
    #[arg(long, value_enum, default_value = "on")]
    access_control: AccessControl,
    /// Where modelgate learns who is calling [default: opensearch, or users without security].
    #[arg(long, value_enum)]
    identity: Option<Identity>,
    /// Whether the node has the Security plugin.
    #[arg(long, value_enum, default_value = "on")]
    pub(crate) security: Security,
    /// A setting of modelgate; may be given more than once.
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// The stack's folder.
    #[arg(long, default_value = DEFAULT_DIR)]
    dir: PathBuf,
    /// Start the modelgate that was built last.
    #[arg(long)]
    no_build: bool,
    /// Start this modelgate, and build none.
    #[arg(long, value_name = "PATH")]
    modelgate: Option<PathBuf>,
    /// Start OpenSearch alone.
    #[arg(long, hide = true)]
    no_modelgate: bool,
}

impl Up {
    /// Brings the stack up.
    pub(crate) fn run(self) -> Result<()> {
        let stack = Stack::at(&self.dir);
        let settings = self.start(&stack)?;
        print!("{}", hints(&stack, &settings));
        if self.detach { Ok(()) } else { stay(&stack, &settings) }
    }

    /// Starts both, and leaves them running.
    pub(crate) fn start(&self, stack: &Stack) -> Result<Settings> {
        let _held = stack.hold()?;
        interrupt::watch()?;
        let mut settings = settings(stack, self)?;
        settings.check()?;
        settings.modelgate = program(self)?;
        if node::ensure(stack, &settings)? == Node::Started {
            settings.first_access_control = settings.access_control;
        }
        settings.keep(stack)?;
        match &settings.modelgate {
            Some(program) => gate::restart(stack, &settings, program)?,
            None => drop(gate::pid_file(stack).stop()?),
        }
        Ok(settings)
    }

    /// The usual stack, detached, on these ports and with this modelgate.
    pub(crate) fn for_tests(dir: &Path, modelgate: PathBuf, ports: (u16, u16)) -> Self {
        Self {
            detach: true,
            port: ports.0,
            opensearch_port: ports.1,
            access_control: AccessControl::On,
            identity: None,
            security: Security::On,
            set: Vec::new(),
            dir: dir.to_owned(),
            no_build: false,
            modelgate: Some(modelgate),
            no_modelgate: false,
        }
    }
}

fn settings(stack: &Stack, up: &Up) -> Result<Settings> {
    let usual = match up.security {
        Security::On => Identity::Opensearch,
        Security::Off => Identity::Users,
    };
    let last = Settings::of(stack)?;
    Ok(Settings {
        port: up.port,
        opensearch_port: up.opensearch_port,
        access_control: up.access_control,
        first_access_control: last.map_or(up.access_control, |last| last.first_access_control),
        identity: up.identity.unwrap_or(usual),
        security: up.security,
        set: up.set.clone(),
        modelgate: None,
    })
}

fn program(up: &Up) -> Result<Option<PathBuf>> {
    match &up.modelgate {
        _ if up.no_modelgate => Ok(None),
        Some(path) => Ok(Some(std::path::absolute(path)?)),
        None if up.no_build => gate::built().map(Some),
        None => gate::build().map(Some),
    }
}

fn hints(stack: &Stack, settings: &Settings) -> String {
    let (gate, cluster) = (settings.gate_url(), settings.cluster_url());
    if settings.modelgate.is_none() {
        return format!("OpenSearch is ready at {cluster}, in {}\n", stack.dir().display());
    }
    // Whoever signed the certificate that was given, curl need not know.
    let curl = if settings.gate_is_tls() { "curl -k" } else { "curl" };
    format!(
        "modelgate is ready at {gate}, before {cluster}, in {}. Try:
  {curl} -u 'alice:pw-alice-123!' {gate}/
  {curl} -u 'alice:pw-alice-123!' {gate}/_plugins/_ml/model_groups/_register -H 'content-type: application/json' -d '{{\"name\":\"first\",\"access_mode\":\"public\"}}'
  {curl} -u 'bob:pw-bob-123!' {gate}/_plugins/_ml/model_groups/_search -H 'content-type: application/json' -d '{{\"query\":{{\"match_all\":{{}}}}}}'
",
        stack.dir().display()
    )
}

/// Stays until a signal comes, then stops both.
fn stay(stack: &Stack, settings: &Settings) -> Result<()> {
    println!("Ctrl-C stops it.");
    let mut ended = None;
    while ended.is_none() && !interrupt::came() {
        thread::sleep(Duration::from_millis(100));
        ended = missing(stack, settings);
    }
    let _held = stack.hold()?;
    gate::pid_file(stack).stop()?;
    node::pid_file(stack).stop()?;
    match ended {
        Some(who) => bail!("{who} has ended: see its log in {}", stack.dir().display()),
        None => Ok(()),
    }
}

fn missing(stack: &Stack, settings: &Settings) -> Option<&'static str> {
    if node::pid_file(stack).running().is_none() {
        return Some("OpenSearch");
    }
    let gone = settings.modelgate.is_some() && gate::pid_file(stack).running().is_none();
    gone.then_some("modelgate")
}
