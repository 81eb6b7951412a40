//! A head and what follows it, in one write.

use std::{
    future::{Future, poll_fn},
    io::{self, IoSlice},
    pin::pin,
    time::Duration,
};

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{TimeOver, Timer, keep, spare};

/// Up to how many bytes a head and what follows it are copied together before they are written: the
/// kernel takes one buffer in less time than a list of two, and the copy costs less than that.
const AS_ONE: usize = 4 * 1024;

/// How much has to be taken in time, or all that there is: who trickles is given up as well.
const AT_LEAST: usize = 64 * 1024;

/// Writes both, in one system call where the kernel takes them; gives whether it never had to wait.
/// Each 64 KB may take that time.
///
/// # Errors
/// The receiver took too long.
pub(super) async fn write_both<W>(
    timer: &Timer,
    time: Duration,
    to: &mut W,
    first: &[u8],
    second: &[u8],
) -> Result<io::Result<bool>, TimeOver>
where
    W: AsyncWrite + Unpin,
{
    if first.is_empty() || second.is_empty() || first.len() + second.len() > AS_ONE {
        return write_list(timer, time, to, first, second).await;
    }
    let mut both = spare();
    both.extend_from_slice(first);
    both.extend_from_slice(second);
    let written = write_list(timer, time, to, &both, &[]).await;
    keep(both);
    written
}

async fn write_list<W>(
    timer: &Timer,
    time: Duration,
    to: &mut W,
    mut first: &[u8],
    mut second: &[u8],
) -> Result<io::Result<bool>, TimeOver>
where
    W: AsyncWrite + Unpin,
{
    let mut at_once = true;
    while !(first.is_empty() && second.is_empty()) {
        let mut part = pin!(write_part(to, &mut first, &mut second));
        let noted = poll_fn(|context| {
            let polled = part.as_mut().poll(context);
            at_once &= polled.is_ready();
            polled
        });
        if let Err(error) = timer.within(time, noted).await? {
            return Ok(Err(error));
        }
    }
    Ok(Ok(at_once))
}

/// Writes [`AT_LEAST`] of both, or all, and takes off what it has written.
async fn write_part<W>(to: &mut W, first: &mut &[u8], second: &mut &[u8]) -> io::Result<()>
where
    W: AsyncWrite + Unpin,
{
    let mut taken = 0;
    while taken < AT_LEAST && !(first.is_empty() && second.is_empty()) {
        let written = match (*first, *second) {
            (one, []) | ([], one) => to.write(one).await?,
            (first, second) => {
                to.write_vectored(&[IoSlice::new(first), IoSlice::new(second)]).await?
            }
        };
        if written == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
        taken += written;
        let of_first = written.min(first.len());
        *first = &first[of_first..];
        *second = &second[written - of_first..];
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll, ready},
    };

    use tokio::time::{Sleep, sleep};

    use super::*;

    /// Keeps what it takes of each write: all, or so many bytes at most, and at once or late.
    #[derive(Default)]
    pub(in crate::wire) struct Writes {
        pub(in crate::wire) taken: Vec<Vec<u8>>,
        most: Option<usize>,
        late: Duration,
        waits: Option<Pin<Box<Sleep>>>,
    }

    impl Writes {
        /// Takes all, but never at once.
        pub(in crate::wire) fn slow() -> Self {
            Self { late: Duration::from_millis(2), ..Self::default() }
        }

        /// The length of the longest write.
        pub(in crate::wire) fn longest(&self) -> usize {
            self.taken.iter().map(Vec::len).max().unwrap_or_default()
        }
    }

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
            context: &mut Context<'_>,
            slices: &[IoSlice<'_>],
        ) -> Poll<io::Result<usize>> {
            if !self.late.is_zero() {
                let late = self.late;
                let waits = self.waits.get_or_insert_with(|| Box::pin(sleep(late)));
                ready!(waits.as_mut().poll(context));
                self.waits = None;
            }
            let bytes = slices.iter().flat_map(|slice| slice.iter().copied());
            let taken: Vec<_> = bytes.take(self.most.unwrap_or(usize::MAX)).collect();
            let length = taken.len();
            self.taken.push(taken);
            Poll::Ready(Ok(length))
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

    async fn written(to: &mut Writes, body: &[u8], millis: u64) -> Result<bool, TimeOver> {
        let (timer, time) = (Timer::default(), Duration::from_millis(millis));
        let at_once = write_both(&timer, time, to, b"head", body).await?;
        Ok(at_once.unwrap())
    }

    #[tokio::test]
    async fn a_head_and_its_body_are_one_write_whether_they_are_copied_together_or_not() {
        for length in [AS_ONE - 4, AS_ONE - 3, 2 * AS_ONE] {
            let (body, mut to) = (vec![b'x'; length], Writes::default());

            assert_eq!(written(&mut to, &body, 5_000).await, Ok(true));

            assert_eq!(to.taken, [[b"head", body.as_slice()].concat()]);
        }
    }

    #[tokio::test]
    async fn who_takes_little_at_once_is_given_all_of_it() {
        for most in [1, 3, 4, 5, AS_ONE] {
            for length in [3, 2 * AS_ONE] {
                let body = vec![b'x'; length];
                let mut to = Writes { most: Some(most), ..Writes::default() };

                assert_eq!(written(&mut to, &body, 5_000).await, Ok(true));

                assert!(
                    to.taken.concat() == [b"head", body.as_slice()].concat(),
                    "{most} {length}"
                );
            }
        }
    }

    #[tokio::test]
    async fn who_takes_enough_in_time_may_take_long_for_all_of_it_and_who_trickles_may_not() {
        let (late, body) = (Duration::from_millis(100), vec![b'x'; 7 * AT_LEAST]);
        let slow = |most| Writes { most: Some(most), late, ..Writes::default() };

        assert_eq!(written(&mut slow(AT_LEAST), &body, 400).await, Ok(false));
        assert_eq!(written(&mut slow(AT_LEAST / 8), &body, 400).await, Err(TimeOver));
    }
}
