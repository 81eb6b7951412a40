//! Media types in headers, as OpenSearch reads them.

use serde_json::json;

use super::Format;
use crate::answer::Answer;
use crate::json::JsonError;

/// Why a body is not taken for its content type, or by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentTypeError {
    /// A media type that OpenSearch does not know; empty where there is none.
    #[error("Content-Type header [{0}] is not supported")]
    Unsupported(String),
    /// No media type at all.
    #[error("invalid Content-Type header [{0}]")]
    Invalid(String),
    /// A header of parameters only.
    #[error("empty Content-Type header")]
    Empty,
    /// More than one header.
    #[error("only one Content-Type header should be provided")]
    Repeated,
    /// A body that is not what its content type says.
    #[error(transparent)]
    Body(#[from] JsonError),
}

impl ContentTypeError {
    /// OpenSearch's answer to it.
    #[must_use]
    pub fn answer(&self) -> Answer {
        let message = self.to_string();
        match self {
            Self::Unsupported(_) => {
                Answer::simple_fault(406, json!({ "error": message, "status": 406 }))
            }
            Self::Invalid(_) | Self::Empty | Self::Repeated => header_fault(&message),
            Self::Body(error) => Answer::fault(error.status(), error.type_name(), &message),
        }
    }
}

/// The format of a body, by its `Content-Type` header.
pub(super) fn of_body(value: &[u8]) -> Result<Format, ContentTypeError> {
    // As nearly every client says it.
    if value == b"application/json" {
        return Ok(Format::Json);
    }
    let header = latin1(value);
    let media_type = first_element(&header).ok_or(ContentTypeError::Empty)?;
    match java_split(media_type, '/').as_slice() {
        [main, sub] if is_token(main) && is_token(java_trim(sub)) => {
            of_media_type(media_type).ok_or(ContentTypeError::Unsupported(header))
        }
        _ => Err(ContentTypeError::Invalid(header)),
    }
}

/// The format of a media type with its parameters, which may be anything but malformed.
pub(super) fn of_media_type(value: &str) -> Option<Format> {
    let value = without_vendor(value.to_lowercase());
    let elements = java_split(&value, ';');
    let (media_type, parameters) = elements.split_first()?;
    let format = known(java_trim(media_type))?;
    parameters.iter().all(|parameter| is_parameter(java_trim(parameter))).then_some(format)
}

/// The bytes of a header as the characters OpenSearch takes them for.
pub(super) fn latin1(value: &[u8]) -> String {
    value.iter().copied().map(char::from).collect()
}

fn header_fault(message: &str) -> Answer {
    let kind = "content_type_header_exception";
    let reason = format!("java.lang.IllegalArgumentException: {message}");
    let caused_by = json!({ "type": "illegal_argument_exception", "reason": message });
    let root_cause = json!([{ "type": kind, "reason": reason }]);
    let error = json!({
        "root_cause": root_cause, "type": kind, "reason": reason, "caused_by": caused_by
    });
    Answer::simple_fault(400, json!({ "error": error, "status": 400 }))
}

/// What stands before the first semicolon, without the blanks before that; nothing in a header of semicolons only.
fn first_element(header: &str) -> Option<&str> {
    let Some((ended, last)) = header.rsplit_once(';') else { return Some(header) };
    let mut elements = ended.split(';').map(|element| element.trim_end_matches([' ', '\t']));
    let first = elements.next()?;
    let is_empty = first.is_empty() && last.is_empty() && elements.all(str::is_empty);
    (!is_empty).then_some(first)
}

fn known(media_type: &str) -> Option<Format> {
    match java_split(media_type, '/').as_slice() {
        ["application", "json" | "x-ndjson" | "*"] => Some(Format::Json),
        ["application", "yaml"] => Some(Format::Yaml),
        ["application", "cbor"] => Some(Format::Cbor),
        ["application", "smile"] => Some(Format::Smile),
        _ => None,
    }
}

/// `application/vnd.opensearch+json;compatible-with=7` is `application/json`.
fn without_vendor(value: String) -> String {
    if !value.contains("vnd.opensearch") {
        return value;
    }
    without_compatibility(&value.replace("vnd.opensearch+", ""))
}

/// Removes every `;compatible-with=7`, blanks around the semicolon included.
fn without_compatibility(value: &str) -> String {
    let mut kept = String::new();
    let mut elements = value.split(';');
    kept.push_str(elements.next().unwrap_or_default());
    for element in elements {
        let version = element.trim_start_matches(is_java_space).strip_prefix("compatible-with=");
        let rest = version.map(|version| version.trim_start_matches(|c: char| c.is_ascii_digit()));
        match rest {
            Some(rest) if version.is_some_and(|version| version.len() > rest.len()) => {
                kept.truncate(kept.trim_end_matches(is_java_space).len());
                kept.push_str(rest);
            }
            _ => {
                kept.push(';');
                kept.push_str(element);
            }
        }
    }
    kept
}

fn is_parameter(parameter: &str) -> bool {
    let unpadded = |part: &&str| java_trim(part) == *part;
    matches!(java_split(parameter, '=').as_slice(), [name, value] if unpadded(name) && unpadded(value))
}

/// OpenSearch's `[a-zA-z0-9!#$%&'*+\-.\^_`|~]+`, slip of the pen included.
fn is_token(text: &str) -> bool {
    let allowed =
        |byte: u8| matches!(byte, b'A'..=b'z') || b"0123456789!#$%&'*+-.|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// Java's `split`: without the empty parts at the end.
fn java_split(text: &str, separator: char) -> Vec<&str> {
    if !text.contains(separator) {
        return vec![text];
    }
    let mut parts: Vec<_> = text.split(separator).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

/// Java's `trim`: everything up to the space is white.
fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

fn is_java_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}
