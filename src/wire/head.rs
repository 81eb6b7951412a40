//! The head of a message: start line and fields, borrowed from the buffer they were read into.

use std::mem::MaybeUninit;

use memchr::memchr_iter;

use super::{Malformed, path_and_query};

/// Most header fields a message may have; a configured limit may be lower.
pub const MAX_FIELDS: usize = 256;

/// The version of a message; anything but these two is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Version {
    /// HTTP/1.0: no chunked bodies, closes unless asked to stay.
    Http10,
    /// HTTP/1.1.
    Http11,
}

/// One header field as it came: the name keeps its case, the value has no surrounding blanks.
#[derive(Clone, Copy, Debug)]
pub struct Field<'b> {
    /// The name as it was sent.
    pub name: &'b str,
    /// The value's bytes.
    pub value: &'b [u8],
    /// The whole line as it came, without its CR LF.
    pub line: &'b [u8],
}

impl Field<'_> {
    /// Whether this field has that name, whatever the case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// A request's start line and fields.
#[derive(Debug)]
pub struct RequestHead<'b> {
    /// The method, as it was sent.
    pub method: &'b str,
    /// The request-target: path and query, not decoded.
    pub target: &'b str,
    /// The version.
    pub version: Version,
    /// The fields in their order.
    pub fields: Vec<Field<'b>>,
    /// How many bytes of the buffer the head takes, the empty line included.
    pub len: usize,
}

impl<'b> RequestHead<'b> {
    /// Reads a head from the buffer's start; `None` where its end has not come yet.
    ///
    /// # Errors
    /// What is no strict HTTP/1 head, a bare line feed included.
    pub fn parse(buffer: &'b [u8], most_fields: usize) -> Result<Option<Self>, Malformed> {
        if buffer.is_empty() {
            return Ok(None);
        }
        let mut space = [const { MaybeUninit::uninit() }; MAX_FIELDS];
        let mut request = httparse::Request::new(&mut []);
        let most = most_fields.min(MAX_FIELDS);
        let parsed = request.parse_with_uninit_headers(buffer, &mut space[..most]);
        let Some(len) = complete(parsed)? else { return Ok(None) };
        Ok(Some(Self {
            method: request.method.ok_or(Malformed::Head)?,
            target: request.path.ok_or(Malformed::Head)?,
            version: version(request.version)?,
            fields: fields(request.headers, &buffer[..len])?,
            len,
        }))
    }

    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&'b [u8]> {
        self.fields.iter().find(|field| field.is(name)).map(|field| field.value)
    }

    /// The target's path.
    pub fn path(&self) -> &'b str {
        path_and_query(self.target).0
    }
}

/// A response's status line and fields.
#[derive(Debug)]
pub struct ResponseHead<'b> {
    /// The status code.
    pub status: u16,
    /// The status line as it came, less its version: the reason phrase may be any bytes, or none.
    pub status_line: &'b [u8],
    /// The version.
    pub version: Version,
    /// The fields in their order.
    pub fields: Vec<Field<'b>>,
    /// How many bytes of the buffer the head takes, the empty line included.
    pub len: usize,
}

impl<'b> ResponseHead<'b> {
    /// Reads a head from the buffer's start; `None` where its end has not come yet.
    ///
    /// # Errors
    /// What is no strict HTTP/1 head.
    pub fn parse(buffer: &'b [u8]) -> Result<Option<Self>, Malformed> {
        if buffer.is_empty() {
            return Ok(None);
        }
        let mut space = [const { MaybeUninit::uninit() }; MAX_FIELDS];
        let mut response = httparse::Response::new(&mut []);
        let parsed = httparse::ParserConfig::default().parse_response_with_uninit_headers(
            &mut response,
            buffer,
            &mut space,
        );
        let Some(len) = complete(parsed)? else { return Ok(None) };
        Ok(Some(Self {
            status: response.code.ok_or(Malformed::Head)?,
            status_line: status_line(&buffer[..len]),
            version: version(response.version)?,
            fields: fields(response.headers, &buffer[..len])?,
            len,
        }))
    }

    /// The first field of that name.
    pub fn field(&self, name: &str) -> Option<&'b [u8]> {
        self.fields.iter().find(|field| field.is(name)).map(|field| field.value)
    }
}

/// The head's length, once it is whole.
fn complete(parsed: httparse::Result<usize>) -> Result<Option<usize>, Malformed> {
    match parsed {
        Ok(httparse::Status::Complete(len)) => Ok(Some(len)),
        Ok(httparse::Status::Partial) => Ok(None),
        Err(httparse::Error::TooManyHeaders) => Err(Malformed::TooManyFields),
        Err(_) => Err(Malformed::Head),
    }
}

fn version(minor: Option<u8>) -> Result<Version, Malformed> {
    match minor {
        Some(0) => Ok(Version::Http10),
        Some(1) => Ok(Version::Http11),
        _ => Err(Malformed::Head),
    }
}

/// The fields of a head, of which every line has to end in CR LF. A line ends where the next one's name begins.
fn fields<'b>(
    headers: &[httparse::Header<'b>],
    head: &'b [u8],
) -> Result<Vec<Field<'b>>, Malformed> {
    let start =
        |header: &httparse::Header<'_>| header.name.as_ptr() as usize - head.as_ptr() as usize;
    let lines = head.strip_suffix(b"\r\n").ok_or(Malformed::Head)?;
    let before = &lines[..headers.first().map_or(lines.len(), start)];
    if !memchr_iter(b'\n', before).all(|at| at > 0 && before[at - 1] == b'\r') {
        return Err(Malformed::Head);
    }
    let mut fields = Vec::with_capacity(headers.len());
    let nexts = headers.iter().skip(1).map(start).chain([lines.len()]);
    for (header, next) in headers.iter().zip(nexts) {
        let line = lines[start(header)..next].strip_suffix(b"\r\n").ok_or(Malformed::Head)?;
        fields.push(Field { name: header.name, value: header.value, line });
    }
    Ok(fields)
}

/// What stands behind the version in a response's first line.
fn status_line(head: &[u8]) -> &[u8] {
    let line = head.trim_ascii_start().split(|byte| *byte == b'\r').next().unwrap_or_default();
    line.get(b"HTTP/1.1".len()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_keeps_case_order_and_repeats() {
        let head = b"GET /a?b HTTP/1.1\r\nhOST: x\r\nA:  1 \r\nB: 2\r\na: 3\r\n\r\nrest";

        let head = RequestHead::parse(head, 10).unwrap().unwrap();

        let seen: Vec<_> = head.fields.iter().map(|field| (field.name, field.value)).collect();
        let expected: Vec<(&str, &[u8])> =
            vec![("hOST", b"x"), ("A", b"1"), ("B", b"2"), ("a", b"3")];
        assert_eq!(seen, expected);
        assert_eq!(head.fields[1].line, b"A:  1 ");
        assert_eq!((head.method, head.target, head.len), ("GET", "/a?b", 50));
    }

    #[test]
    fn what_two_parsers_could_read_differently_is_malformed() {
        for head in [
            "GET / HTTP/1.1\nHost: x\n\n",
            "GET / HTTP/1.1\nHost: x\r\n\r\n",
            "\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET / HTTP/1.1\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\nA: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: x\r\n\n",
            "GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            "GET / HTTP/1.1\r\nH\0st: x\r\n\r\n",
            "GET / HTTP/1.1\r\nA: b\rc\r\n\r\n",
            "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
            "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
            "G(T / HTTP/1.1\r\n\r\n",
        ] {
            assert!(RequestHead::parse(head.as_bytes(), 10).is_err(), "{head:?}");
        }
    }

    #[test]
    fn a_head_that_has_not_ended_is_waited_for() {
        assert!(RequestHead::parse(b"GET / HTTP/1.1\r\nHost: x\r\n", 10).unwrap().is_none());
        assert!(ResponseHead::parse(b"HTTP/1.1 200").unwrap().is_none());
    }

    #[test]
    fn more_fields_than_the_limit_are_refused() {
        let head = b"GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n";

        assert_eq!(RequestHead::parse(head, 2).err(), Some(Malformed::TooManyFields));
        assert!(RequestHead::parse(head, 3).is_ok());
    }

    #[test]
    fn a_status_line_keeps_its_reason() {
        for line in [&b" 299 Odd \xE9 thing "[..], b" 299 ", b" 299"] {
            let head = [b"HTTP/1.0", line, b"\r\n\r\n"].concat();
            let head = ResponseHead::parse(&head).unwrap().unwrap();

            assert_eq!((head.status, head.status_line), (299, line));
        }
    }
}
