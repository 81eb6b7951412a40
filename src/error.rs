//! Why a request could not be served, and what the caller is told of it. By fault: the caller's
//! (4xx), the cluster's (502, 503, 504: only where a retry is safe), ours (500).

use serde_json::{Value, json};

use crate::{
    answer::Answer,
    command::{Denial, Invalid, Unreadable},
    format::ContentTypeError,
    guard,
    route::{Allowed, Refused},
    search::Refusal,
    upstream::{Reply, Unanswered},
    wire::Malformed,
};

/// Why a request could not be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The cluster's own answer, which is the caller's.
    #[error("OpenSearch answered {}", .0.status)]
    Answered(Box<Answer>),
    /// A boolean parameter that is none.
    #[error("Failed to parse value [{0}] as only [true] or [false] are allowed.")]
    BadBoolean(String),
    /// A percent sign that begins no escape.
    #[error("the path has a percent sign that begins no escape")]
    BadEscape,
    /// A body over the limit, in bytes.
    #[error("request body is larger than the limit of [{0}] bytes")]
    BodyTooLarge(usize),
    /// The client closed before it was answered.
    #[error("the client closed its connection")]
    ClientGone,
    /// A body coded in a way that is not understood.
    #[error("Content-Encoding [{0}] is not supported")]
    ContentEncoding(String),
    /// A body of a type that is not understood.
    #[error(transparent)]
    ContentType(#[from] ContentTypeError),
    /// A rule that was broken.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// No body where one must be.
    #[error("Model group request has empty body")]
    EmptyBody,
    /// The caller may not use this part of the API at all.
    #[error("no permissions for [{action}] and {user}")]
    Forbidden {
        /// The permission's name.
        action: &'static str,
        /// The caller, as the Security plugin prints it.
        user: String,
    },
    /// It addresses what is protected.
    #[error(transparent)]
    Guarded(#[from] guard::Refusal),
    /// More header bytes or fields than the limit.
    #[error("request headers are larger than the limit")]
    HeadersTooLarge,
    /// A bug of ours.
    #[error("{0}")]
    Internal(&'static str),
    /// A name or description that may not be.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Bytes that are no request.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// No handler for a path.
    #[error("no handler found for uri [{uri}] and method [{method}]")]
    NoHandler {
        /// The request-target.
        uri: String,
        /// The method.
        method: String,
    },
    /// A method that a path does not have.
    #[error("Incorrect HTTP method for uri [{uri}] and method [{method}], allowed: [{}]", .allowed.methods().join(", "))]
    NotAllowed {
        /// The request-target.
        uri: String,
        /// The method.
        method: String,
        /// What is allowed.
        allowed: Allowed,
    },
    /// A search without a body.
    #[error("request body or source parameter is required")]
    NoSource,
    /// Nobody could be asked who the caller is.
    #[error("the caller could not be looked up")]
    NotLookedUp(#[source] Box<Self>),
    /// Other writers came first, again and again.
    #[error("the model group was changed by others again and again: try again")]
    Outrun,
    /// More requests in flight than the limit.
    #[error(
        "rejected execution: [{0}] requests are in flight, which is the limit: try again later"
    )]
    Overloaded(usize),
    /// A search that is not let through.
    #[error("{0}")]
    Search(Refusal),
    /// A fault that several requests share: they waited for one look-up.
    #[error(transparent)]
    Shared(std::sync::Arc<Self>),
    /// A client that sends its body too slowly.
    #[error("the request body came too slowly")]
    SlowBody,
    /// A client that sends its headers too slowly.
    #[error("the request headers came too slowly")]
    SlowHeaders,
    /// A `source_content_type` that is none.
    #[error("Unknown value for source_content_type [{0}]")]
    SourceType(String),
    /// A `source` without `source_content_type`.
    #[error("source and source_content_type parameters are required")]
    SourceWithoutType,
    /// The cluster gave no answer.
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
    /// The cluster answered something that modelgate has no use for.
    #[error("{what} (OpenSearch answered {status}: {kind})")]
    Unexpected {
        /// What was tried.
        what: &'static str,
        /// The status that came.
        status: u16,
        /// The cluster's type of error, for the log.
        kind: String,
    },
    /// An expectation that nobody can meet.
    #[error("the expectation is not supported: only 100-continue is")]
    Expectation,
    /// A body that cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Parameters that nobody asked about.
    #[error("{0}")]
    Unrecognized(String),
    /// A write whose outcome nobody knows.
    #[error("the outcome of the write is not known: look before you try again")]
    Unsure(#[source] Box<Self>),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Expectation => Self::Expectation,
            Refused::Guarded(refusal) => Self::Guarded(refusal),
            Refused::Malformed(malformed) => Self::Malformed(malformed),
        }
    }
}

impl Error {
    /// An answer of the cluster that modelgate has no use for.
    pub fn unexpected(reply: &Reply, what: &'static str) -> Self {
        let document: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        // Its reason may quote what the caller sent, which the log must not.
        let kind = document["error"]["type"].as_str().unwrap_or("no type").to_owned();
        Self::Unexpected { what, status: reply.status, kind }
    }

    /// A write of which nobody could say whether it was done, and why not.
    pub fn unsure(why: Self) -> Self {
        Self::Unsure(Box::new(why))
    }

    /// The same of a write that is none of the caller's business: whether it was done or not, the
    /// caller may try again.
    pub fn of_bookkeeping(self) -> Self {
        match self {
            Self::Unsure(why) => *why,
            other => other,
        }
    }

    /// What the caller is told.
    pub fn answer(&self) -> Answer {
        let reason = self.to_string();
        let fault = |status, kind| Answer::fault(status, kind, &reason);
        let simple = |status: u16| {
            Answer::simple_fault(status, json!({ "error": reason, "status": status }))
        };
        match self {
            Self::Answered(answer) => (**answer).clone(),
            Self::BadBoolean(_)
            | Self::BadEscape
            | Self::SourceType(_)
            | Self::SourceWithoutType
            | Self::Unrecognized(_) => fault(400, "illegal_argument_exception"),
            Self::BodyTooLarge(_) => fault(413, "content_too_long_exception"),
            Self::ClientGone => fault(400, "client_closed_exception"),
            Self::ContentEncoding(_) => fault(415, "unsupported_media_type_exception"),
            Self::ContentType(error) => error.answer(),
            Self::Denied(denial) => fault(denial.status(), denial.kind()),
            Self::EmptyBody | Self::NoSource => fault(400, "parse_exception"),
            Self::Expectation => fault(417, "illegal_argument_exception"),
            Self::Forbidden { .. } => fault(403, "security_exception"),
            Self::Guarded(refusal) => guarded(refusal),
            Self::HeadersTooLarge => fault(431, "too_long_http_header_exception"),
            Self::Internal(_) => Answer::fault(500, "internal_error", "internal error"),
            Self::Invalid(Invalid::NoName) => fault(400, "illegal_argument_exception"),
            Self::Invalid(Invalid::Failed(_)) => fault(400, "action_request_validation_exception"),
            Self::Malformed(Malformed::TooManyFields | Malformed::TrailersTooLarge) => {
                fault(431, "too_long_http_header_exception")
            }
            Self::Malformed(_) => fault(400, "illegal_argument_exception"),
            Self::NoHandler { .. } => Answer::simple_fault(400, json!({ "error": reason })),
            Self::NotAllowed { allowed, .. } => {
                simple(405).with("Allow", allowed.methods().join(","))
            }
            Self::NotLookedUp(_) => fault(503, "status_exception").with("Retry-After", "1"),
            Self::Outrun => fault(409, "version_conflict_engine_exception"),
            Self::Overloaded(_) => {
                fault(429, "rejected_execution_exception").with("Retry-After", "1")
            }
            Self::Search(_) => fault(400, "illegal_argument_exception"),
            Self::Shared(error) => error.answer(),
            Self::SlowBody | Self::SlowHeaders => fault(408, "request_timeout_exception"),
            Self::Unanswered(unanswered) => self.unanswered(unanswered),
            Self::Unexpected { what, status, .. } => unexpected(what, *status),
            Self::Unreadable(error) => unreadable(error),
            Self::Unsure(_) => fault(500, "unknown_outcome_exception"),
        }
    }

    fn unanswered(&self, unanswered: &Unanswered) -> Answer {
        let reason = self.to_string();
        let fault = |status, kind| Answer::fault(status, kind, &reason);
        match unanswered {
            Unanswered::Unreachable(_) => fault(502, "connect_exception"),
            Unanswered::SlowToConnect => fault(504, "connect_timeout_exception"),
            Unanswered::Silent => fault(504, "receive_timeout_exception"),
            Unanswered::NoNode => {
                fault(503, "no_node_available_exception").with("Retry-After", "1")
            }
            Unanswered::Broken(_) | Unanswered::Garbled | Unanswered::TooLong => {
                fault(502, "connection_closed_exception")
            }
        }
    }

    /// Whose fault it is, for the log.
    pub fn fault(&self) -> &'static str {
        match self {
            Self::Unanswered(_) | Self::Unexpected { .. } | Self::Unsure(_) => "upstream",
            Self::Internal(_) => "modelgate",
            Self::Shared(error) => error.fault(),
            _ => "client",
        }
    }
}

/// As the Security plugin refuses system indices, and as OpenSearch refuses bodies.
fn guarded(refusal: &guard::Refusal) -> Answer {
    let reason = refusal.to_string();
    match refusal {
        guard::Refusal::Named(_)
        | guard::Refusal::Included(_)
        | guard::Refusal::OfAPlugin(_)
        | guard::Refusal::Unseen(_) => Answer::fault(403, "security_exception", &reason),
        guard::Refusal::ContentType(error) => error.answer(),
        guard::Refusal::ContentEncoding(_) => {
            Answer::fault(415, "unsupported_media_type_exception", &reason)
        }
        guard::Refusal::TooLarge(_) => Answer::fault(413, "content_too_long_exception", &reason),
        guard::Refusal::Json(error) => Answer::fault(error.status(), error.type_name(), &reason),
        guard::Refusal::Action(_) => Answer::fault(400, "illegal_argument_exception", &reason),
    }
}

/// The cluster refused modelgate itself: the caller cannot mend that, and learns no details.
fn unexpected(what: &str, status: u16) -> Answer {
    match status {
        429 | 503 => Answer::fault(503, "status_exception", what),
        _ => Answer::fault(500, "status_exception", what),
    }
}

fn unreadable(error: &Unreadable) -> Answer {
    let mut cause = json!({ "type": error.kind(), "reason": error.to_string() });
    if let Unreadable::Token { place: Some((line, column)), .. } = error {
        cause["line"] = json!(line);
        cause["col"] = json!(column);
    }
    Answer::faulty(400, cause)
}
