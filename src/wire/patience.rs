//! Waiting, but not for ever.

use std::{
    future::{Future, poll_fn},
    io,
    pin::pin,
    task::Poll,
    time::Duration,
};

use tokio::{
    io::AsyncWriteExt,
    time::{error::Elapsed, timeout},
};

use super::WriteHalf;

/// Waits for something until the time is over. What is ready at once, as most reads and writes
/// are, costs no look at the clock and no timer.
///
/// # Errors
/// The time was over first.
pub async fn within<F: Future>(time: Duration, awaited: F) -> Result<F::Output, Elapsed> {
    let mut awaited = pin!(awaited);
    match poll_fn(|context| Poll::Ready(awaited.as_mut().poll(context))).await {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => timeout(time, awaited).await,
    }
}

/// Writes all of it until the time is over, and holds nothing back.
///
/// # Errors
/// The time was over first.
pub async fn write_within(
    time: Duration,
    to: &mut WriteHalf<'_>,
    bytes: &[u8],
) -> Result<io::Result<()>, Elapsed> {
    let written = async {
        to.write_all(bytes).await?;
        to.flush().await
    };
    within(time, written).await
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn what_is_ready_needs_no_time_and_what_is_not_gets_no_more() {
        assert_eq!(within(Duration::ZERO, ready(1)).await.ok(), Some(1));
        assert!(within(Duration::from_mins(1), tokio::task::yield_now()).await.is_ok());
        assert!(within(Duration::from_millis(1), pending::<()>()).await.is_err());
    }
}
