//! What is wrong with a configuration.

use std::fmt;
use std::path::Path;
use std::path::PathBuf;

/// Every problem of a configuration, each on a line of its own: where it is, what is wrong, what would be right.
#[derive(Debug, Eq, PartialEq)]
pub struct ConfigErrors(pub(super) Vec<Problem>);

/// One problem.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Problem {
    /// Where it is.
    pub(super) place: Place,
    /// What is wrong and what would be right.
    pub(super) text: String,
}

/// Where a value was written; a file comes before what overrides it.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Place {
    /// In the file, on this line.
    Line(PathBuf, usize),
    /// In a variable or flag of this name.
    Named(String),
}

impl Place {
    /// What a message says before the value: in the file the key as well, which a variable or flag names itself.
    pub(super) fn of_key(&self, key: &str) -> String {
        match self {
            Self::Line(..) => format!("{key}: "),
            Self::Named(_) => String::new(),
        }
    }

    /// The line of this offset in a file's text.
    pub(super) fn in_file(path: &Path, text: &str, offset: usize) -> Self {
        let before = text.as_bytes().iter().take(offset);
        Self::Line(path.to_owned(), 1 + before.filter(|byte| **byte == b'\n').count())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(path, line) => write!(out, "{}:{line}", path.display()),
            Self::Named(name) => out.write_str(name),
        }
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Problem { place, text }) in self.0.iter().enumerate() {
            let end_of_last = if i > 0 { "\n" } else { "" };
            write!(out, "{end_of_last}{place}: {text}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
