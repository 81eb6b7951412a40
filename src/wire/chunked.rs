//! The chunked coding, read strictly and relayed as it came.

use super::Malformed;

/// Longest size line: 16 digits, an extension, CR LF.
const LONGEST_SIZE_LINE: usize = 256;

/// Longest trailer section, in bytes.
const LONGEST_TRAILERS: usize = 16 * 1024;

/// Fields that would change how a message is read, were they believed in a trailer.
const NO_TRAILERS: [&[u8]; 9] = [
    b"authorization",
    b"connection",
    b"content-encoding",
    b"content-length",
    b"content-type",
    b"cookie",
    b"host",
    b"trailer",
    b"transfer-encoding",
];

/// Follows a chunked body through the buffers it comes in.
#[derive(Debug)]
pub struct Chunks {
    state: State,
    /// Bytes of the current size line or trailer section so far.
    line: usize,
    /// The name of the trailer field being read, in lower case.
    name: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum State {
    Size { value: u64, digits: u8 },
    Extension { value: u64 },
    SizeLf { value: u64 },
    Data { left: u64 },
    DataCr,
    DataLf,
    TrailerStart,
    TrailerName,
    TrailerValue,
    TrailerLf,
    EndLf,
    End,
}

/// What a buffer held of the body.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step<'b> {
    /// Bytes of the buffer that belong to the coded body.
    pub taken: usize,
    /// The decoded data among them, where this step ended inside or behind a run of it.
    pub data: &'b [u8],
}

impl Default for Chunks {
    fn default() -> Self {
        Self { state: START, line: 0, name: Vec::new() }
    }
}

const START: State = State::Size { value: 0, digits: 0 };

impl Chunks {
    /// Whether the body has ended, trailers included.
    pub fn ended(&self) -> bool {
        self.state == State::End
    }

    /// Whether the next byte is one of data.
    pub fn is_in_data(&self) -> bool {
        matches!(self.state, State::Data { .. })
    }

    /// Whether the next byte is one of the trailer section, its empty line included.
    pub fn is_in_trailers(&self) -> bool {
        matches!(
            self.state,
            State::TrailerStart
                | State::TrailerName
                | State::TrailerValue
                | State::TrailerLf
                | State::EndLf
        )
    }

    /// How many of the buffer's bytes belong to the coded body.
    ///
    /// # Errors
    /// What breaks the grammar of RFC 9112, 7.1; bare line feeds and blanks around sizes do.
    pub fn scan(&mut self, buffer: &[u8]) -> Result<usize, Malformed> {
        let mut taken = 0;
        while taken < buffer.len() && !self.ended() {
            taken += self.step(&buffer[taken..])?.taken;
        }
        Ok(taken)
    }

    /// Takes one step: a run of data, or one byte of framing.
    ///
    /// # Errors
    /// As [`Chunks::scan`].
    pub fn step<'b>(&mut self, buffer: &'b [u8]) -> Result<Step<'b>, Malformed> {
        let Some(&byte) = buffer.first() else { return Ok(Step { taken: 0, data: &[] }) };
        if let State::Data { left } = self.state {
            return Ok(self.data(left, buffer));
        }
        self.state = self.framing(byte)?;
        Ok(Step { taken: 1, data: &[] })
    }

    fn data<'b>(&mut self, left: u64, buffer: &'b [u8]) -> Step<'b> {
        let run = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        self.state = match left - run as u64 {
            0 => State::DataCr,
            left => State::Data { left },
        };
        Step { taken: run, data: &buffer[..run] }
    }

    fn framing(&mut self, byte: u8) -> Result<State, Malformed> {
        match (self.state, byte) {
            (State::Size { value, digits }, _) => self.size(value, digits, byte),
            (State::Extension { value }, b'\r') => Ok(State::SizeLf { value }),
            (State::Extension { value }, b'\t' | b' '..=b'~') => {
                self.count(LONGEST_SIZE_LINE, Malformed::Chunk)?;
                Ok(State::Extension { value })
            }
            (State::SizeLf { value: 0 }, b'\n') => {
                self.line = 0;
                Ok(State::TrailerStart)
            }
            (State::SizeLf { value }, b'\n') => Ok(State::Data { left: value }),
            (State::DataCr, b'\r') => Ok(State::DataLf),
            (State::DataLf, b'\n') => {
                self.line = 0;
                Ok(START)
            }
            (State::EndLf, b'\n') => Ok(State::End),
            (
                State::TrailerStart | State::TrailerName | State::TrailerValue | State::TrailerLf,
                _,
            ) => self.trailer(byte),
            _ => Err(Malformed::Chunk),
        }
    }

    fn size(&mut self, value: u64, digits: u8, byte: u8) -> Result<State, Malformed> {
        match (char::from(byte).to_digit(16), byte) {
            // One bit less than fits: some reader has a sign there.
            (Some(digit), _) if digits < 16 && value >> 59 == 0 => {
                Ok(State::Size { value: value << 4 | u64::from(digit), digits: digits + 1 })
            }
            (None, b'\r') if digits > 0 => Ok(State::SizeLf { value }),
            (None, b';') if digits > 0 => Ok(State::Extension { value }),
            _ => Err(Malformed::Chunk),
        }
    }

    fn trailer(&mut self, byte: u8) -> Result<State, Malformed> {
        self.count(LONGEST_TRAILERS, Malformed::TrailersTooLarge)?;
        match (self.state, byte) {
            (State::TrailerStart, b'\r') => Ok(State::EndLf),
            (State::TrailerName, b':') if !NO_TRAILERS.contains(&self.name.as_slice()) => {
                Ok(State::TrailerValue)
            }
            (State::TrailerStart, _) if is_token(byte) => {
                self.name.clear();
                self.name.push(byte.to_ascii_lowercase());
                Ok(State::TrailerName)
            }
            (State::TrailerName, _) if is_token(byte) => {
                self.name.push(byte.to_ascii_lowercase());
                Ok(State::TrailerName)
            }
            (State::TrailerValue, b'\r') => Ok(State::TrailerLf),
            (State::TrailerValue, b'\t' | b' '..=b'~' | 0x80..) => Ok(State::TrailerValue),
            (State::TrailerLf, b'\n') => Ok(State::TrailerStart),
            _ => Err(Malformed::Chunk),
        }
    }

    fn count(&mut self, most: usize, why: Malformed) -> Result<(), Malformed> {
        self.line += 1;
        if self.line > most { Err(why) } else { Ok(()) }
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(text: &[u8]) -> Result<(usize, bool), Malformed> {
        let mut chunks = Chunks::default();
        let taken = chunks.scan(text)?;
        Ok((taken, chunks.ended()))
    }

    #[test]
    fn a_body_ends_behind_its_trailers_and_not_a_byte_later() {
        assert_eq!(scan(b"5\r\nhello\r\n0\r\n\r\nGET /"), Ok((15, true)));
        assert_eq!(scan(b"0\r\nX-Sum: 1\r\nY: \r\n\r\nnext"), Ok((20, true)));
        assert_eq!(scan(b"5;name=\"v\"\r\nhello\r\n0\r\n\r\n").map(|end| end.1), Ok(true));
    }

    #[test]
    fn it_may_come_byte_by_byte() {
        let text = b"A\r\n0123456789\r\n00\r\nT: v\r\n\r\n";
        let mut chunks = Chunks::default();

        for byte in text.chunks(1) {
            assert!(!chunks.ended());
            assert_eq!(chunks.scan(byte), Ok(1));
        }

        assert!(chunks.ended());
    }

    #[test]
    fn what_readers_disagree_about_is_malformed() {
        for text in [
            &b"5\nhello\r\n0\r\n\r\n"[..],
            b"+5\r\nhello\r\n",
            b" 5\r\nhello\r\n",
            b"5 \r\nhello\r\n",
            b"0x5\r\nhello\r\n",
            b"\r\n",
            b"5\r\nhelloX\r\n",
            b"5\r\nhello\n0\r\n\r\n",
            b"5;a\nb\r\nhello\r\n",
            b"5;a\0\r\nhello\r\n",
            b"11111111111111111\r\n",
            b"8000000000000000\r\n",
            b"0\r\nContent-Length: 5\r\n\r\n",
            b"0\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"0\r\nA : b\r\n\r\n",
            b"0\r\nA: b\n\r\n",
            b"0\r\n folded\r\n\r\n",
        ] {
            assert!(scan(text).is_err(), "{:?}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn endless_size_lines_and_trailers_are_cut() {
        let extension = [b"5;".to_vec(), vec![b'a'; 300]].concat();
        let trailers = [b"0\r\nA: ".to_vec(), vec![b'a'; 20_000]].concat();

        assert_eq!(scan(&extension), Err(Malformed::Chunk));
        assert_eq!(scan(&trailers), Err(Malformed::TrailersTooLarge));
    }
}
