//! Sort orders: by fields, by score, by distance, inside nested objects.

use super::{Judge, Judged};
use crate::search::grammar::feature;
use crate::search::tree::{At, Kind};

/// Lucene's number of the document, which counts the documents before it, whoever may see them.
const DOCUMENT: &str = "_doc";
/// What takes its place: it orders as the documents were written, and every hit shows it anyway.
const WRITTEN: &str = "_seq_no";

impl Judge<'_> {
    /// One order, or several.
    #[inline(never)]
    pub(super) fn sort(&mut self, at: At) -> Judged {
        match self.tree.kind(at) {
            Kind::Array => self.tree.items(at).try_for_each(|at| self.order(at)),
            _ => self.order(at),
        }
    }

    fn order(&mut self, at: At) -> Judged {
        match self.tree.kind(at) {
            Kind::Object => self.orders(at),
            Kind::String => {
                self.by(at);
                Ok(())
            }
            _ => self.require(self.is_leaf(at)),
        }
    }

    fn orders(&mut self, at: At) -> Judged {
        self.once(at)?;
        self.tree.members(at).try_for_each(|(name, value)| {
            self.by(name);
            self.under(name, |judge| {
                let Some(text) = judge.tree.text(name) else { return judge.unknown() };
                judge.value(value, feature::sort(&text))
            })
        })
    }

    /// What an order goes by.
    fn by(&mut self, name: At) {
        if self.filtered() && self.tree.text(name).is_some_and(|name| name == DOCUMENT) {
            self.edits.replace(self.tree.span(name), "\"_seq_no\"");
        }
    }

    /// The replacement must not be the second of its name.
    fn once(&self, at: At) -> Judged {
        let both = [DOCUMENT, WRITTEN].iter().all(|name| self.tree.member(at, name).is_some());
        if both {
            self.unless_filtered("it orders twice as the documents were written")
        } else {
            Ok(())
        }
    }
}
