//! The nodes of the cluster.

use std::fmt;
use std::ops::Deref;

use toml::de::DeValue;

use super::names::items;
use super::names::texts;
use super::origin::Origin;
use super::origin::Scheme;
use super::value::Setting;
use super::value::Wrong;

/// Nodes of one cluster: at least one, each once, all spoken to in the same way.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Nodes(Vec<Origin>);

/// How many there may be.
const MOST: usize = 64;

impl Nodes {
    /// The node that is named first.
    pub fn first(&self) -> &Origin {
        &self.0[0]
    }

    /// What is spoken to each.
    pub fn scheme(&self) -> Scheme {
        self.first().scheme()
    }
}

impl Default for Nodes {
    fn default() -> Self {
        Self(vec![Origin::default()])
    }
}

impl Deref for Nodes {
    type Target = [Origin];

    fn deref(&self) -> &[Origin] {
        &self.0
    }
}

impl fmt::Display for Nodes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let urls: Vec<String> = self.iter().map(ToString::to_string).collect();
        out.write_str(&urls.join(","))
    }
}

impl Setting for Nodes {
    const WRONG: Wrong = Origin::WRONG;

    fn from_text(text: &str) -> Result<Self, Wrong> {
        Self::try_from(items(text))
    }

    fn from_toml(value: &DeValue<'_>) -> Result<Self, Wrong> {
        let one = value.as_str().map(|url| vec![url]);
        Self::try_from(one.or_else(|| texts(value)).ok_or(Self::WRONG)?)
    }
}

impl TryFrom<Vec<&str>> for Nodes {
    type Error = Wrong;

    fn try_from(urls: Vec<&str>) -> Result<Self, Wrong> {
        let nodes: Vec<Origin> = urls.into_iter().map(str::parse).collect::<Result<_, _>>()?;
        let first = nodes.first().ok_or(Self::WRONG)?;
        let again = |at: usize| nodes[..at].contains(&nodes[at]);
        match () {
            () if nodes.len() > MOST => Err(TOO_MANY),
            () if nodes.iter().any(|node| node.scheme() != first.scheme()) => Err(MIXED),
            () if (1..nodes.len()).any(again) => Err(REPEATED),
            () => Ok(Self(nodes)),
        }
    }
}

const MIXED: Wrong = Wrong("mixes http and https: write one of them for all nodes");
const REPEATED: Wrong = Wrong("names a node twice: write each once");
const TOO_MANY: Wrong = Wrong("names more than 64 nodes: write fewer");
