//! An HTTP/1.1 message on its way through a proxy of the tests: as it came.

use std::io::{self, BufRead, Read};

/// A head and its body; a chunked body as it is coded.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) head: String,
    body: Vec<u8>,
}

impl Message {
    /// The next message; none where the connection ended behind the last.
    pub(crate) fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if from.read_line(&mut head)? == 0 {
                let between = head.is_empty();
                return if between { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
        }
        let mut message = Self { head, body: Vec::new() };
        match message.field("content-length") {
            Some(length) => {
                message.body = vec![0; length.parse().map_err(io::Error::other)?];
                from.read_exact(&mut message.body)?;
            }
            None if message.field("transfer-encoding").is_some() => {
                message.read_chunks(from)?;
            }
            None => {}
        }
        Ok(Some(message))
    }

    fn read_chunks(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        loop {
            let mut line = String::new();
            from.read_line(&mut line)?;
            let size = u64::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
            self.body.extend_from_slice(line.as_bytes());
            from.take(size + 2).read_to_end(&mut self.body)?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// All of it.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }

    /// Takes a line out of the head; false where it was not there.
    pub(crate) fn without_line(&mut self, line: &str) -> bool {
        let line = format!("{line}\r\n");
        let found = self.head.contains(&line);
        self.head = self.head.replacen(&line, "", 1);
        found
    }

    fn field(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        let found = pairs.find(|(field, _)| field.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    }
}
