//! HTTP/1 as RFC 9112 writes it, without its leniencies.

/// A head.
pub(super) struct Strict<'b> {
    pub(super) method: &'b str,
    pub(super) target: &'b str,
    pub(super) minor: u8,
    pub(super) fields: Vec<(&'b str, &'b [u8])>,
}

/// Where a body ends.
pub(super) enum Body {
    Chunked,
    Length(u64),
}

impl<'b> Strict<'b> {
    /// Reads a whole head: empty lines before it are the one thing that is forgiven (2.2).
    pub(super) fn read(head: &'b [u8]) -> Option<Self> {
        let mut head = head;
        while let Some(rest) = head.strip_prefix(b"\r\n") {
            head = rest;
        }
        let mut lines = lines(head.strip_suffix(b"\r\n\r\n")?)?.into_iter();
        let start = std::str::from_utf8(lines.next()?).ok()?;
        let mut words = start.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        let minor = *version.strip_prefix("HTTP/1.")?.as_bytes().first()?;
        let is_target = |byte: u8| byte > b' ' && byte != 0x7f;
        let fits = words.next().is_none()
            && version.len() == "HTTP/1.1".len()
            && matches!(minor, b'0' | b'1')
            && is_token(method)
            && !target.is_empty()
            && target.bytes().all(is_target);
        let fields = lines.map(field).collect::<Option<_>>()?;
        fits.then_some(Self { method, target, minor, fields })
    }

    /// Section 6.3; what it forgives is `None`.
    pub(super) fn framing(&self) -> Option<Body> {
        let all = |name: &str| {
            let named = self.fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(name));
            named.map(|(_, value)| *value).collect::<Vec<_>>()
        };
        match (all("transfer-encoding").as_slice(), all("content-length").as_slice()) {
            ([], []) => Some(Body::Length(0)),
            ([], [length]) => {
                let digits = length.iter().all(u8::is_ascii_digit);
                let length = std::str::from_utf8(length).ok().filter(|_| digits)?;
                length.parse().ok().map(Body::Length)
            }
            ([coding], []) if self.minor == b'1' => {
                coding.eq_ignore_ascii_case(b"chunked").then_some(Body::Chunked)
            }
            _ => None,
        }
    }
}

/// Section 7.1: where a chunked body ends, and its data.
pub(super) fn chunks(body: &[u8]) -> Option<(usize, Vec<u8>)> {
    let (mut data, mut rest) = (Vec::new(), body);
    loop {
        let line = line(rest)?;
        rest = &rest[line.len() + 2..];
        let size = line.split(|byte| *byte == b';').next()?;
        let size = std::str::from_utf8(size).ok().filter(|size| is_hex(size))?;
        let size = usize::try_from(u64::from_str_radix(size, 16).ok()?).ok()?;
        if size == 0 {
            break;
        }
        data.extend_from_slice(rest.get(..size)?);
        rest = rest[size..].strip_prefix(b"\r\n")?;
    }
    loop {
        let trailer = line(rest)?;
        rest = &rest[trailer.len() + 2..];
        if trailer.is_empty() {
            return Some((body.len() - rest.len(), data));
        }
        field(trailer)?;
    }
}

fn is_hex(size: &str) -> bool {
    !size.is_empty() && size.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What stands before the next CR LF, without a CR or LF of its own.
fn line(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    text[end..].starts_with(b"\r\n").then(|| &text[..end])
}

fn lines(text: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut lines, mut rest) = (Vec::new(), text);
    while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        lines.push(&rest[..end]);
        rest = rest[end..].strip_prefix(b"\r\n")?;
    }
    lines.push(rest);
    Some(lines)
}

/// A name, a colon right behind it, and a value between blanks (RFC 9110, 5.5).
fn field(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = std::str::from_utf8(&line[..colon]).ok().filter(|name| is_token(name))?;
    let is_value = |byte: &u8| *byte == b'\t' || *byte >= b' ' && *byte != 0x7f;
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let value = &line[colon + 1..];
    let start = value.iter().position(|byte| !is_blank(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !is_blank(byte)).map_or(start, |last| last + 1);
    value.iter().all(is_value).then(|| (name, &value[start..end]))
}

fn is_token(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_sign)
}
