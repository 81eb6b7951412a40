//! Bodies on their way from one connection to the other, as the bytes they came in.

use std::{io, time::Duration};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::{Chunks, Framing, Malformed, TimeOver, Timer, both::write_both};
use crate::guard::Refusal;

/// How much is read at once while a body streams: what bounds the memory of a transfer.
const AT_ONCE: usize = 64 * 1024;

/// The same where both sides are as fast as that: each read and each write wakes somebody, which
/// costs more than the bytes do.
const AT_ONCE_IF_FAST: usize = 512 * 1024;

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
    /// The receiver took longer than allowed.
    ReceiverStalled,
    /// What was sent may not go on.
    Refused(Refusal),
}

/// Looks at a body's data before they go on.
pub trait Inspect {
    /// Looks at the next data, the last of `held` bytes that wait with their framing; gives how
    /// many of the last bytes have to wait on. Where the body has `ended`, a verdict is due.
    ///
    /// # Errors
    /// Why the body may not go on.
    fn look(&mut self, data: &[u8], held: usize, ended: bool) -> Result<usize, Refusal>;
}

/// What is relayed, and how.
#[derive(Clone, Copy, Debug)]
pub struct Relay<'t> {
    /// Where the body ends.
    pub framing: Framing,
    /// Take the chunked coding off (for a receiver that does not know it).
    pub decode: bool,
    /// Longest silence of the sender, and longest time for the receiver to take each 64 KB.
    pub patience: Duration,
    /// What tells that it was too long.
    pub timer: &'t Timer,
}

impl Relay<'_> {
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
            let mut is_fast = is_full(buffer);
            let piece = body.take(buffer).map_err(Broken::SenderMalformed)?;
            let ended = body.ended();
            if !prefix.is_empty() || piece.wire > 0 {
                let data = if self.decode { &body.decoded[..] } else { &buffer[..piece.wire] };
                is_fast &= self.write(to, prefix, data).await?;
                prefix = &[];
                buffer.advance(piece.wire);
                total += piece.wire as u64;
            }
            if ended {
                self.flush(to).await?;
                return Ok(total);
            }
            if buffer.is_empty() && !self.more(body.room(is_fast), buffer, from, to).await? {
                return body.closed(total);
            }
        }
    }

    /// As [`Relay::run`], but a piece goes on only once it was looked at, and held ones with it.
    /// What goes before them may depend on them: `prefix` gives it as soon as that is known. The
    /// coding stays on.
    ///
    /// # Errors
    /// As [`Relay::run`], and why the body may not go on.
    pub async fn run_inspected<'p, R, W, I>(
        self,
        prefix: impl Fn(&I) -> Option<&'p [u8]>,
        buffer: &mut BytesMut,
        from: &mut R,
        to: &mut W,
        inspect: &mut I,
    ) -> Result<u64, Broken>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
        I: Inspect,
    {
        let is_chunked = self.framing == Framing::Chunked;
        let mut body = Body::new(Self { decode: is_chunked, ..self });
        let (mut held, mut total) = (0, 0);
        let mut has_begun = false;
        loop {
            let mut is_fast = is_full(buffer);
            let rest = &buffer[held..];
            let piece = body.take(rest).map_err(Broken::SenderMalformed)?;
            let data = if is_chunked { &body.decoded[..] } else { &rest[..piece.wire] };
            held += piece.wire;
            let waits = inspect.look(data, held, body.ended()).map_err(Broken::Refused)?;
            let head = prefix(inspect).filter(|_| !has_begun);
            has_begun |= head.is_some();
            let clear = match waits {
                _ if !has_begun => 0,
                // Between chunks that wait there is framing, too.
                1.. if is_chunked => 0,
                _ => held.saturating_sub(waits),
            };
            held -= clear;
            if head.is_some() || clear > 0 {
                let head = head.unwrap_or_default();
                is_fast &= self.write(to, head, &buffer[..clear]).await?;
                buffer.advance(clear);
                total += clear as u64;
            }
            if body.ended() {
                self.flush(to).await?;
                return Ok(total);
            }
            if buffer.len() == held && !self.more(body.room(is_fast), buffer, from, to).await? {
                return body.closed(total);
            }
        }
    }

    /// Reads on, with `room` for more; first sees to it that what was written is on its way.
    async fn more<R, W>(
        self,
        room: usize,
        buffer: &mut BytesMut,
        from: &mut R,
        to: &mut W,
    ) -> Result<bool, Broken>
    where
        R: AsyncRead + Unpin,
        W: AsyncWrite + Unpin,
    {
        self.flush(to).await?;
        // One that has grown is used whole.
        let whole = AT_ONCE_IF_FAST.saturating_sub(buffer.len()).max(AT_ONCE);
        if !buffer.try_reclaim(whole) {
            buffer.reserve(room.min(whole));
        }
        match self.timer.within(self.patience, from.read_buf(buffer)).await {
            Ok(Ok(read)) => Ok(read > 0),
            Ok(Err(error)) => Err(Broken::Sender(error)),
            Err(_) => Err(Broken::SenderSilent),
        }
    }

    /// Writes both; gives whether the receiver took them without a wait.
    async fn write<W>(self, to: &mut W, head: &[u8], data: &[u8]) -> Result<bool, Broken>
    where
        W: AsyncWrite + Unpin,
    {
        taken(write_both(self.timer, self.patience, to, head, data).await)
    }

    async fn flush<W>(self, to: &mut W) -> Result<(), Broken>
    where
        W: AsyncWrite + Unpin,
    {
        taken(self.timer.within(self.patience, to.flush()).await)
    }
}

/// Whether a read took all that there was room for.
fn is_full(buffer: &BytesMut) -> bool {
    !buffer.is_empty() && buffer.len() == buffer.capacity()
}

/// What came of writing to the receiver.
fn taken<T>(written: Result<io::Result<T>, TimeOver>) -> Result<T, Broken> {
    match written {
        Ok(written) => written.map_err(Broken::Receiver),
        Err(TimeOver) => Err(Broken::ReceiverStalled),
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
    fn new(relay: Relay<'_>) -> Self {
        let state = match relay.framing {
            Framing::Chunked => Progress::Chunked(Chunks::default()),
            Framing::Length(left) => Progress::Length(left),
            Framing::UntilClose => Progress::UntilClose,
        };
        Self { state, decode: relay.decode, decoded: Vec::new() }
    }

    fn take(&mut self, buffer: &[u8]) -> Result<Piece, Malformed> {
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

    /// How much to have room for, where both sides are fast or one is not.
    fn room(&self, is_fast: bool) -> usize {
        let left = match self.state {
            _ if !is_fast => 0,
            Progress::Length(left) => usize::try_from(left).unwrap_or(usize::MAX),
            Progress::Chunked(_) | Progress::UntilClose => usize::MAX,
        };
        left.clamp(AT_ONCE, AT_ONCE_IF_FAST)
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

#[cfg(test)]
mod tests {
    use super::{super::both::tests::Writes, *};

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn relayed(
        framing: Framing,
        decode: bool,
        sent: &[u8],
    ) -> (Result<u64, Broken>, Vec<u8>, BytesMut) {
        let (first, mut rest) = sent.split_at(sent.len() / 2);
        let mut buffer = BytesMut::from(first);
        let mut to = Vec::new();
        let relay = Relay { framing, decode, patience: PATIENCE, timer: &Timer::default() };
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

    #[tokio::test]
    async fn pieces_grow_where_both_sides_are_fast_and_not_for_who_has_to_be_waited_for() {
        let body = vec![b'x'; 8 << 20];
        let framing = Framing::Length(body.len() as u64);
        let relay = Relay { framing, decode: false, patience: PATIENCE, timer: &Timer::default() };
        let fast = AT_ONCE_IF_FAST..=AT_ONCE + AT_ONCE_IF_FAST;
        for (mut to, longest) in [(Writes::default(), fast), (Writes::slow(), 1..=AT_ONCE)] {
            let mut buffer = BytesMut::new();

            let sent = relay.run(b"", &mut buffer, &mut &body[..], &mut to).await;

            assert_eq!(sent.unwrap(), body.len() as u64);
            assert!(longest.contains(&to.longest()), "{}", to.longest());
        }
    }

    #[test]
    fn no_more_room_is_made_than_a_body_has_left() {
        let timer = &Timer::default();
        let relay = |framing| Relay { framing, decode: false, patience: PATIENCE, timer };
        let room = |framing| Body::new(relay(framing)).room(true);

        assert_eq!(room(Framing::Length(1)), AT_ONCE);
        assert_eq!(room(Framing::Length(AT_ONCE as u64 + 1)), AT_ONCE + 1);
        assert_eq!(room(Framing::Length(u64::MAX)), AT_ONCE_IF_FAST);
        assert_eq!(room(Framing::Chunked), AT_ONCE_IF_FAST);
    }

    /// Lets a line go on when it has ended, unless it says `no`.
    struct ByLine(Vec<u8>);

    impl Inspect for ByLine {
        fn look(&mut self, data: &[u8], _: usize, ended: bool) -> Result<usize, Refusal> {
            self.0.extend_from_slice(data);
            if self.0.windows(2).any(|part| part == b"no") {
                return Err(Refusal::Action(1));
            }
            let is_last = |byte: &&u8| ended || **byte == b'\n';
            Ok(self.0.iter().rev().position(|byte| is_last(&byte)).unwrap_or(self.0.len()))
        }
    }

    async fn inspected(framing: Framing, sent: [&[u8]; 3]) -> (Result<u64, Broken>, Vec<u8>) {
        let [first, second, third] = sent;
        let mut from = AsyncReadExt::chain(AsyncReadExt::chain(first, second), third);
        let (mut buffer, mut to) = (BytesMut::new(), Vec::new());
        let relay = Relay { framing, decode: false, patience: PATIENCE, timer: &Timer::default() };
        let mut inspect = ByLine(Vec::new());
        let result = relay
            .run_inspected(|_| Some(b"head"), &mut buffer, &mut from, &mut to, &mut inspect)
            .await;
        (result, to)
    }

    #[tokio::test]
    async fn what_was_looked_at_goes_on_as_it_came() {
        let chunks: [&[u8]; 3] = [b"3\r\na\nb\r\n2", b"\r\n\nc\r\n0\r\nX: 1\r", b"\n\r\n"];

        let (result, to) = inspected(Framing::Chunked, chunks).await;

        assert_eq!(result.unwrap(), chunks.concat().len() as u64);
        assert_eq!(to, [b"head", chunks.concat().as_slice()].concat());
        let (result, to) = inspected(Framing::Length(5), [b"a", b"b\nc", b"d"]).await;
        assert_eq!((result.unwrap(), to.as_slice()), (5, &b"headab\ncd"[..]));
    }

    #[tokio::test]
    async fn a_body_that_is_there_goes_on_with_its_head_in_one_write() {
        let relay = Relay {
            framing: Framing::Length(2),
            decode: false,
            patience: PATIENCE,
            timer: &Timer::default(),
        };
        let (mut buffer, mut to, mut inspect) =
            (BytesMut::from(&b"a\n"[..]), Writes::default(), ByLine(Vec::new()));

        let sent = relay
            .run_inspected(|_| Some(b"head"), &mut buffer, &mut &b""[..], &mut to, &mut inspect)
            .await;

        assert_eq!(sent.unwrap(), 2);
        assert_eq!(to.taken, [b"heada\n"]);
    }

    #[tokio::test]
    async fn nothing_of_a_refused_piece_goes_on() {
        for first in [&b"ab\n"[..], b"ab\nc"] {
            let (result, to) = inspected(Framing::Length(9), [first, b"cn", b"o\nd"]).await;

            assert!(matches!(result, Err(Broken::Refused(_))));
            assert_eq!(to, b"headab\n");
        }
    }

    /// Lets all but the last bytes go on; keeps how many there were at most.
    #[derive(Default)]
    struct AllButThree(usize);

    impl Inspect for AllButThree {
        fn look(&mut self, _: &[u8], held: usize, ended: bool) -> Result<usize, Refusal> {
            self.0 = self.0.max(held);
            Ok(if ended { 0 } else { 3 })
        }
    }

    #[tokio::test]
    async fn a_long_body_is_held_in_pieces_however_they_are_cut() {
        let body = vec![b'x'; 8 << 20];
        let framing = Framing::Length(body.len() as u64);
        let relay = Relay { framing, decode: false, patience: PATIENCE, timer: &Timer::default() };
        let (mut buffer, mut to, mut inspect) = (BytesMut::new(), Vec::new(), AllButThree(0));

        let sent = relay
            .run_inspected(|_| Some(b""), &mut buffer, &mut &body[..], &mut to, &mut inspect)
            .await;

        assert_eq!(sent.unwrap(), body.len() as u64);
        assert!(to == body);
        assert!(inspect.0 > AT_ONCE && inspect.0 <= AT_ONCE + AT_ONCE_IF_FAST, "{}", inspect.0);
    }
}
