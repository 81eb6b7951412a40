//! Where a body ends, and which fields say so.

use super::{Field, Malformed, RequestHead, ResponseHead, Version};

/// How a body's end is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Framing {
    /// Chunks, an empty one last, then trailers.
    Chunked,
    /// That many bytes; 0 is no body.
    Length(u64),
    /// Whatever comes until the sender closes (responses only).
    UntilClose,
}

impl Framing {
    /// Nothing follows the head.
    pub const NONE: Self = Self::Length(0);

    /// How a request's body is framed (RFC 9112, 6.3, without its leniencies).
    ///
    /// # Errors
    /// Anything two readers could frame differently.
    pub fn of_request(head: &RequestHead<'_>) -> Result<Self, Malformed> {
        Ok(declared(&head.fields, head.version)?.unwrap_or(Self::NONE))
    }

    /// How the body of a response to a request of `method` is framed.
    ///
    /// # Errors
    /// Anything two readers could frame differently.
    pub fn of_response(head: &ResponseHead<'_>, method_is_head: bool) -> Result<Self, Malformed> {
        let declared = declared(&head.fields, head.version)?;
        if method_is_head || matches!(head.status, 100..=199 | 204 | 304) {
            return Ok(Self::NONE);
        }
        Ok(declared.unwrap_or(Self::UntilClose))
    }

    /// Whether nothing follows the head.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

fn declared(fields: &[Field<'_>], version: Version) -> Result<Option<Framing>, Malformed> {
    let mut length = None;
    let mut chunked = false;
    for field in fields {
        if field.is("transfer-encoding") {
            let one = !chunked && field.value.eq_ignore_ascii_case(b"chunked");
            chunked = one.then_some(true).ok_or(Malformed::TransferEncoding)?;
        } else if field.is("content-length") {
            let first = length.is_none().then_some(field.value);
            length = Some(decimal(first.ok_or(Malformed::ContentLength)?)?);
        }
    }
    match (chunked, length) {
        (true, _) if version == Version::Http10 => Err(Malformed::TransferEncoding),
        (true, Some(_)) => Err(Malformed::BothFramings),
        (true, None) => Ok(Some(Framing::Chunked)),
        (false, length) => Ok(length.map(Framing::Length)),
    }
}

/// Digits only: no sign, no blank, no list; and no more than a reader with a sign bit can hold.
fn decimal(value: &[u8]) -> Result<u64, Malformed> {
    let digits = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(value).ok().filter(|_| digits);
    let number = text.and_then(|text| text.parse().ok());
    number.filter(|number| *number <= i64::MAX as u64).ok_or(Malformed::ContentLength)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framing(fields: &str) -> Result<Framing, Malformed> {
        let head = format!("POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
        Framing::of_request(&RequestHead::parse(head.as_bytes(), 20).unwrap().unwrap())
    }

    #[test]
    fn one_length_or_one_chunked_frames_a_request() {
        assert_eq!(framing(""), Ok(Framing::NONE));
        assert_eq!(framing("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Transfer-Encoding: Chunked\r\n"), Ok(Framing::Chunked));
    }

    #[test]
    fn ambiguous_framing_is_refused() {
        for (fields, why) in [
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", Malformed::BothFramings),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", Malformed::BothFramings),
            ("Content-Length: 5\r\nContent-Length: 5\r\n", Malformed::ContentLength),
            ("Content-Length: 5, 5\r\n", Malformed::ContentLength),
            ("Content-Length: +5\r\n", Malformed::ContentLength),
            ("Content-Length: -1\r\n", Malformed::ContentLength),
            ("Content-Length: 0x5\r\n", Malformed::ContentLength),
            ("Content-Length: \r\n", Malformed::ContentLength),
            ("Content-Length: 99999999999999999999\r\n", Malformed::ContentLength),
            ("Content-Length: 9223372036854775808\r\n", Malformed::ContentLength),
            ("Transfer-Encoding: gzip, chunked\r\n", Malformed::TransferEncoding),
            ("Transfer-Encoding: identity\r\n", Malformed::TransferEncoding),
            ("Transfer-Encoding: \r\n", Malformed::TransferEncoding),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                Malformed::TransferEncoding,
            ),
        ] {
            assert_eq!(framing(fields), Err(why), "{fields:?}");
        }
    }

    #[test]
    fn http_1_0_has_no_chunked_bodies() {
        let head = b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";
        let head = RequestHead::parse(head, 20).unwrap().unwrap();

        assert_eq!(Framing::of_request(&head), Err(Malformed::TransferEncoding));
    }

    #[test]
    fn some_responses_have_no_body_whatever_they_declare() {
        let head = |text: &'static str| ResponseHead::parse(text.as_bytes()).unwrap().unwrap();
        let full = head("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
        let unchanged = head("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
        let open = head("HTTP/1.1 200 OK\r\n\r\n");

        assert_eq!(Framing::of_response(&full, false), Ok(Framing::Length(9)));
        assert_eq!(Framing::of_response(&full, true), Ok(Framing::NONE));
        assert_eq!(Framing::of_response(&unchanged, false), Ok(Framing::NONE));
        assert_eq!(Framing::of_response(&open, false), Ok(Framing::UntilClose));
    }
}
