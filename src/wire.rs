//! HTTP/1.1 on the wire: the one room of the house that reads and writes its bytes, and what reads
//! and writes HTTP/2 as such.
//!
//! A head is parsed strictly (what two parsers could read differently is refused), a body is
//! relayed as the bytes it came in, and nothing is rewritten that RFC 9110 does not call
//! hop-by-hop.

mod both;
mod chunked;
mod framing;
mod h2;
mod head;
mod patience;
mod reader;
mod relay;
mod spare;
mod stream;
mod target;
mod timer;

pub use self::h2::H2Stream;
pub use chunked::Chunks;
pub use framing::Framing;
pub use head::{Field, MAX_FIELDS, RequestHead, ResponseHead, Version};
pub use patience::{within, write_within};
pub use reader::{Unread, read_whole};
pub use relay::{Broken, Inspect, Relay};
pub(crate) use spare::{SIZE as SPARE_SIZE, spare};
pub use spare::{keep, read_more};
pub use stream::{ReadHalf, Stream, WriteHalf};
pub(crate) use target::{path_and_query, segments};
pub use timer::{TimeOver, Timer};

/// Why bytes are not a message that can be passed on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Malformed {
    /// A chunk's size line, its data's end or the trailers break the grammar.
    #[error("malformed chunked body")]
    Chunk,
    /// `Connection` names a header that must reach the other end.
    #[error("the Connection header names a header that is not hop-by-hop")]
    ConnectionNames,
    /// `Content-Length` is not one decimal number.
    #[error("invalid Content-Length header")]
    ContentLength,
    /// Both framings at once.
    #[error("Content-Length beside Transfer-Encoding")]
    BothFramings,
    /// The start line or a header line breaks the grammar.
    #[error("malformed HTTP message head")]
    Head,
    /// No `Host`, two of them, or one that is no host.
    #[error("exactly one valid Host header is required")]
    Host,
    /// The request-target is not a path that starts with a slash.
    #[error("the request target must be a path that starts with a slash")]
    Target,
    /// More header fields than the limit.
    #[error("too many header fields")]
    TooManyFields,
    /// A trailer section longer than the header limit.
    #[error("trailer section too large")]
    TrailersTooLarge,
    /// Any `Transfer-Encoding` but one `chunked`, or one in HTTP/1.0.
    #[error("unsupported Transfer-Encoding: only chunked is understood")]
    TransferEncoding,
}
