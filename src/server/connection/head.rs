//! The head of a client's request, off the wire.

use std::pin::pin;

use bytes::BytesMut;

use super::{Connection, Line};
use crate::{
    error::Error,
    route::{Routed, sort},
    wire::{Malformed, ReadHalf, RequestHead, Timer, read_more},
};

/// What stands at the front of the buffer.
pub(super) enum Read {
    Request {
        routed: Result<Routed, Error>,
        len: usize,
        line: Line,
    },
    Refused(Error),
    /// Nothing at all: the socket only looked readable.
    Nothing,
    Ended,
}

impl Connection {
    /// Reads a head, which may not take longer than the limit from its first byte.
    pub(super) async fn head(
        &self,
        from: &mut ReadHalf<'_>,
        buffer: &mut BytesMut,
        timer: &Timer,
    ) -> Read {
        let mut begun = !buffer.is_empty();
        let mut seen = 0;
        let reading = async {
            loop {
                if let Some(read) = self.parsed(buffer, &mut seen) {
                    return read;
                }
                let more = tokio::select! {
                    biased;
                    read = read_more(from, buffer, 4 * 1024) => read,
                    () = std::future::ready(()), if !begun => return Read::Nothing,
                };
                match more {
                    Ok(0) | Err(_) => return Read::Ended,
                    Ok(_) => begun = true,
                }
            }
        };
        let in_time = timer.within(*self.proxy.limits().header_timeout, pin!(reading)).await;
        in_time.unwrap_or(Read::Refused(Error::SlowHeaders))
    }

    /// What the buffer begins with, where that can be told. A head that comes in many pieces is
    /// parsed once a line, for each time costs as much as the whole.
    fn parsed(&self, buffer: &[u8], seen: &mut usize) -> Option<Read> {
        let limits = self.proxy.limits();
        let too_long = buffer.len() > *limits.headers;
        let worth_it = *seen == 0 || too_long || memchr::memchr(b'\n', &buffer[*seen..]).is_some();
        *seen = buffer.len();
        if !worth_it {
            return None;
        }
        match RequestHead::parse(buffer, *limits.header_count) {
            Ok(Some(head)) if head.len <= *limits.headers => Some(self.sorted(&head)),
            Ok(None) if !too_long => None,
            Ok(_) | Err(Malformed::TooManyFields) => Some(Read::Refused(Error::HeadersTooLarge)),
            Err(malformed) => Some(Read::Refused(Error::Malformed(malformed))),
        }
    }

    fn sorted(&self, head: &RequestHead<'_>) -> Read {
        Read::Request {
            routed: sort(head, self.proxy.authority(), self.proxy.guard()).map_err(Error::from),
            len: head.len,
            line: Line::of(head),
        }
    }
}
