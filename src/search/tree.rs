//! A search body as spans into its own bytes.
//!
//! Strict JSON (RFC 8259): what is spliced back together from these spans is what OpenSearch reads, whichever parser it
//! uses. Where Jackson is laxer the body is refused, but for comments, which become spaces (the text that is sent on has
//! none). A repeated name is an error at every level, as in OpenSearch.

use std::borrow::Cow;
use std::iter;

mod fault;
mod names;
mod reader;
mod text;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

impl Kind {
    pub(super) fn is_scalar(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }
}

/// Where a value lies, and the node that follows it and all that it holds.
///
/// Until an array or object ends, `after` is the one around it, and `end` counts its names.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    escaped: bool,
    start: u32,
    end: u32,
    after: u32,
}

/// The place of a value in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(u32);

/// A body that was read; names and values of an object take turns.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    body: Cow<'a, str>,
    nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    /// Reads a body, or says why it is none.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, String> {
        reader::read(body)
    }

    pub(super) fn root(&self) -> At {
        At(0)
    }

    pub(super) fn body(&self) -> &str {
        &self.body
    }

    pub(super) fn kind(&self, at: At) -> Kind {
        self.node(at).kind
    }

    /// The value's first byte, and the one after its last.
    pub(super) fn span(&self, at: At) -> (u32, u32) {
        (self.node(at).start, self.node(at).end)
    }

    /// The value as it was written.
    pub(super) fn raw(&self, at: At) -> &str {
        let (start, end) = self.span(at);
        &self.body[start as usize..end as usize]
    }

    /// The text of a string, unless it has lone surrogates.
    #[inline(always)]
    pub(super) fn text(&self, at: At) -> Option<Cow<'_, str>> {
        match self.node(at).escaped {
            false => self.inside(at).map(Cow::Borrowed),
            true => text::decoded(self.raw(at)).map(Cow::Owned),
        }
    }

    /// The bytes of a value as it was written.
    fn bytes(&self, at: At) -> &[u8] {
        let (start, end) = self.span(at);
        &self.body.as_bytes()[start as usize..end as usize]
    }

    /// What stands between the quotes of a string.
    fn inside(&self, at: At) -> Option<&str> {
        let (start, end) = self.span(at);
        self.body.get(start as usize + 1..end as usize - 1)
    }

    pub(super) fn is_empty(&self, at: At) -> bool {
        self.node(at).after == at.0 + 1
    }

    pub(super) fn items(&self, at: At) -> Items<'_> {
        Items { nodes: &self.nodes, next: at.0 + 1, end: self.node(at).after }
    }

    /// The members of an object, name and value.
    pub(super) fn members(&self, at: At) -> Members<'_> {
        Members(self.items(at))
    }

    /// The value of a member by its name.
    pub(super) fn member(&self, at: At, name: &str) -> Option<At> {
        let is_it = |key| self.text(key).is_some_and(|text| text == name);
        self.members(at).find(|(key, _)| is_it(*key)).map(|(_, value)| value)
    }

    /// The names of the members that lead to a name, itself the last; none to the root.
    pub(super) fn path(&self, to: At) -> impl Iterator<Item = At> {
        let mut at = self.root();
        iter::from_fn(move || {
            while at != to {
                let around = at;
                at = self.items(around).find(|item| to.0 < self.node(*item).after)?;
                if self.kind(around) == Kind::Object {
                    // The name of a value is the one before it.
                    return Some(if at == to { to } else { At(at.0 - 1) });
                }
            }
            None
        })
    }

    /// The object that has this name and no other: it begins right before it.
    pub(super) fn only(&self, name: At) -> At {
        At(name.0 - 1)
    }

    fn node(&self, at: At) -> &Node {
        &self.nodes[at.0 as usize]
    }
}

/// The values directly inside an array, or names and values by turns of an object.
#[derive(Clone, Debug)]
pub(super) struct Items<'t> {
    nodes: &'t [Node],
    next: u32,
    end: u32,
}

impl Iterator for Items<'_> {
    type Item = At;

    fn next(&mut self) -> Option<At> {
        let at = (self.next < self.end).then_some(At(self.next))?;
        self.next = self.nodes[at.0 as usize].after;
        Some(at)
    }
}

/// The members of an object.
#[derive(Clone, Debug)]
pub(super) struct Members<'t>(Items<'t>);

impl Iterator for Members<'_> {
    type Item = (At, At);

    fn next(&mut self) -> Option<(At, At)> {
        let name = (self.0.next < self.0.end).then_some(At(self.0.next))?;
        // A name holds nothing: its value is the next one.
        self.0.next += 1;
        Some((name, self.0.next()?))
    }
}

#[cfg(test)]
mod tests;
