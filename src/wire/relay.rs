//! Bodies on their way from one connection to the other, as the bytes they came in.

use std::{future::Future, io, io::IoSlice, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Chunks, Framing, Malformed};

/// How much is read at once while a body streams: what bounds the memory of a transfer.
const AT_ONCE: usize = 64 * 1024;

/// Which side of a relay broke, and how.
#[derive(Debug)]
pub enum Broken {
    /// The sender closed, or its connection failed, before the body's end.
    Sender(io::Error),
    /// The sender's bytes break the grammar.
    SenderMalformed(Malformed),
    /// The sender was silent for longer than allowed.
    SenderSilent,
    /// The receiver's connection failed.
    Receiver(io::Error),
    /// The receiver took nothing for longer than allowed.
    ReceiverStalled,
}

/// What is relayed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    /// Where the body ends.
    pub framing: Framing,
    /// Take the chunked coding off (for a receiver that does not know it).
    pub decode: bool,
    /// Longest silence of either side.
    pub patience: Duration,
}

impl Relay {
    /// Writes `prefix`, then the body that begins in `buffer` and goes on in `from`.
    ///
    /// Gives the number of the body's bytes, framing included.
    ///
    /// # Errors
    /// The side that broke; the receiver has then got a part only.
    pub async fn run<R, W>(
        self,
        prefix: &[u8],
        buffer: &mut BytesMut,
        from: &mut R,
        to: &mut W,
    ) -> Result<u64, Broken>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        let mut body = Body::new(self);
        let mut prefix = prefix;
        let mut total = 0;
        loop {
            let piece = body.take(buffer).map_err(Broken::SenderMalformed)?;
            let ended = body.ended();
            if !prefix.is_empty() || piece.wire > 0 {
                let data = if self.decode { &body.decoded[..] } else { &buffer[..piece.wire] };
                self.receiver(write_both(to, prefix, data)).await?;
                prefix = &[];
                buffer.advance(piece.wire);
                total += piece.wire as u64;
            }
            if ended {
                self.receiver(to.flush()).await?;
                return Ok(total);
            }
            if buffer.is_empty() && !self.more(buffer, from, to).await? {
                return body.closed(total);
            }
        }
    }

    /// Reads on; first sees to it that what was written is on its way.
    async fn more<R, W>(
        self,
        buffer: &mut BytesMut,
        from: &mut R,
        to: &mut W,
    ) -> Result<bool, Broken>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        self.receiver(to.flush()).await?;
        buffer.reserve(AT_ONCE);
        match tokio::time::timeout(self.patience, from.read_buf(buffer)).await {
            Ok(Ok(read)) => Ok(read > 0),
            Ok(Err(error)) => Err(Broken::Sender(error)),
            Err(_) => Err(Broken::SenderSilent),
        }
    }

    async fn receiver<T>(self, write: impl Future<Output = io::Result<T>>) -> Result<T, Broken> {
        match tokio::time::timeout(self.patience, write).await {
            Ok(written) => written.map_err(Broken::Receiver),
            Err(_) => Err(Broken::ReceiverStalled),
        }
    }
}

/// The body's progress.
#[derive(Debug)]
struct Body {
    state: Progress,
    decode: bool,
    decoded: Vec<u8>,
}

#[derive(Debug)]
enum Progress {
    Chunked(Chunks),
    Length(u64),
    UntilClose,
}

/// How many bytes of the buffer are the body's.
struct Piece {
    wire: usize,
}

impl Body {
    fn new(relay: Relay) -> Self {
        let state = match relay.framing {
            Framing::Chunked => Progress::Chunked(Chunks::default()),
            Framing::Length(left) => Progress::Length(left),
            Framing::UntilClose => Progress::UntilClose,
        };
        Self { state, decode: relay.decode, decoded: Vec::new() }
    }

    fn take(&mut self, buffer: &BytesMut) -> Result<Piece, Malformed> {
        let wire = match &mut self.state {
            Progress::Chunked(chunks) if self.decode => decode(chunks, buffer, &mut self.decoded)?,
            Progress::Chunked(chunks) => chunks.scan(buffer)?,
            Progress::Length(left) => {
                let wire = usize::try_from(*left).unwrap_or(usize::MAX).min(buffer.len());
                *left -= wire as u64;
                wire
            }
            Progress::UntilClose => buffer.len(),
        };
        if self.decode && !matches!(self.state, Progress::Chunked(_)) {
            self.decoded.clear();
            self.decoded.extend_from_slice(&buffer[..wire]);
        }
        Ok(Piece { wire })
    }

    fn ended(&self) -> bool {
        match &self.state {
            Progress::Chunked(chunks) => chunks.ended(),
            Progress::Length(left) => *left == 0,
            Progress::UntilClose => false,
        }
    }

    fn closed(&self, total: u64) -> Result<u64, Broken> {
        match self.state {
            Progress::UntilClose => Ok(total),
            Progress::Chunked(_) | Progress::Length(_) => {
                Err(Broken::Sender(io::ErrorKind::UnexpectedEof.into()))
            }
        }
    }
}

/// The decoded data of a coded buffer; gives how many coded bytes it took.
fn decode(chunks: &mut Chunks, buffer: &[u8], decoded: &mut Vec<u8>) -> Result<usize, Malformed> {
    decoded.clear();
    let mut taken = 0;
    while taken < buffer.len() && !chunks.ended() {
        let step = chunks.step(&buffer[taken..])?;
        decoded.extend_from_slice(step.data);
        taken += step.taken;
    }
    Ok(taken)
}

/// Writes both, in one system call where the kernel takes them.
async fn write_both<W>(to: &mut W, mut first: &[u8], mut second: &[u8]) -> io::Result<()>
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
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn relayed(
        framing: Framing,
        decode: bool,
        sent: &[u8],
    ) -> (Result<u64, Broken>, Vec<u8>, BytesMut) {
        let (first, mut rest) = sent.split_at(sent.len() / 2);
        let mut buffer = BytesMut::from(first);
        let mut to = Vec::new();
        let relay = Relay { framing, decode, patience: PATIENCE };
        let result = relay.run(b"head", &mut buffer, &mut rest, &mut to).await;
        (result, to, buffer)
    }

    #[tokio::test]
    async fn a_body_passes_as_it_came_and_no_byte_more() {
        let (result, to, left) = relayed(Framing::Length(5), false, b"helloGET").await;

        assert_eq!(result.unwrap(), 5);
        assert_eq!((&to[..], left.as_ref()), (&b"headhello"[..], &b"GET"[..]));
    }

    #[tokio::test]
    async fn chunks_pass_with_their_trailers() {
        let sent = b"5\r\nhello\r\n0\r\nX: 1\r\n\r\n";

        let (result, to, _) = relayed(Framing::Chunked, false, sent).await;

        assert_eq!(result.unwrap(), sent.len() as u64);
        assert_eq!(to, [b"head", &sent[..]].concat());
    }

    #[tokio::test]
    async fn the_coding_is_taken_off_for_who_does_not_know_it() {
        let sent = b"5\r\nhello\r\n2\r\n, \r\n0\r\n\r\n";

        let (result, to, _) = relayed(Framing::Chunked, true, sent).await;

        assert!(result.is_ok());
        assert_eq!(to, b"headhello, ");
    }

    #[tokio::test]
    async fn a_body_cut_short_is_never_called_whole() {
        let (length, ..) = relayed(Framing::Length(9), false, b"hello").await;
        let (chunked, ..) = relayed(Framing::Chunked, false, b"5\r\nhello\r\n").await;
        let (open, ..) = relayed(Framing::UntilClose, false, b"hello").await;

        assert!(matches!(length, Err(Broken::Sender(_))));
        assert!(matches!(chunked, Err(Broken::Sender(_))));
        assert_eq!(open.unwrap(), 5);
    }
}
