//! A binary body, and how far it is read.

use super::draft::ended;
use crate::json::JsonError;

/// The rest of a body.
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    pub(super) fn new(body: &'a [u8]) -> Self {
        Self(body)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn byte(&mut self, within: &str) -> Result<u8, JsonError> {
        let (first, rest) = self.0.split_first().ok_or_else(|| ended(within))?;
        self.0 = rest;
        Ok(*first)
    }

    pub(super) fn take(&mut self, length: u64, within: &str) -> Result<&'a [u8], JsonError> {
        let split = usize::try_from(length).ok().and_then(|length| self.0.split_at_checked(length));
        let (taken, rest) = split.ok_or_else(|| ended(within))?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self, within: &str) -> Result<[u8; N], JsonError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or_else(|| ended(within))?;
        self.0 = rest;
        Ok(*taken)
    }

    /// What stands before a byte, which is read too.
    pub(super) fn until(&mut self, end: u8, within: &str) -> Result<&'a [u8], JsonError> {
        let at = memchr::memchr(end, self.0).ok_or_else(|| ended(within))?;
        let taken = &self.0[..at];
        self.0 = &self.0[at + 1..];
        Ok(taken)
    }

    /// Whether the body goes on with these bytes, which are read if so.
    pub(super) fn skip(&mut self, prefix: &[u8]) -> bool {
        let rest = self.0.strip_prefix(prefix);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }
}
