//! What modelgate tells: its log on standard output, with one line a request.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;
use std::io::IsTerminal;
use std::net::SocketAddr;

use tracing::Dispatch;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::NonBlockingBuilder;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::util::TryInitError;

use crate::config::Log;
use crate::config::LogFormat;
use crate::wire::path_and_query;

/// The target of the line a request.
pub const ACCESS: &str = "modelgate::access";

/// How many lines wait for the thread that writes them. Their queue takes 32 bytes for each, used or
/// not.
const WAITING: usize = 10_000;

/// Starts logging; it ends, with what is still on its way written, when the value is dropped.
///
/// A thread of its own writes. Where the reader of standard output stands still, ten thousand lines wait in
/// memory, and further ones are lost: a request never waits for its line.
///
/// # Errors
///
/// Where something else logs in this process already.
pub fn start(config: &Log) -> Result<Telemetry, TryInitError> {
    let queue = NonBlockingBuilder::default().buffered_lines_limit(WAITING);
    let (output, writing) = queue.finish(io::BufWriter::new(io::stdout()));
    dispatch(config, io::stdout().is_terminal(), output).try_init()?;
    Ok(Telemetry { _writing: writing })
}

/// Keeps the log alive.
#[derive(Debug)]
pub struct Telemetry {
    _writing: WorkerGuard,
}

/// What is told of a request: never a header's value, a body, a query or a token.
#[derive(Clone, Copy, Debug)]
pub struct AccessLine<'a> {
    /// The client's address.
    pub client: SocketAddr,
    /// The method, as it was sent.
    pub method: &'a str,
    /// The request-target, as it was sent; its query is left out of the line.
    pub path: &'a str,
    /// The template of the route, or `passthrough`.
    pub route: &'static str,
    /// The status that was answered; 0 where none was.
    pub status: u16,
    /// The caller's name, where it was asked for.
    pub who: Option<&'a str>,
    /// From the request's first byte to the answer's last, in milliseconds.
    pub millis: u64,
    /// The bytes of the request's body.
    pub request_bytes: u64,
    /// The bytes of the answer's body.
    pub response_bytes: u64,
    /// Whose fault a failure is.
    pub fault: Option<&'static str>,
}

impl AccessLine<'_> {
    /// Logs the line. Where it is not wanted this costs one look at an atomic: no field is made.
    pub fn log(&self) {
        tracing::info!(
            target: ACCESS,
            client = %self.client,
            method = &*shown(self.method),
            path = &*shown(path_and_query(self.path).0),
            route = self.route,
            status = self.status,
            who = self.who.map(shown).as_deref(),
            millis = self.millis,
            request_bytes = self.request_bytes,
            response_bytes = self.response_bytes,
            fault = self.fault,
            "request"
        );
    }
}

/// The subscriber of this configuration.
fn dispatch<W>(config: &Log, colours: bool, output: W) -> Dispatch
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(output);
    let lines = match config.format {
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
        LogFormat::Text => lines.with_ansi(colours).boxed(),
    };
    tracing_subscriber::registry().with(levels(config)).with(lines).into()
}

/// What is logged; `log.access` decides over its target, whatever the level says.
fn levels(config: &Log) -> Targets {
    let levels = (*config.level).clone();
    if config.access { levels } else { levels.with_target(ACCESS, LevelFilter::OFF) }
}

/// How much of a text a client chose goes into a line, in characters.
const LONGEST: usize = 512;

/// A text that a client chose, as a line shows it: cut, and with its control characters escaped.
fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::new();
    for c in text.chars().take(LONGEST) {
        // Writing to a string cannot fail.
        let _ = if c.is_control() {
            write!(shown, "{}", c.escape_default())
        } else {
            shown.write_char(c)
        };
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests;
