//! Messages that a peer reads, by a parser of the tests' own.

use std::io::Read;

use super::{Message, PATIENCE, Peer, shown};

impl Peer {
    /// Reads a head, its empty line included.
    #[track_caller]
    pub(crate) fn head(&mut self) -> String {
        loop {
            if let Some(at) = self.ahead.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..at + 4).collect();
                return String::from_utf8_lossy(&head).into_owned();
            }
            if let Some(end) = self.more() {
                panic!("{}: {end:?} before a head came: {}", self.name, shown(&self.ahead));
            }
        }
    }

    /// Reads the next request, for as long as it takes; `None` where the connection ends.
    pub(crate) fn request(&mut self) -> Option<Message> {
        self.stream.set_read_timeout(None).unwrap();
        while !self.ahead.windows(4).any(|window| window == b"\r\n\r\n") {
            let mut space = [0; 16 * 1024];
            let read = self.stream.read(&mut space).ok().filter(|read| *read > 0)?;
            self.ahead.extend_from_slice(&space[..read]);
        }
        self.stream.set_read_timeout(Some(PATIENCE)).unwrap();
        self.is_whole().then(|| self.message())
    }

    /// Whether all of a body of a stated length comes.
    fn is_whole(&mut self) -> bool {
        let head_end = self.ahead.windows(4).position(|window| window == b"\r\n\r\n");
        let head = self.ahead[..head_end.unwrap_or_default()].to_ascii_lowercase();
        let head = String::from_utf8_lossy(&head).into_owned();
        let (_, rest) = head.split_once("\r\ncontent-length:").unwrap_or_default();
        let length = rest.lines().next().and_then(|length| length.trim().parse::<usize>().ok());
        let whole = head.len() + 4 + length.unwrap_or_default();
        while self.ahead.len() < whole {
            if self.more().is_some() {
                return false;
            }
        }
        true
    }

    /// Reads a message with its body.
    #[track_caller]
    pub(crate) fn message(&mut self) -> Message {
        let head = self.head();
        let body = if head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 304") {
            Vec::new()
        } else {
            self.body(&head)
        };
        Message { head, body }
    }

    /// Reads the answer to a `HEAD`.
    #[track_caller]
    pub(crate) fn bare_message(&mut self) -> Message {
        Message { head: self.head(), body: Vec::new() }
    }

    fn body(&mut self, head: &str) -> Vec<u8> {
        let message = Message { head: head.to_owned(), body: Vec::new() };
        if message.field("transfer-encoding").is_some() {
            return self.chunked();
        }
        match message.field("content-length") {
            Some(length) => self.take(length.trim().parse().unwrap()),
            None if head.starts_with("HTTP/") => self.rest(),
            None => Vec::new(),
        }
    }

    /// Reads a chunked body as it is coded.
    fn chunked(&mut self) -> Vec<u8> {
        let mut coded = Vec::new();
        loop {
            let line = self.line();
            let digits = line.split([';', '\r']).next().unwrap_or_default();
            let length = usize::from_str_radix(digits, 16).unwrap();
            coded.extend_from_slice(line.as_bytes());
            if length == 0 {
                break;
            }
            coded.extend(self.take(length + 2));
        }
        loop {
            let line = self.line();
            coded.extend_from_slice(line.as_bytes());
            if line == "\r\n" {
                return coded;
            }
        }
    }

    fn line(&mut self) -> String {
        loop {
            if let Some(at) = self.ahead.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.ahead.drain(..=at).collect();
                return String::from_utf8(line).unwrap();
            }
            if let Some(end) = self.more() {
                panic!("{}: {end:?} in a line: {}", self.name, shown(&self.ahead));
            }
        }
    }
}
