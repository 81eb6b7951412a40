//! What a benchmark runs beside the proxies: the upstream, and the loads that wrk cannot make.
//! The same program as xtask, built for release and run as a process of its own.

mod answers;
mod hold;
mod pace;
mod stream;
mod turns;
mod upstream;

pub(super) use pace::percentile;

use anyhow::{Context, Result, ensure};
use clap::Subcommand;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// The parts of the kit.
#[derive(Debug, Subcommand)]
pub(crate) enum Kit {
    /// The server behind the proxies.
    Upstream(upstream::Upstream),
    /// Requests at a fixed rate, whatever the answers do.
    Pace(pace::Pace),
    /// Many connections that rest after one request each.
    Hold(hold::Hold),
    /// Large bodies, one after the other.
    Stream(stream::Stream),
    /// Connections that take turns, as fast as answers come.
    Turns(turns::Turns),
}

impl Kit {
    /// Runs the part.
    pub(crate) fn run(self) -> Result<()> {
        raise_limit()?;
        match self {
            Self::Upstream(upstream) => upstream.run(),
            Self::Pace(pace) => pace.run(),
            Self::Hold(hold) => hold.run(),
            Self::Stream(stream) => stream.run(),
            Self::Turns(turns) => turns.run(),
        }
    }
}

/// As many descriptors as this process may have; children have them too. Gives their number.
pub(super) fn raise_limit() -> Result<u64> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).context("no limit of descriptors")?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).context("the limit cannot be raised")?;
    Ok(most)
}

/// The lengths of an answer's head and body, once its head is there; only a 200 will do.
fn answer(buffer: &[u8]) -> Result<Option<(usize, usize)>> {
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(head) = response.parse(buffer)? else { return Ok(None) };
    ensure!(response.code == Some(200), "the answer is a {:?}", response.code);
    let is_length =
        |field: &&httparse::Header<'_>| field.name.eq_ignore_ascii_case("content-length");
    let length = response.headers.iter().find(is_length).context("an answer without a length")?;
    Ok(Some((head, std::str::from_utf8(length.value)?.parse()?)))
}
