//! The head of a client's request, off the wire.

use bytes::BytesMut;
use tokio::time::Instant;

use super::Connection;
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
        line: (String, String),
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
        let limits = self.proxy.limits();
        let deadline = Instant::now() + *limits.header_timeout;
        let mut begun = !buffer.is_empty();
        let mut seen = 0;
        loop {
            if let Some(read) = self.parsed(buffer, &mut seen) {
                return read;
            }
            let more = async {
                tokio::select! {
                    biased;
                    read = read_more(from, buffer, 4 * 1024) => Some(read),
                    () = std::future::ready(()), if !begun => None,
                }
            };
            match timer.until(deadline, more).await {
                Ok(None) => return Read::Nothing,
                Ok(Some(Ok(0) | Err(_))) => return Read::Ended,
                Ok(Some(Ok(_))) => begun = true,
                Err(_) => return Read::Refused(Error::SlowHeaders),
            }
        }
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
        let path = head.target.split('?').next().unwrap_or_default();
        Read::Request {
            routed: sort(head, self.proxy.authority(), self.proxy.guard()).map_err(Error::from),
            len: head.len,
            line: (head.method.to_owned(), path.to_owned()),
        }
    }
}
