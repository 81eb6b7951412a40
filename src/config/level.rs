//! What is logged.

use std::ops::Deref;
use std::str::FromStr;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

use super::value::Setting;
use super::value::Wrong;

/// A level, or levels by target: `info`, `warn,modelgate::access=info`.
#[derive(Clone, Debug, PartialEq)]
pub struct Level(Targets);

impl Default for Level {
    fn default() -> Self {
        Self(Targets::new().with_default(LevelFilter::INFO))
    }
}

impl Deref for Level {
    type Target = Targets;

    fn deref(&self) -> &Targets {
        &self.0
    }
}

impl FromStr for Level {
    type Err = Wrong;

    /// A bare word must be a level: tracing would take a misspelt one for the name of a target.
    fn from_str(text: &str) -> Result<Self, Wrong> {
        let mut directives = text.split(',').map(str::trim);
        let known = directives.all(|word| word.contains('=') || is_level(word));
        let targets = known.then(|| text.parse().ok()).flatten();
        targets.map(Self).ok_or(Self::WRONG)
    }
}

impl Setting for Level {
    const WRONG: Wrong = Wrong(
        r#"is not a level: write "error", "warn", "info", "debug" or "trace", or a filter as "info,modelgate::access=warn""#,
    );

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

fn is_level(word: &str) -> bool {
    matches!(word, "off" | "error" | "warn" | "info" | "debug" | "trace")
}
