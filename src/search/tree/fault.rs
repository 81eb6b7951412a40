//! Why a body is not read.

use crate::json::{MAX_DEPTH, MAX_DIGITS};

/// What is wrong with a body, and at which byte; small, as every step of the reader may give one.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("the body ends too soon")]
    End,
    #[error("no such escape at byte {0}")]
    Escape(u32),
    #[error("a number starts with 0 at byte {0}")]
    LeadingZero(u32),
    /// As Jackson's `StreamReadConstraints`, as OpenSearch sets them.
    #[error("a number has more than {MAX_DIGITS} digits at byte {0}")]
    LongNumber(u32),
    #[error("a digit is missing at byte {0}")]
    NoDigit(u32),
    #[error("a name is there twice in the object that ends at byte {0}")]
    Repeated(u32),
    #[error("a string is not closed, or has a control character, at byte {0}")]
    String(u32),
    /// As Jackson's `StreamReadConstraints`, as OpenSearch sets them.
    #[error("nested deeper than {MAX_DEPTH}")]
    TooDeep,
    #[error("unexpected {0:?} at byte {1}")]
    Unexpected(char, u32),
}
