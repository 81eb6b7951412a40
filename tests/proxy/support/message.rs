//! A message, read by a parser of the tests' own.

use serde_json::Value;

/// A head and its body; a chunked body as it is coded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Message {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The first line.
    pub(crate) fn start(&self) -> &str {
        self.head.split("\r\n").next().unwrap_or_default()
    }

    /// The status of an answer.
    pub(crate) fn status(&self) -> u16 {
        self.start().split(' ').nth(1).unwrap_or_default().parse().unwrap()
    }

    /// The first field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let lines = self.head.split("\r\n").skip(1);
        let mut pairs = lines.filter_map(|line| line.split_once(':'));
        let found = pairs.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim_matches([' ', '\t']))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// An error in OpenSearch's shape, of that status and type.
    #[track_caller]
    pub(crate) fn expect_fault(&self, status: u16, kind: &str) {
        assert_eq!(self.status(), status, "{self:?}");
        let content_type = self.field("content-type").unwrap_or_default();
        assert!(content_type.starts_with("application/json"), "{self:?}");
        let body = self.json();
        assert_eq!(body["status"], status, "{body}");
        assert_eq!(body["error"]["type"], kind, "{body}");
        assert_eq!(body["error"]["root_cause"][0]["type"], kind, "{body}");
        assert!(body["error"]["reason"].is_string(), "{body}");
    }
}
