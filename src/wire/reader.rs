//! A body that is read whole: only what modelgate answers itself.

use std::{io, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{Chunks, Framing, Malformed, within};

/// Why a body could not be read whole.
#[derive(Debug)]
pub enum Unread {
    /// It broke the chunked grammar.
    Malformed(Malformed),
    /// It is longer than the limit.
    TooLarge,
    /// The sender closed, or its connection failed.
    Cut(io::Error),
    /// The sender was silent for longer than allowed.
    Silent,
}

/// Reads a body whole, at most `most` bytes of it.
///
/// # Errors
/// See [`Unread`]; the connection is of no further use then.
pub async fn read_whole<R: AsyncRead + Unpin>(
    framing: Framing,
    most: u64,
    patience: Duration,
    buffer: &mut BytesMut,
    from: &mut R,
) -> Result<Vec<u8>, Unread> {
    let mut body = Vec::new();
    let mut chunks = Chunks::default();
    loop {
        if take(framing, &mut chunks, buffer, &mut body).map_err(Unread::Malformed)? {
            return if body.len() as u64 > most { Err(Unread::TooLarge) } else { Ok(body) };
        }
        if body.len() as u64 > most {
            return Err(Unread::TooLarge);
        }
        buffer.reserve(8 * 1024);
        match within(patience, from.read_buf(buffer)).await {
            Ok(Ok(0)) if framing == Framing::UntilClose => return Ok(body),
            Ok(Ok(0)) => return Err(Unread::Cut(io::ErrorKind::UnexpectedEof.into())),
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(Unread::Cut(error)),
            Err(_) => return Err(Unread::Silent),
        }
    }
}

/// Moves what the buffer holds of the body; gives whether that was its end.
fn take(
    framing: Framing,
    chunks: &mut Chunks,
    buffer: &mut BytesMut,
    body: &mut Vec<u8>,
) -> Result<bool, Malformed> {
    match framing {
        Framing::Chunked => {
            while !buffer.is_empty() && !chunks.ended() {
                let step = chunks.step(buffer)?;
                body.extend_from_slice(step.data);
                let taken = step.taken;
                buffer.advance(taken);
            }
            Ok(chunks.ended())
        }
        Framing::Length(length) => {
            let left = length.saturating_sub(body.len() as u64);
            let run = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            body.extend_from_slice(&buffer[..run]);
            buffer.advance(run);
            Ok(body.len() as u64 == length)
        }
        Framing::UntilClose => {
            body.extend_from_slice(buffer);
            buffer.clear();
            Ok(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(framing: Framing, most: u64, sent: &[u8]) -> (Result<Vec<u8>, Unread>, BytesMut) {
        let (first, mut rest) = sent.split_at(sent.len() / 2);
        let mut buffer = BytesMut::from(first);
        let body = read_whole(framing, most, Duration::from_secs(5), &mut buffer, &mut rest).await;
        (body, buffer)
    }

    #[tokio::test]
    async fn a_body_is_read_to_its_end_and_no_further() {
        let (length, left) = read(Framing::Length(5), 5, b"helloGET").await;
        let (chunked, _) = read(Framing::Chunked, 5, b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n").await;

        assert_eq!((length.unwrap(), left.as_ref()), (b"hello".to_vec(), &b"GET"[..]));
        assert_eq!(chunked.unwrap(), b"hello");
    }

    #[tokio::test]
    async fn a_body_over_the_limit_or_cut_short_is_no_body() {
        assert!(matches!(read(Framing::Length(6), 5, b"hello!").await.0, Err(Unread::TooLarge)));
        let long = b"6\r\nhello!\r\n0\r\n\r\n";
        assert!(matches!(read(Framing::Chunked, 5, long).await.0, Err(Unread::TooLarge)));
        assert!(matches!(read(Framing::Length(6), 9, b"hello").await.0, Err(Unread::Cut(_))));
    }
}
