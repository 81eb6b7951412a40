//! What modelgate itself answers, before it becomes bytes.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Value, json};

use crate::{filter_path::FilterPath, format::Format, headers::Afterwards};

/// What an ordinary head comes to at most, in bytes.
const ORDINARY: usize = 256;

/// An answer of modelgate's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Further fields.
    pub fields: Vec<(&'static str, Arc<str>)>,
    /// What it says.
    pub body: Body,
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A document that the caller's parameters shape.
    Document(Value),
    /// A document about a fault: shaped, but never filtered (as OpenSearch's error builder).
    Fault(Value),
    /// Bytes as they are, with their content type.
    Raw {
        /// The `content-type` field.
        content_type: Cow<'static, str>,
        /// The body.
        bytes: Vec<u8>,
    },
}

/// How the caller wants documents.
#[derive(Clone, Debug)]
pub struct Shape {
    /// In which format.
    pub format: Format,
    /// With line breaks.
    pub pretty: bool,
    /// Which parts only.
    pub filter: Option<FilterPath>,
    /// With `stack_trace` in errors.
    pub error_trace: bool,
}

impl Shape {
    /// Whether documents are JSON without breaks, and whole.
    pub fn is_plain(&self) -> bool {
        self.format == Format::Json && !self.pretty && self.filter.is_none()
    }
}

impl Default for Shape {
    fn default() -> Self {
        Self { format: Format::Json, pretty: false, filter: None, error_trace: false }
    }
}

/// An answer as it is written.
#[derive(Debug)]
pub struct Message {
    /// Status line and fields, with the blank line behind them.
    pub head: Vec<u8>,
    /// What follows it, which is nothing on `HEAD`.
    pub body: Vec<u8>,
}

impl Answer {
    /// A document that was asked for.
    pub fn document(status: u16, document: Value) -> Self {
        Self { status, fields: Vec::new(), body: Body::Document(document) }
    }

    /// A fault, in the shape of OpenSearch's errors.
    pub fn fault(status: u16, kind: &str, reason: &str) -> Self {
        Self::faulty(status, json!({ "type": kind, "reason": reason }))
    }

    /// A fault whose cause has further members.
    pub fn faulty(status: u16, cause: Value) -> Self {
        let mut error = json!({ "root_cause": [&cause] });
        if let (Value::Object(error), Value::Object(cause)) = (&mut error, cause) {
            error.extend(cause);
        }
        Self::simple_fault(status, json!({ "error": error, "status": status }))
    }

    /// A fault whose whole body is given.
    pub fn simple_fault(status: u16, document: Value) -> Self {
        Self { status, fields: Vec::new(), body: Body::Fault(document) }
    }

    /// The same with a further field.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Arc<str>>) -> Self {
        self.fields.push((name, value.into()));
        self
    }

    /// The bytes of the message.
    pub fn written(self, shape: &Shape, is_head: bool, afterwards: Afterwards) -> Message {
        let status = self.status;
        let (content_type, body) = self.body.encoded(shape);
        let mut head = Vec::with_capacity(ORDINARY);
        let mut put = |parts: &[&str]| {
            parts.iter().for_each(|part| head.extend_from_slice(part.as_bytes()));
        };
        put(&["HTTP/1.1 ", itoa::Buffer::new().format(status), " ", reason(status), "\r\n"]);
        for (name, value) in &self.fields {
            put(&[name, ": ", &without_breaks(value), "\r\n"]);
        }
        put(&["content-type: ", &content_type, "\r\n"]);
        put(&["content-length: ", itoa::Buffer::new().format(body.len()), "\r\n"]);
        head.extend_from_slice(afterwards.line());
        head.extend_from_slice(b"\r\n");
        Message { head, body: if is_head { Vec::new() } else { body } }
    }
}

impl Body {
    fn encoded(self, shape: &Shape) -> (Cow<'static, str>, Vec<u8>) {
        let encode = |document: &Value| {
            (shape.format.content_type().into(), shape.format.encode(document, shape.pretty))
        };
        match self {
            Self::Document(document) => match &shape.filter {
                Some(filter) => encode(&filter.apply(&document)),
                None => encode(&document),
            },
            Self::Fault(mut document) => {
                if shape.error_trace {
                    trace(&mut document);
                }
                encode(&document)
            }
            Self::Raw { content_type, bytes } => (content_type, bytes),
        }
    }
}

/// `error_trace`: there is no stack to tell, so the trace has its first line only.
fn trace(document: &mut Value) {
    let Some(Value::Object(error)) = document.get_mut("error") else { return };
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let line = Value::String(format!("{}[{}]", text("type"), text("reason")));
    error.insert("stack_trace".to_owned(), line.clone());
    for cause in error.get_mut("root_cause").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(cause) = cause {
            cause.insert("stack_trace".to_owned(), line.clone());
        }
    }
}

/// No value may begin a line of its own.
fn without_breaks(value: &str) -> Cow<'_, str> {
    match value.contains(char::is_control) {
        false => Cow::Borrowed(value),
        true => value.replace(char::is_control, " ").into(),
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        413 => "Request Entity Too Large",
        415 => "Unsupported Media Type",
        417 => "Expectation Failed",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
