//! Names of people and roles, and where people are looked up.

use std::ops::Deref;
use std::str::FromStr;

use toml::de::DeValue;

use super::value::Setting;
use super::value::Wrong;

/// Names of roles of the Security plugin; none at all is allowed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Roles(Vec<String>);

/// Where a caller's credentials are looked up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// Nowhere: everyone is anonymous.
    None,
    /// In the Security plugin of the cluster.
    OpenSearch,
    /// In the file `identity.users`.
    Users,
}

/// The sources in the order they are asked: one at least, each once, `none` alone and `opensearch` last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sources(Vec<Source>);

/// A user name that basic credentials can carry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserName(String);

impl Roles {
    /// These roles.
    pub(super) fn of(names: &[&str]) -> Self {
        Self(names.iter().map(ToString::to_string).collect())
    }
}

impl Deref for Roles {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl Setting for Roles {
    const WRONG: Wrong =
        Wrong(r#"is not a list of roles: write their names, as ["all_access", "ml_full_access"]"#);

    fn from_text(text: &str) -> Result<Self, Wrong> {
        if text.is_empty() { Ok(Self::default()) } else { Self::try_from(items(text)) }
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        Self::try_from(texts(value).ok_or(Self::WRONG)?)
    }
}

impl TryFrom<Vec<&str>> for Roles {
    type Error = Wrong;

    fn try_from(names: Vec<&str>) -> Result<Self, Wrong> {
        let named = names.iter().all(|name| !name.is_empty());
        if named { Ok(Self::of(&names)) } else { Err(Self::WRONG) }
    }
}

impl Default for Sources {
    fn default() -> Self {
        Self(vec![Source::OpenSearch])
    }
}

impl Deref for Sources {
    type Target = [Source];

    fn deref(&self) -> &[Source] {
        &self.0
    }
}

impl Setting for Sources {
    const WRONG: Wrong = Wrong(
        r#"is no source of identities: write "opensearch", "users", "none" or ["users", "opensearch"]"#,
    );

    fn from_text(text: &str) -> Result<Self, Wrong> {
        Self::try_from(items(text))
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let one = value.as_str().map(|source| vec![source]);
        Self::try_from(one.or_else(|| texts(value)).ok_or(Self::WRONG)?)
    }
}

impl TryFrom<Vec<&str>> for Sources {
    type Error = Wrong;

    /// A list in which a source could never be asked is refused.
    fn try_from(names: Vec<&str>) -> Result<Self, Wrong> {
        match names.as_slice() {
            ["none"] => Ok(Self(vec![Source::None])),
            ["opensearch"] => Ok(Self(vec![Source::OpenSearch])),
            ["users"] => Ok(Self(vec![Source::Users])),
            ["users", "opensearch"] => Ok(Self(vec![Source::Users, Source::OpenSearch])),
            _ => Err(Self::WRONG),
        }
    }
}

impl Deref for UserName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl FromStr for UserName {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        let fits = !text.is_empty() && !text.contains(|c: char| c == ':' || c.is_control());
        if fits { Ok(Self(text.to_owned())) } else { Err(Self::WRONG) }
    }
}

impl Setting for UserName {
    const WRONG: Wrong =
        Wrong("is not a user name: write one without a colon and control characters");

    fn from_text(text: &str) -> Result<Self, Wrong> {
        text.parse()
    }
}

/// The items of a list in a variable or flag.
pub(super) fn items(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).collect()
}

/// The strings of a list in the file.
pub(super) fn texts<'a>(value: &'a DeValue<'_>) -> Option<Vec<&'a str>> {
    value.as_array()?.iter().map(|item| item.get_ref().as_str()).collect()
}
