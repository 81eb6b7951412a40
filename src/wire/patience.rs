//! Waiting, but not for ever.

use std::{future::Future, io, time::Duration};

use tokio::io::AsyncWriteExt;

use super::{TimeOver, Timer, WriteHalf, both::write_both};

/// Waits for something until the time is over, by a timer of its own.
///
/// # Errors
/// The time was over first.
pub async fn within<F: Future>(time: Duration, awaited: F) -> Result<F::Output, TimeOver> {
    Timer::default().within(time, awaited).await
}

/// Writes a head and a body, or one of them, and holds nothing back. Each 64 KB may take that time.
///
/// # Errors
/// The time was over first.
pub async fn write_within(
    time: Duration,
    to: &mut WriteHalf<'_>,
    head: &[u8],
    body: &[u8],
) -> Result<io::Result<()>, TimeOver> {
    let timer = Timer::default();
    match write_both(&timer, time, to, head, body).await? {
        Ok(_) => timer.within(time, to.flush()).await,
        Err(error) => Ok(Err(error)),
    }
}
