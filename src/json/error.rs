//! What is said of JSON that cannot be read, in Jackson's and OpenSearch's own words.

use std::fmt;

/// How many arrays and objects may be open.
pub(crate) const MAX_DEPTH: usize = 1_000;

/// A line and a column as Jackson counts them: from 1, the column in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is its own name")]
pub struct Location {
    pub line: usize,
    pub column: usize,
}

/// Why JSON cannot be read, or why a token is not what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct JsonError {
    /// Which exception OpenSearch throws.
    pub kind: JsonErrorKind,
    /// Its message, location included.
    pub reason: String,
}

/// The exceptions of OpenSearch that reading a body can end in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is its own name")]
pub enum JsonErrorKind {
    Parse,
    EndOfInput,
    StreamConstraints,
    IllegalState,
    IllegalArgument,
}

impl JsonError {
    /// The `type` of the error body.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            JsonErrorKind::Parse => "json_parse_exception",
            JsonErrorKind::EndOfInput => "json_e_o_f_exception",
            JsonErrorKind::StreamConstraints => "stream_constraints_exception",
            JsonErrorKind::IllegalState => "illegal_state_exception",
            JsonErrorKind::IllegalArgument => "illegal_argument_exception",
        }
    }

    /// The status that OpenSearch answers with: what its classes do not know counts as its own fault.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.kind {
            JsonErrorKind::Parse | JsonErrorKind::EndOfInput | JsonErrorKind::IllegalArgument => {
                400
            }
            JsonErrorKind::StreamConstraints | JsonErrorKind::IllegalState => 500,
        }
    }

    pub(super) fn malformed(message: &str, at: Location) -> Self {
        let reason = format!("{message}\n at {}", at.in_source());
        Self { kind: JsonErrorKind::Parse, reason }
    }

    pub(super) fn ended(within: &str, at: Location) -> Self {
        let reason = format!("Unexpected end-of-input{within}\n at {}", at.in_source());
        Self { kind: JsonErrorKind::EndOfInput, reason }
    }

    /// More arrays and objects are open than may be.
    pub(crate) fn too_deep(depth: usize) -> Self {
        Self::exceeded("Document nesting depth", depth, MAX_DEPTH, "getMaxNestingDepth")
    }

    pub(super) fn exceeded(what: &str, size: usize, most: usize, limit: &str) -> Self {
        let reason = format!(
            "{what} ({size}) exceeds the maximum allowed ({most}, from `StreamReadConstraints.{limit}()`)"
        );
        Self { kind: JsonErrorKind::StreamConstraints, reason }
    }
}

impl Location {
    /// The location as Jackson prints it, with the source it is set not to show.
    pub(super) fn in_source(self) -> InSource {
        InSource(self)
    }
}

/// See [`Location::in_source`].
pub(super) struct InSource(Location);

impl fmt::Display for InSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Location { line, column } = self.0;
        f.write_str(
            "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); ",
        )?;
        match column {
            0 => write!(f, "line: {line}]"),
            column => write!(f, "line: {line}, column: {column}]"),
        }
    }
}
