//! Durations, written as a number and a unit.

use std::ops::Deref;
use std::str::FromStr;
use std::time::Duration;

use super::value::Setting;
use super::value::Wrong;
use super::value::amount;

/// A duration; `0s` is one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Period(Duration);

/// A time worth waiting: more than none.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Timeout(Duration);

impl Period {
    /// A period of whole seconds.
    pub(super) const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl Timeout {
    /// A timeout of whole seconds, for the defaults: never none.
    pub(super) const fn seconds(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl Deref for Period {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

impl Deref for Timeout {
    type Target = Duration;

    fn deref(&self) -> &Duration {
        &self.0
    }
}

impl FromStr for Period {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let duration = duration(text).ok_or(Self::WRONG)?;
        if duration > LONGEST { Err(TOO_LONG) } else { Ok(Self(duration)) }
    }
}

impl FromStr for Timeout {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let Period(duration) = text.parse()?;
        if duration.is_zero() { Err(Self::WRONG) } else { Ok(Self(duration)) }
    }
}

impl Setting for Period {
    const WRONG: Wrong =
        Wrong(r#"is not a duration: write a number with a unit, as "10s" or "500ms""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

impl Setting for Timeout {
    const WRONG: Wrong =
        Wrong(r#"is no time to wait: write a number above zero with a unit, as "10s" or "500ms""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

/// Longer ones are slips of the hand, and would overflow the clock.
const LONGEST: Duration = Duration::from_hours(366 * 24);
const TOO_LONG: Wrong = Wrong("is longer than a year: write less");

fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = amount(text)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        _ => return None,
    };
    Some(Duration::from_millis(number.saturating_mul(millis)))
}
