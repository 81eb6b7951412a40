//! Buffers between two uses. A request needs two of them for a moment only: each worker thread
//! keeps some, so that the allocator is not asked for them, and who waits for a request or an
//! answer holds none. So they are few, and what the processor has at hand.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    io, mem,
    pin::pin,
};

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much a buffer holds, in bytes: an ordinary head with its body, or an ordinary answer.
pub(crate) const SIZE: usize = 8 * 1024;

/// How many a thread keeps. It works on one request at a time; but some come in pieces.
const MOST: usize = 32;

thread_local! {
    static SPARE: RefCell<Vec<BytesMut>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room.
pub(crate) fn spare() -> BytesMut {
    let kept = SPARE.with_borrow_mut(Vec::pop);
    kept.unwrap_or_else(|| BytesMut::with_capacity(SIZE))
}

/// Keeps a buffer whose bytes nobody needs any more. One that has grown is given back.
pub fn keep(mut buffer: BytesMut) {
    buffer.clear();
    let is_ordinary = buffer.try_reclaim(SIZE) && buffer.capacity() < 2 * SIZE;
    SPARE.with_borrow_mut(|kept| {
        if is_ordinary && kept.len() < MOST {
            kept.push(buffer);
        }
    });
}

/// Reads on, where there is room for `more` bytes at least. A buffer that is empty is not held
/// while there is nothing to read.
///
/// # Errors
/// Where the connection is gone.
pub async fn read_more<R: AsyncRead + Unpin>(
    from: &mut R,
    buffer: &mut BytesMut,
    more: usize,
) -> io::Result<usize> {
    poll_fn(|context| {
        match buffer.capacity() {
            0 => *buffer = spare(),
            _ => buffer.reserve(more),
        }
        let read = pin!(from.read_buf(buffer)).poll(context);
        if read.is_pending() && buffer.is_empty() {
            keep(mem::take(buffer));
        }
        read
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Buf;
    use tokio::{io::AsyncWriteExt, time::timeout};

    use super::*;

    #[test]
    fn a_buffer_is_used_again_with_all_its_room() {
        let mut buffer = spare();
        buffer.extend_from_slice(&[1; SIZE]);
        buffer.advance(SIZE / 2);
        let place = buffer.as_ptr() as usize - SIZE / 2;
        keep(buffer);

        let again = spare();

        assert_eq!((again.as_ptr() as usize, again.len(), again.capacity()), (place, 0, SIZE));
    }

    #[test]
    fn what_has_grown_or_is_shared_is_given_back() {
        keep(BytesMut::with_capacity(4 * SIZE));
        keep(BytesMut::new());
        let mut shared = BytesMut::zeroed(SIZE);
        let piece = shared.split_to(SIZE / 2);
        keep(shared);

        assert!(SPARE.with_borrow(Vec::is_empty));
        drop(piece);
    }

    #[tokio::test]
    async fn who_waits_holds_no_buffer_but_for_what_has_come() {
        let (mut near, mut far) = tokio::io::duplex(64);
        let mut buffer = BytesMut::with_capacity(SIZE);
        let mut waits = async |buffer: &mut BytesMut| {
            let read = read_more(&mut near, buffer, 1);
            timeout(Duration::from_millis(5), read).await.ok().map(Result::unwrap)
        };

        assert_eq!((waits(&mut buffer).await, buffer.capacity()), (None, 0));
        assert_eq!(SPARE.with_borrow(Vec::len), 1);
        far.write_all(b"GET").await.unwrap();
        assert_eq!((waits(&mut buffer).await, &buffer[..]), (Some(3), &b"GET"[..]));
        assert_eq!((waits(&mut buffer).await, &buffer[..]), (None, &b"GET"[..]));
    }

    #[test]
    fn no_more_are_kept_than_are_worth_it() {
        (0..2 * MOST).for_each(|_| keep(BytesMut::with_capacity(SIZE)));

        assert_eq!(SPARE.with_borrow(Vec::len), MOST);
    }
}
