//! Text as Java holds it, which need not be Unicode text.

use std::borrow::Cow;
use std::fmt;

use super::error::JsonError;

const MAX_LENGTH: usize = 50_000_000;

/// Jackson gathers a string in segments and looks at its length only when one is full: the length that it then names.
const LENGTH_SEEN: usize = 50_001_064;

/// Decoded text of a name, a string, a number or a boolean.
///
/// Java's strings are UTF-16 that need not be well formed: `"\ud800"` is a string of one lone surrogate. The bytes here are
/// WTF-8: UTF-8, but that a lone surrogate stands as the three bytes UTF-8 would give it. Equal bytes are equal strings.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    pub(super) fn new(wtf8: &'a [u8]) -> Self {
        Self(wtf8)
    }

    /// The text, or `None` where it has lone surrogates and so is no Unicode text.
    #[must_use]
    pub fn as_str(self) -> Option<&'a str> {
        std::str::from_utf8(self.0).ok()
    }

    /// The text with U+FFFD for every lone surrogate.
    #[must_use]
    pub fn to_lossy(self) -> Cow<'a, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(self.replaced()),
        }
    }

    /// The WTF-8 bytes.
    #[must_use]
    pub fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    /// The runs of Unicode text, each with the lone surrogate that ends it.
    pub(super) fn runs(self) -> impl Iterator<Item = (&'a str, Option<u16>)> {
        let mut rest = Some(self.0);
        std::iter::from_fn(move || {
            let (run, surrogate) = first_run(rest?);
            rest = surrogate.map(|(_, after)| after);
            Some((run, surrogate.map(|(unit, _)| unit)))
        })
    }

    /// Refuses a string that Jackson finds too long.
    pub(super) fn within_limit(self) -> Result<Self, JsonError> {
        let length = if self.0.len() > MAX_LENGTH { self.utf16_length() } else { 0 };
        if length <= MAX_LENGTH {
            return Ok(self);
        }
        let seen = length.min(LENGTH_SEEN);
        Err(JsonError::exceeded("String value length", seen, MAX_LENGTH, "getMaxStringLength"))
    }

    fn replaced(self) -> String {
        self.runs().fold(String::new(), |text, (run, lone)| {
            text + run + if lone.is_some() { "\u{fffd}" } else { "" }
        })
    }

    fn utf16_length(self) -> usize {
        self.runs()
            .map(|(run, lone)| run.encode_utf16().count() + usize::from(lone.is_some()))
            .sum()
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_lossy())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

/// Puts one UTF-16 unit behind WTF-8 text; a low surrogate joins the high one before it.
pub(super) fn push_unit(text: &mut Vec<u8>, unit: u16) {
    if let Some(joined) = joined(text, unit) {
        text.truncate(text.len() - 3);
        let mut buffer = [0; 4];
        text.extend_from_slice(joined.encode_utf8(&mut buffer).as_bytes());
        return;
    }
    push_code(text, unit);
}

/// Puts one UTF-16 unit behind the text by itself, surrogates too.
pub(super) fn push_code(text: &mut Vec<u8>, unit: u16) {
    let [high, low] = unit.to_be_bytes();
    let middle = 0x80 | (high & 0x0f) << 2 | low >> 6;
    let last = 0x80 | low & 0x3f;
    match unit {
        0..0x80 => text.push(low),
        0x80..0x800 => text.extend([0xc0 | high << 2 | low >> 6, last]),
        0x800.. => text.extend([0xe0 | high >> 4, middle, last]),
    }
}

fn joined(text: &[u8], low: u16) -> Option<char> {
    let [.., 0xed, second @ 0xa0..0xb0, third] = *text else { return None };
    let high = surrogate(second, third);
    char::decode_utf16([high, low]).next()?.ok()
}

/// The text up to the first lone surrogate, the surrogate, and what follows it.
fn first_run(text: &[u8]) -> (&str, Option<(u16, &[u8])>) {
    let error = match std::str::from_utf8(text) {
        Ok(all) => return (all, None),
        Err(error) => error,
    };
    let (run, rest) = text.split_at(error.valid_up_to());
    let lone = match rest {
        [_, second, third, after @ ..] => Some((surrogate(*second, *third), after)),
        _ => None,
    };
    (std::str::from_utf8(run).unwrap_or_default(), lone)
}

fn surrogate(second: u8, third: u8) -> u16 {
    0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f)
}
