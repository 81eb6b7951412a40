//! The four formats that OpenSearch speaks: which one a request means, and how documents are written and read in it.
//!
//! What is written equals what the content library of OpenSearch 3.4 writes, byte for byte. What is read becomes JSON text, so
//! that the rest of the sidecar knows one format only.

use serde_json::Value;

pub use content_type::ContentTypeError;

use crate::json::JsonError;

mod bytes;
mod content_type;
mod draft;
mod number;
mod read_cbor;
mod read_smile;
mod read_yaml;
mod write_cbor;
mod write_json;
mod write_smile;
mod write_yaml;

/// A format of request and response bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is its own name")]
pub enum Format {
    Json,
    Yaml,
    Cbor,
    Smile,
}

impl Format {
    /// The format of a body, by its `Content-Type` header.
    ///
    /// # Errors
    /// OpenSearch's 400 for what is no media type, and its 406 for one it does not know.
    pub fn of_content_type(value: &[u8]) -> Result<Self, ContentTypeError> {
        content_type::of_body(value)
    }

    /// The format that an `Accept` header asks for: it counts only where it names one format of OpenSearch's and nothing else.
    #[must_use]
    pub fn of_accept(value: &[u8]) -> Option<Self> {
        content_type::of_media_type(&content_type::latin1(value))
    }

    /// The format that the parameter `format` asks for; an unknown one asks for nothing.
    #[must_use]
    pub fn of_format_parameter(value: &str) -> Option<Self> {
        match value.to_lowercase().as_str() {
            "json" => Some(Self::Json),
            "yaml" => Some(Self::Yaml),
            "cbor" => Some(Self::Cbor),
            "smile" => Some(Self::Smile),
            _ => None,
        }
    }

    /// The `Content-Type` of a response in this format.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=UTF-8",
            Self::Yaml => "application/yaml",
            Self::Cbor => "application/cbor",
            Self::Smile => "application/smile",
        }
    }

    /// The document as OpenSearch writes it. `pretty` is a matter of JSON only.
    #[must_use]
    pub fn encode(self, document: &Value, pretty: bool) -> Vec<u8> {
        match self {
            Self::Json => write_json::write(document, pretty),
            Self::Yaml => write_yaml::write(document),
            Self::Cbor => write_cbor::write(document),
            Self::Smile => write_smile::write(document),
        }
    }

    /// A body of this format as JSON text: its first value, or nothing where it has none. A JSON body stays as it is.
    ///
    /// JSON has no word for some of what the others can say. A number that JSON spells otherwise (`0x1f`, `.5`, `NaN`) becomes
    /// a string, which OpenSearch takes for a number where it wants one; bytes become Base64.
    ///
    /// # Errors
    /// The body is malformed, says a name twice, is too deep, or says something that is not understood here: an alias of YAML,
    /// or a string reference of CBOR.
    pub fn decode_to_json(self, body: &[u8]) -> Result<Vec<u8>, ContentTypeError> {
        Ok(self.decoded(body)?)
    }

    fn decoded(self, body: &[u8]) -> Result<Vec<u8>, JsonError> {
        match self {
            Self::Json => Ok(body.to_vec()),
            Self::Yaml => read_yaml::read(body),
            Self::Cbor => read_cbor::read(body),
            Self::Smile => read_smile::read(body),
        }
    }
}

#[cfg(test)]
mod tests;
