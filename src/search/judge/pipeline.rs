//! Pipelines run on the buckets that the search was asked for, which of significant terms are more than are shown.

use super::{Judge, Judged};
use crate::search::grammar::Rule;
use crate::search::tree::{At, Kind};

const OF_MORE: &str = "it would go by more significant terms than are shown";

impl Judge<'_> {
    /// What a pipeline reads: a path, or several, or orders that name them.
    #[cold]
    pub(super) fn reads(&mut self, at: At, rule: &'static Rule) -> Judged {
        self.value(at, rule)?;
        match self.tree.kind(at) {
            Kind::Array => self.tree.items(at).for_each(|at| self.read(at)),
            _ => self.read(at),
        }
        Ok(())
    }

    fn read(&mut self, at: At) {
        match self.tree.kind(at) {
            Kind::Object => self.tree.members(at).for_each(|(name, _)| self.read_path(name)),
            Kind::String => self.read_path(at),
            Kind::Array | Kind::Number | Kind::Bool | Kind::Null => {}
        }
    }

    fn read_path(&mut self, at: At) {
        if let Some(path) = self.tree.text(at).filter(|_| self.filtered()) {
            self.read.push((self.name, path.into_owned()));
        }
    }

    /// Whether it leaves the order and the number of significant terms that it stands in as they are.
    pub(super) fn keeps_their_order(&self) -> Judged {
        let sorts = || self.tree.text(self.name).is_some_and(|name| name == "bucket_sort");
        match self.in_significant && sorts() {
            true => self.unless_filtered(OF_MORE),
            false => Ok(()),
        }
    }

    /// Refuses pipelines that read significant terms, wherever those stand.
    pub(super) fn reads_no_significant_terms(&mut self) -> Judged {
        let names = &self.significant;
        match self.read.iter().find(|(_, path)| names.iter().any(|name| leads(path, name))) {
            Some((clause, _)) => self.under(*clause, |judge| judge.refused(OF_MORE)),
            None => Ok(()),
        }
    }
}

/// Whether a path leads through an aggregation of that name (`AggregationPath.parse`).
fn leads(path: &str, name: &str) -> bool {
    path.split('>').map(str::trim).any(|part| {
        part.strip_prefix(name)
            .is_some_and(|rest| matches!(rest.bytes().next(), None | Some(b'.' | b'[')))
    })
}
