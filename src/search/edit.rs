//! What is put into a body, and where: the rest of its bytes stay as they came.

use super::Scope;

/// Room for what is put into an ordinary search, beside the access filter.
const ROOM: usize = 256;

/// A body as far as it is judged: what changes is written in the order of the places.
#[derive(Debug)]
pub(super) struct Edits<'t> {
    body: &'t str,
    ours: &'t [u8],
    written: Vec<u8>,
    /// The first byte of the body that is not written yet.
    next: usize,
    filters: usize,
}

/// How far a body is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    written: usize,
    next: usize,
}

impl<'t> Edits<'t> {
    /// Nothing of the body yet.
    pub(super) fn of(body: &'t str, scope: Scope<'t>) -> Self {
        let ours = match scope {
            Scope::All => b"".as_slice(),
            Scope::Filtered(ours) | Scope::Level(ours) => ours,
        };
        let written = Vec::with_capacity(body.len() + ours.len() + ROOM);
        Self { body, ours, written, next: 0, filters: 0 }
    }

    /// Puts a text before the byte.
    pub(super) fn insert(&mut self, at: u32, text: &str) {
        self.replace((at, at), text);
    }

    /// Puts a text in the span's place.
    pub(super) fn replace(&mut self, (start, end): (u32, u32), text: &str) {
        self.written.extend_from_slice(&self.body.as_bytes()[self.next..start as usize]);
        self.written.extend_from_slice(text.as_bytes());
        self.next = end as usize;
    }

    /// Puts a text in the span's place that is in parts.
    pub(super) fn replace_by_parts(&mut self, span: (u32, u32), parts: &[&str]) {
        self.replace(span, "");
        parts.iter().for_each(|part| self.written.extend_from_slice(part.as_bytes()));
    }

    /// Puts the access filter before the byte, between two texts.
    pub(super) fn insert_ours(&mut self, at: u32, before: &str, behind: &str) {
        self.filters += 1;
        self.insert(at, before);
        self.written.extend_from_slice(self.ours);
        self.written.extend_from_slice(behind.as_bytes());
    }

    /// How often the access filter was put in.
    pub(super) fn filters(&self) -> usize {
        self.filters
    }

    /// How far the body is written.
    pub(super) fn mark(&self) -> Mark {
        Mark { written: self.written.len(), next: self.next }
    }

    /// Takes back what was put in since; none of it is the access filter.
    pub(super) fn forget_since(&mut self, mark: Mark) {
        self.written.truncate(mark.written);
        self.next = mark.next;
    }

    /// The changed body.
    pub(super) fn finished(mut self) -> Vec<u8> {
        self.written.extend_from_slice(&self.body.as_bytes()[self.next..]);
        self.written
    }
}
