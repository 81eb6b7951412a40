//! HTTP/1.1 by hand: what is sent is what stands here, to the byte.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::world::CANARY;

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    bytes: Vec<u8>,
}

impl Reply {
    /// Whether a canary stands in it.
    pub(crate) fn tells(&self) -> bool {
        self.bytes.windows(CANARY.len()).any(|part| part.eq_ignore_ascii_case(CANARY.as_bytes()))
    }

    pub(crate) fn shown(&self) -> String {
        String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(2_000)]).into_owned()
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let text = self.text();
        let fields = text.split("\r\n").skip(1).take_while(|line| !line.is_empty());
        let mut fields = fields.filter_map(|line| line.split_once(':'));
        let found = fields.find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }

    /// The body as JSON; null where it is none.
    pub(crate) fn json(&self) -> serde_json::Value {
        let end = self.bytes.windows(4).position(|part| part == b"\r\n\r\n");
        let body = end.map_or(&[][..], |end| &self.bytes[end + 4..]);
        serde_json::from_slice(body).unwrap_or_default()
    }
}

/// Sends bytes, in parts, and reads the answer to its end. HTTP/1.0 keeps it unchunked.
pub(crate) fn exchange(address: &str, parts: &[&[u8]], patience: Duration) -> Reply {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(patience)).expect("a timeout");
    stream.set_nodelay(true).expect("no delay");
    for part in parts {
        // Whoever refuses may stop reading: the answer says why.
        if stream.write_all(part).is_err() {
            break;
        }
    }
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    Reply { status: status(&bytes), bytes }
}

fn status(bytes: &[u8]) -> u16 {
    let code = bytes.get(9..12).and_then(|code| std::str::from_utf8(code).ok());
    code.and_then(|code| code.parse().ok()).unwrap_or_default()
}
