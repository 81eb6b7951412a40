//! Sizes, written as OpenSearch writes them, and counts.

use std::ops::Deref;
use std::str::FromStr;

use toml::de::DeValue;

use super::value::Setting;
use super::value::Wrong;
use super::value::amount;
use crate::wire::MAX_FIELDS;

/// A number of bytes above zero; a `kb` is 1024 of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Size(usize);

/// A number above zero.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Count(usize);

/// A number of headers that modelgate can read: above zero, and at most [`MAX_FIELDS`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HeaderCount(usize);

impl Size {
    /// A size of whole kilobytes.
    pub(super) const fn kilobytes(kilobytes: usize) -> Self {
        Self(kilobytes * 1024)
    }
}

impl Deref for Size {
    type Target = usize;

    fn deref(&self) -> &usize {
        &self.0
    }
}

impl FromStr for Size {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let bytes = bytes(text).and_then(|bytes| usize::try_from(bytes).ok());
        bytes.filter(|bytes| *bytes > 0).map(Self).ok_or(Self::WRONG)
    }
}

impl Setting for Size {
    const WRONG: Wrong =
        Wrong(r#"is not a size: write a number above zero with a unit, as "100mb" or "32kb""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

impl Count {
    /// A count for the defaults: never zero.
    pub(super) const fn of(count: usize) -> Self {
        Self(count)
    }
}

impl Deref for Count {
    type Target = usize;

    fn deref(&self) -> &usize {
        &self.0
    }
}

impl TryFrom<usize> for Count {
    type Error = Wrong;

    fn try_from(count: usize) -> Result<Self, Wrong> {
        if count > 0 { Ok(Self(count)) } else { Err(Self::WRONG) }
    }
}

impl Setting for Count {
    const WRONG: Wrong =
        Wrong("is not a count above zero: write a whole number from 1 to 4294967295");

    fn from_text(text: &str) -> Result<Self, Wrong> {
        usize::from_text(text).map_err(|_| Self::WRONG)?.try_into()
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        usize::from_toml(value).map_err(|_| Self::WRONG)?.try_into()
    }
}

impl HeaderCount {
    /// A count for the defaults: within the limit.
    pub(super) const fn of(count: usize) -> Self {
        Self(count)
    }
}

impl Deref for HeaderCount {
    type Target = usize;

    fn deref(&self) -> &usize {
        &self.0
    }
}

impl TryFrom<usize> for HeaderCount {
    type Error = Wrong;

    fn try_from(count: usize) -> Result<Self, Wrong> {
        if (1..=MAX_FIELDS).contains(&count) { Ok(Self(count)) } else { Err(Self::WRONG) }
    }
}

impl Setting for HeaderCount {
    const WRONG: Wrong = Wrong("is not a count of headers: write a whole number from 1 to 256");

    fn from_text(text: &str) -> Result<Self, Wrong> {
        usize::from_text(text).map_err(|_| Self::WRONG)?.try_into()
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        usize::from_toml(value).map_err(|_| Self::WRONG)?.try_into()
    }
}

fn bytes(text: &str) -> Option<u64> {
    let (number, unit) = amount(text)?;
    let bytes = match unit {
        "b" => 1,
        "kb" => 1 << 10,
        "mb" => 1 << 20,
        "gb" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(bytes)
}
