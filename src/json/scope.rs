//! The arrays and objects that are open around the current token.

use super::error::Location;
use super::names::Names;

/// One open array or object.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) shape: Shape,
    pub(super) opened: Location,
    pub(super) has_entries: bool,
    pub(super) names: Names<'a>,
}

/// What entries stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Root,
    Array,
    Object,
}

impl<'a> Scope<'a> {
    pub(super) fn new(shape: Shape, opened: Location, names: Names<'a>) -> Self {
        Self { shape, opened, has_entries: false, names }
    }
}

impl Shape {
    /// Jackson's word for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Array => "Array",
            Self::Object => "Object",
        }
    }
}
