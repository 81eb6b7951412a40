//! Bodies judged while they stream: nothing of what is refused goes on.
//!
//! A `_bulk` is judged action line by action line, with the documents between them skipped; an
//! `_msearch` line by line, where a line may say anything that matters; any other body is held until
//! it is whole. What is held is bounded by `limits.body`. A body coded with gzip is judged as what
//! it holds, and goes on as it came.

mod bulk;

use std::io::Write;

use flate2::write::GzDecoder;

use super::{
    apis::Body,
    body::{self, Facts},
    refusal::Refusal,
};
use crate::wire::Inspect;
use bulk::Bulk;

/// How much of a gzip body is inflated at once: what it grows to stays in the megabytes.
const AT_ONCE: usize = 4 * 1024;

/// How a body has to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    pub(super) body: Body,
    /// Whether it may write, where no Security plugin keeps the indices of [`plugins`](super::plugins)' own.
    pub(super) keeps_plugins: bool,
    pub(super) is_gzip: bool,
    /// Most bytes that are held at once.
    pub(super) most: usize,
}

impl Watch {
    /// Starts to judge.
    pub fn begin(self) -> Inspector {
        let judged = match self.body {
            Body::Bulk => Judged::Bulk(Bulk::new(self.keeps_plugins)),
            Body::Lines | Body::TemplateLines => Judged::Searches(Vec::new()),
            _ => Judged::Whole(Vec::new()),
        };
        let gzip = self.is_gzip.then(|| GzDecoder::new(Vec::new()));
        Inspector { watch: self, judged, gzip, inflated: 0, facts: None }
    }

    /// Judges a text that is all there; gives whether it searches a point in time.
    pub(super) fn judge(self, text: &[u8]) -> Result<bool, Refusal> {
        let mut inspector = self.begin();
        inspector.look(text, text.len(), true)?;
        Ok(inspector.has_point_in_time() == Some(true))
    }
}

/// A body that is being judged.
#[derive(Debug)]
pub struct Inspector {
    watch: Watch,
    judged: Judged,
    gzip: Option<GzDecoder<Vec<u8>>>,
    inflated: usize,
    /// What is known of a whole body.
    facts: Option<Facts>,
}

/// What is looked for in a body, and what is held of it.
#[derive(Debug)]
enum Judged {
    Bulk(Bulk),
    /// Lines that are all judged: the one that has not ended.
    Searches(Vec<u8>),
    /// The whole body.
    Whole(Vec<u8>),
}

impl Inspect for Inspector {
    fn look(&mut self, data: &[u8], held: usize, ended: bool) -> Result<usize, Refusal> {
        if held / 2 > self.watch.most {
            return Err(Refusal::TooLarge(self.watch.most));
        }
        let mut waits = self.feed(if self.gzip.is_none() { data } else { &[] })?;
        match self.gzip.take() {
            None => {}
            Some(mut gzip) => {
                for part in data.chunks(AT_ONCE) {
                    // Or it keeps what it last inflated to itself.
                    gzip.write_all(part).and_then(|()| gzip.flush()).map_err(|_| malformed())?;
                    waits = self.inflate(&mut gzip)?;
                }
                if ended {
                    gzip.try_finish().map_err(|_| malformed())?;
                    waits = self.inflate(&mut gzip)?;
                }
                self.gzip = Some(gzip);
                // How many coded bytes they were nobody knows.
                waits = if waits == 0 { 0 } else { held };
            }
        }
        if ended { self.end().map(|()| 0) } else { Ok(waits) }
    }
}

impl Inspector {
    /// Whether the body searches a point in time, once that is known.
    pub fn has_point_in_time(&self) -> Option<bool> {
        self.facts.as_ref().map(Facts::has_point_in_time)
    }

    fn inflate(&mut self, gzip: &mut GzDecoder<Vec<u8>>) -> Result<usize, Refusal> {
        let data = std::mem::take(gzip.get_mut());
        self.inflated += data.len();
        if self.inflated > self.watch.most {
            return Err(Refusal::TooLarge(self.watch.most));
        }
        self.feed(&data)
    }

    /// Gives how many of the last bytes may not go on yet.
    fn feed(&mut self, data: &[u8]) -> Result<usize, Refusal> {
        let Watch { body, most, .. } = self.watch;
        match &mut self.judged {
            Judged::Bulk(bulk) => bulk.feed(data),
            Judged::Searches(line) => feed_lines(line, data, body, most),
            Judged::Whole(whole) => {
                hold(whole, data, most)?;
                Ok(usize::MAX)
            }
        }
    }

    fn end(&mut self) -> Result<(), Refusal> {
        let Watch { body, keeps_plugins, .. } = self.watch;
        match &mut self.judged {
            Judged::Bulk(bulk) => bulk.end()?,
            Judged::Searches(rest) | Judged::Whole(rest) => {
                self.facts = Some(body::check(body, keeps_plugins, rest)?);
            }
        }
        Ok(())
    }
}

/// Headers and searches, which only read, take turns; each line is judged as either. Those that have ended are
/// looked at together first.
fn feed_lines(line: &mut Vec<u8>, data: &[u8], kind: Body, most: usize) -> Result<usize, Refusal> {
    let mut rest = data;
    if line.is_empty() {
        let end = memchr::memrchr(b'\n', rest).map_or(0, |end| end + 1);
        let (lines, behind) = rest.split_at(end);
        if !body::may_matter(kind, lines) {
            rest = behind;
        }
    }
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (last, behind) = (&rest[..end], &rest[end + 1..]);
        if line.is_empty() {
            body::check(kind, false, last)?;
        } else {
            hold(line, last, most)?;
            body::check(kind, false, line)?;
            line.clear();
        }
        rest = behind;
    }
    hold(line, rest, most)?;
    Ok(line.len())
}

fn hold(held: &mut Vec<u8>, data: &[u8], most: usize) -> Result<(), Refusal> {
    if held.len() + data.len() > most {
        return Err(Refusal::TooLarge(most));
    }
    held.extend_from_slice(data);
    Ok(())
}

fn malformed() -> Refusal {
    Refusal::ContentEncoding("gzip".to_owned())
}

#[cfg(test)]
mod tests;
