//! A head and what follows it, in one write.

use std::{io, io::IoSlice};

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{keep, spare};

/// Up to how many bytes a head and what follows it are copied together before they are written: the
/// kernel takes one buffer in less time than a list of two, and the copy costs less than that.
const AS_ONE: usize = 4 * 1024;

/// Writes both, in one system call where the kernel takes them.
pub(super) async fn write_both<W>(to: &mut W, first: &[u8], second: &[u8]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    if first.is_empty() || second.is_empty() {
        return to.write_all(if first.is_empty() { second } else { first }).await;
    }
    if first.len() + second.len() <= AS_ONE {
        let mut both = spare();
        both.extend_from_slice(first);
        both.extend_from_slice(second);
        let written = to.write_all(&both).await;
        keep(both);
        return written;
    }
    write_list(to, first, second).await
}

async fn write_list<W>(to: &mut W, mut first: &[u8], mut second: &[u8]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    while !first.is_empty() {
        let written = to.write_vectored(&[IoSlice::new(first), IoSlice::new(second)]).await?;
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        let of_first = written.min(first.len());
        first = &first[of_first..];
        second = &second[written - of_first..];
    }
    to.write_all(second).await
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll},
    };

    use super::*;

    /// Keeps what it takes of each write: all, or so many bytes at most.
    #[derive(Default)]
    pub(in crate::wire) struct Writes(pub(in crate::wire) Vec<Vec<u8>>, Option<usize>);

    impl AsyncWrite for Writes {
        fn poll_write(
            self: Pin<&mut Self>,
            context: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.poll_write_vectored(context, &[IoSlice::new(bytes)])
        }

        fn poll_write_vectored(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            let bytes = slices.iter().flat_map(|slice| slice.iter().copied());
            let taken = bytes.take(self.1.unwrap_or(usize::MAX)).collect();
            self.0.push(taken);
            Poll::Ready(Ok(self.0.last().map_or(0, Vec::len)))
        }

        fn is_write_vectored(&self) -> bool {
            true
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test]
    async fn a_head_and_its_body_are_one_write_whether_they_are_copied_together_or_not() {
        for length in [AS_ONE - 4, AS_ONE - 3, 2 * AS_ONE] {
            let (body, mut to) = (vec![b'x'; length], Writes::default());

            write_both(&mut to, b"head", &body).await.unwrap();

            assert_eq!(to.0, [[b"head", body.as_slice()].concat()]);
        }
    }

    #[tokio::test]
    async fn who_takes_little_at_once_is_given_all_of_it() {
        for most in [1, 3, 4, 5, AS_ONE] {
            for length in [3, 2 * AS_ONE] {
                let (body, mut to) = (vec![b'x'; length], Writes(Vec::new(), Some(most)));

                write_both(&mut to, b"head", &body).await.unwrap();

                assert!(to.0.concat() == [b"head", body.as_slice()].concat(), "{most} {length}");
            }
        }
    }
}
