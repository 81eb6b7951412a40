//! What is put into a body, and where: the rest of its bytes stay as they came.

use super::Scope;

/// A place in the body, a span of it that goes, and what comes there.
#[derive(Debug)]
struct Edit {
    start: u32,
    end: u32,
    piece: Piece,
}

#[derive(Debug)]
enum Piece {
    Text(&'static str),
    Made(String),
    Ours,
}

/// The changes of a body, in the order of their places.
#[derive(Debug)]
pub(super) struct Edits {
    edits: Vec<Edit>,
    filters: usize,
}

impl Edits {
    /// No changes yet, and room for those of an ordinary search.
    pub(super) fn with_room() -> Self {
        Self { edits: Vec::with_capacity(16), filters: 0 }
    }

    /// Puts a text before the byte.
    pub(super) fn insert(&mut self, at: u32, text: &'static str) {
        self.replace((at, at), text);
    }

    /// Puts a text in the span's place.
    pub(super) fn replace(&mut self, span: (u32, u32), text: &'static str) {
        self.push(span, Piece::Text(text));
    }

    /// Puts a text that was made for this body in the span's place.
    pub(super) fn replace_made(&mut self, span: (u32, u32), made: String) {
        self.push(span, Piece::Made(made));
    }

    /// Puts the access filter before the byte.
    pub(super) fn insert_ours(&mut self, at: u32) {
        self.filters += 1;
        self.push((at, at), Piece::Ours);
    }

    /// How often the access filter was put in.
    pub(super) fn filters(&self) -> usize {
        self.filters
    }

    /// How many changes there are.
    pub(super) fn count(&self) -> usize {
        self.edits.len()
    }

    /// Takes those back that came later; none of them puts in the access filter.
    pub(super) fn forget_since(&mut self, count: usize) {
        self.edits.truncate(count);
    }

    fn push(&mut self, (start, end): (u32, u32), piece: Piece) {
        debug_assert!(self.edits.last().is_none_or(|last| last.end <= start), "in order");
        self.edits.push(Edit { start, end, piece });
    }

    /// The changed body.
    pub(super) fn splice(&self, body: &str, scope: Scope<'_>) -> Vec<u8> {
        let ours = match scope {
            Scope::All => b"".as_slice(),
            Scope::Filtered(ours) | Scope::Level(ours) => ours,
        };
        let mut spliced =
            Vec::with_capacity(body.len() + self.filters * ours.len() + 32 * self.edits.len());
        let (body, mut from) = (body.as_bytes(), 0);
        for edit in &self.edits {
            spliced.extend_from_slice(&body[from..edit.start as usize]);
            spliced.extend_from_slice(edit.piece.bytes(ours));
            from = edit.end as usize;
        }
        spliced.extend_from_slice(&body[from..]);
        spliced
    }
}

impl Piece {
    fn bytes<'p>(&'p self, ours: &'p [u8]) -> &'p [u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Made(made) => made.as_bytes(),
            Self::Ours => ours,
        }
    }
}
