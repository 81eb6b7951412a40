//! Query strings as OpenSearch's `RestUtils` reads them.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::path::taken_by_netty;

/// The parameters of a query string: the last of a name counts.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads what stands behind the question mark, up to a number sign.
    pub fn parse(query: &str) -> Self {
        let query = query.split('#').next().unwrap_or_default();
        let pairs = query.split(['&', ';']).filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        )
    }

    /// The value of a parameter; empty where it has none.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

fn decoded(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return taken_by_netty(text).into_owned();
    }
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_its_last_word_counts() {
        let query = Query::parse("pretty&a=1;b=x%20y+z&a=2&&=#&a=3");

        assert_eq!(query.value("pretty"), Some(""));
        assert_eq!(query.value("a"), Some("2"));
        assert_eq!(query.value("b"), Some("x y z"));
        assert_eq!(query.value("c"), None);
        let query = Query::parse("a=\u{e9}&b=%c3%a9&c=\u{e9}+");
        assert_eq!(query.value("a"), Some("\u{c3}\u{a9}"));
        assert_eq!(query.value("b"), Some("\u{e9}"));
        assert_eq!(query.value("c"), Some("\u{e9} "));
    }
}
