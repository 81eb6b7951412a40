//! A value as it was written, and what a type makes of it.

use std::path::Path;
use std::path::PathBuf;
use std::str::FromStr;

use toml::de::DeValue;

/// Why a text is no value of its type: what is wrong and what would be right, to be read after the text itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Wrong(pub(super) &'static str);

/// A type that a key can have.
pub(super) trait Setting: Sized {
    /// Said of a TOML value of another kind.
    const WRONG: Wrong;

    /// Reads what a variable or flag says.
    fn from_text(text: &str) -> Result<Self, Wrong>;

    /// Reads what the file says: a string, for all but numbers, booleans and lists.
    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_str().map_or(Err(Self::WRONG), Self::from_text)
    }
}

/// A value as it was written: with a type in the file, as text in a variable or flag.
#[derive(Clone, Copy, Debug)]
pub(super) enum Written<'a> {
    Text(&'a str),
    Toml { value: &'a DeValue<'a>, folder: &'a Path },
}

impl Written<'_> {
    /// Sets a field that always has a value.
    pub(super) fn set<T: Setting>(self, field: &mut T) -> Result<(), Wrong> {
        *field = match self {
            Self::Text(text) => T::from_text(text)?,
            Self::Toml { value, .. } => T::from_toml(value)?,
        };
        Ok(())
    }

    /// Sets a field that may be without a value: an empty variable or flag takes away what the file says.
    pub(super) fn set_or_clear<T: Setting>(self, field: &mut Option<T>) -> Result<(), Wrong> {
        *field = match self {
            Self::Text("") => None,
            Self::Text(text) => Some(T::from_text(text)?),
            Self::Toml { value, .. } => Some(T::from_toml(value)?),
        };
        Ok(())
    }

    /// As [`Self::set_or_clear`]; a relative path in the file starts at the file's folder.
    pub(super) fn set_or_clear_path(self, field: &mut Option<PathBuf>) -> Result<(), Wrong> {
        self.set_or_clear(field)?;
        if let (Self::Toml { folder, .. }, Some(path)) = (self, field) {
            *path = folder.join(&*path);
        }
        Ok(())
    }
}

/// Reads a number and the unit behind it, with nothing between.
pub(super) fn amount(text: &str) -> Option<(u64, &str)> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    Some((number.parse().ok()?, unit))
}

/// Reads a whole number within `u32`: what lies above is a slip of the hand, and would overflow elsewhere.
fn count(text: &str) -> Option<usize> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse::<u32>().ok()?.try_into().ok()).flatten()
}

impl Setting for bool {
    const WRONG: Wrong = Wrong("is neither true nor false: write one of them");

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse().map_err(|_| Self::WRONG)
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        value.as_bool().ok_or(Self::WRONG)
    }
}

impl Setting for usize {
    const WRONG: Wrong = Wrong("is not a count: write a whole number up to 4294967295");

    fn from_text(text: &str) -> Result<Self, Wrong> {
        count(text).ok_or(Self::WRONG)
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let number = value.as_integer().filter(|number| number.radix() == 10);
        number.and_then(|number| count(number.as_str())).ok_or(Self::WRONG)
    }
}

impl Setting for PathBuf {
    const WRONG: Wrong = Wrong(r#"is not a file: write its path, as "ca.pem""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        let Ok(path) = Self::from_str(text);
        if text.is_empty() { Err(Self::WRONG) } else { Ok(path) }
    }
}
