//! The command line.

use std::path::PathBuf;
use std::sync::LazyLock;

/// A sidecar before OpenSearch that enforces the ML Commons model-group API and streams everything else.
///
/// Every key of the file can also be set by a variable: MODELGATE_ and the key's dotted name in capitals, with an
/// underscore for the dot, as MODELGATE_IDENTITY_CACHE. Flags win over variables, variables over the file.
#[derive(Clone, Debug, Default, clap::Parser)]
#[command(name = "modelgate", version = VERSION.as_str())]
pub struct Flags {
    /// The configuration file [without it: MODELGATE_CONFIG, else only defaults]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address and port the clients use, as 127.0.0.1:9200
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Scheme, host and port of the cluster, as https://127.0.0.1:9201; several nodes with commas between
    #[arg(long, value_name = "URL")]
    pub upstream_url: Option<String>,
    /// Whether ML Commons' access control is on: on or off
    #[arg(long, value_name = "SWITCH")]
    pub access_control: Option<String>,
    /// How a group the caller may not see is answered: absent or revealed
    #[arg(long, value_name = "HOW")]
    pub hidden_groups: Option<String>,
    /// What a line of the log looks like: text or json
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// What is logged: error, warn, info, debug, trace or a filter, as info,modelgate::access=warn
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Sets any key by its dotted name; the flags above win over it
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Reads the configuration, says what is wrong with it, and exits
    #[arg(long)]
    pub check_config: bool,
    /// Asks the running modelgate of this configuration for GET / and exits: 0 when it answers at all, 1 otherwise
    #[arg(long)]
    pub probe: bool,
}

impl Flags {
    /// The flags that are keys: how they are written, the key, the value.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
        let flags = [
            ("--listen", "listen", &self.listen),
            ("--upstream-url", "upstream.url", &self.upstream_url),
            ("--access-control", "access_control", &self.access_control),
            ("--hidden-groups", "hidden_groups", &self.hidden_groups),
            ("--log-format", "log.format", &self.log_format),
            ("--log-level", "log.level", &self.log_level),
        ];
        flags.into_iter().filter_map(|(flag, key, value)| Some((flag, key, value.as_deref()?)))
    }
}

/// The version, and the commit where the build knows it.
static VERSION: LazyLock<String> = LazyLock::new(|| match option_env!("GIT_COMMIT") {
    Some(commit) if !commit.is_empty() => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
    _ => env!("CARGO_PKG_VERSION").to_owned(),
});
