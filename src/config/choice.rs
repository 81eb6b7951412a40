//! The keys whose value is one of a few words.

use super::value::Setting;
use super::value::Wrong;

/// Whether ML Commons' access control is on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum AccessControl {
    /// Every group is seen by everyone, as in a cluster whose ML Commons access control is off.
    Off,
    /// Groups are seen by whom their access mode names.
    #[default]
    On,
}

/// How a group that the caller may not see is answered.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HiddenGroups {
    /// As one that does not exist.
    #[default]
    Absent,
    /// As ML Commons does, which tells that it exists.
    Revealed,
}

/// What scores the hits of a search have, for who does not see every group.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Scoring {
    /// All the same, so that they tell nothing.
    Constant,
    /// OpenSearch's own, which count the terms of all groups, hidden ones too.
    #[default]
    Relevance,
}

/// Who keeps requests that are not ours away from the protected indices.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Guard {
    /// modelgate refuses them.
    #[default]
    Enforce,
    /// The Security plugin of the cluster does.
    Upstream,
}

/// What a line of the log looks like.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    #[default]
    Text,
}

impl Setting for AccessControl {
    const WRONG: Wrong = Wrong(r#"is no choice: write "on" or "off""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "off" => Ok(Self::Off),
            "on" => Ok(Self::On),
            _ => Err(Self::WRONG),
        }
    }
}

impl Setting for HiddenGroups {
    const WRONG: Wrong = Wrong(r#"is no choice: write "absent" or "revealed""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "absent" => Ok(Self::Absent),
            "revealed" => Ok(Self::Revealed),
            _ => Err(Self::WRONG),
        }
    }
}

impl Setting for Scoring {
    const WRONG: Wrong = Wrong(r#"is no choice: write "relevance" or "constant""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "constant" => Ok(Self::Constant),
            "relevance" => Ok(Self::Relevance),
            _ => Err(Self::WRONG),
        }
    }
}

impl Setting for Guard {
    const WRONG: Wrong = Wrong(r#"is no choice: write "enforce" or "upstream""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "enforce" => Ok(Self::Enforce),
            "upstream" => Ok(Self::Upstream),
            _ => Err(Self::WRONG),
        }
    }
}

impl Setting for LogFormat {
    const WRONG: Wrong = Wrong(r#"is no choice: write "text" or "json""#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(Self::WRONG),
        }
    }
}
