//! Buffers between two uses. A request needs two of them for a moment only: each worker thread
//! keeps some, so that the allocator is not asked for them, and no idle connection holds one.

use std::cell::RefCell;

use bytes::BytesMut;

/// How much a buffer holds, in bytes: an ordinary head with its body, or an ordinary answer.
const SIZE: usize = 8 * 1024;

/// How many a thread keeps: as many as are in use at once while it is busy.
const MOST: usize = 32;

thread_local! {
    static SPARE: RefCell<Vec<BytesMut>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room.
pub fn spare() -> BytesMut {
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

#[cfg(test)]
mod tests {
    use bytes::Buf;

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

    #[test]
    fn no_more_are_kept_than_are_worth_it() {
        (0..2 * MOST).for_each(|_| keep(BytesMut::with_capacity(SIZE)));

        assert_eq!(SPARE.with_borrow(Vec::len), MOST);
    }
}
