//! What of a message's head crosses modelgate: everything but the hop-by-hop fields.

use crate::wire::{Field, Malformed, RequestHead, ResponseHead, Version};

/// Fields that belong to one connection (RFC 9110, 7.6.1), whether `Connection` names them or not.
const HOP_BY_HOP: [&str; 5] = ["connection", "keep-alive", "proxy-connection", "te", "upgrade"];

/// Fields that a `Connection` header may not take off a request (an old trick to lose a
/// credential, the caller's address or the framing on the way).
const END_TO_END: [&str; 12] = [
    "authorization",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "forwarded",
    "host",
    "transfer-encoding",
    "x-forwarded-for",
    "x-opaque-id",
    "x-tenant-id",
];

/// Prefix of the fields by which the Security plugin's proxy authentication is told who calls: a
/// client may not set them.
const PROXY_IDENTITY: &str = "x-proxy-";

/// The options of the `Connection` fields.
#[derive(Debug, Default)]
pub struct Connection<'b> {
    /// The sender closes after this message.
    pub close: bool,
    /// An HTTP/1.0 sender would stay.
    pub keep_alive: bool,
    /// The fields that belong to this hop only.
    names: Vec<&'b str>,
}

impl<'b> Connection<'b> {
    /// Reads the `Connection` fields of a message.
    ///
    /// # Errors
    /// An option that is no token, or one that names a field which must reach the other end.
    pub fn of(fields: &[Field<'b>]) -> Result<Self, Malformed> {
        let mut connection = Self::default();
        for field in fields.iter().filter(|field| field.is("connection")) {
            let value = std::str::from_utf8(field.value).map_err(|_| Malformed::Head)?;
            for option in value.split(',').map(|option| option.trim_matches([' ', '\t'])) {
                connection.option(option)?;
            }
        }
        Ok(connection)
    }

    fn option(&mut self, option: &'b str) -> Result<(), Malformed> {
        let is = |name: &&str| option.eq_ignore_ascii_case(name);
        if END_TO_END.iter().any(is) || starts_with(option, PROXY_IDENTITY) {
            return Err(Malformed::ConnectionNames);
        }
        match option {
            "" => {}
            _ if is(&"close") => self.close = true,
            _ if is(&"keep-alive") => self.keep_alive = true,
            _ => self.names.push(option),
        }
        Ok(())
    }

    /// Whether the connection outlives this message.
    pub fn persists(&self, version: Version) -> bool {
        match version {
            Version::Http10 => self.keep_alive && !self.close,
            Version::Http11 => !self.close,
        }
    }

    fn keeps(&self, field: &Field<'_>) -> bool {
        !HOP_BY_HOP.iter().any(|name| field.is(name))
            && !self.names.iter().any(|name| field.is(name))
    }
}

/// The head that goes upstream: the request's own lines, less what belongs to the client's
/// connection.
pub fn upstream_head(head: &RequestHead<'_>, connection: &Connection<'_>, host: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len + 64);
    for part in [head.method, " ", head.target, " HTTP/1.1\r\n"] {
        bytes.extend_from_slice(part.as_bytes());
    }
    let mut has_host = false;
    let kept = |field: &&Field<'_>| {
        let repeated = field.is("host") && std::mem::replace(&mut has_host, true);
        connection.keeps(field) && !repeated && !starts_with(field.name, PROXY_IDENTITY)
    };
    push_lines(&mut bytes, head.fields.iter().filter(kept));
    if !has_host {
        bytes.extend_from_slice(format!("Host: {host}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// What becomes of the client's connection after a response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Afterwards {
    /// It closes.
    Close,
    /// It stays.
    Stay,
    /// It stays, and an HTTP/1.0 client has to be told.
    StayHttp10,
}

/// The head that goes to the client: the response's own lines, less what belongs to the
/// upstream's connection. `decoded` takes the transfer coding off as well.
pub fn client_head(
    head: &ResponseHead<'_>,
    connection: &Connection<'_>,
    decoded: bool,
    afterwards: Afterwards,
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(head.len + 32);
    for part in [b"HTTP/1.1", head.status_line, b"\r\n"] {
        bytes.extend_from_slice(part);
    }
    let kept =
        |field: &&Field<'_>| connection.keeps(field) && !(decoded && field.is("transfer-encoding"));
    push_lines(&mut bytes, head.fields.iter().filter(kept));
    bytes.extend_from_slice(afterwards.line());
    bytes.extend_from_slice(b"\r\n");
    bytes
}

impl Afterwards {
    /// The `Connection` line that says so, where one is needed.
    pub fn line(self) -> &'static [u8] {
        match self {
            Self::Close => b"Connection: close\r\n",
            Self::Stay => b"",
            Self::StayHttp10 => b"Connection: keep-alive\r\n",
        }
    }
}

fn push_lines<'f, 'b: 'f>(bytes: &mut Vec<u8>, fields: impl Iterator<Item = &'f Field<'b>>) {
    for field in fields {
        bytes.extend_from_slice(field.line);
        bytes.extend_from_slice(b"\r\n");
    }
}

fn starts_with(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(request: &str) -> Result<String, Malformed> {
        let head = RequestHead::parse(request.as_bytes(), 20)?.unwrap();
        let connection = Connection::of(&head.fields)?;
        Ok(String::from_utf8(upstream_head(&head, &connection, "up:9200")).unwrap())
    }

    #[test]
    fn a_request_goes_on_as_it_came_less_its_hop_by_hop_fields() {
        let request = "GET /a%2Fb?q=%20 HTTP/1.1\r\nhOST: x\r\nSet: 1\r\nTE: trailers\r\n\
                       Connection: keep-alive, X-Mine\r\nother:2 \r\nx-mine: gone\r\nSET:  3\r\n\
                       Upgrade: h2c\r\nX-Proxy-User: root\r\nTransfer-Encoding: chunked\r\n\r\n";

        assert_eq!(
            forwarded(request).unwrap(),
            "GET /a%2Fb?q=%20 HTTP/1.1\r\nhOST: x\r\nSet: 1\r\nother:2 \r\nSET:  3\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
    }

    #[test]
    fn connection_cannot_take_a_credential_off() {
        for name in ["Authorization", "cookie", "Content-Length", "Host", "x-proxy-roles"] {
            let request = format!("GET / HTTP/1.1\r\nHost: x\r\nConnection: close, {name}\r\n\r\n");

            assert_eq!(forwarded(&request), Err(Malformed::ConnectionNames), "{name}");
        }
    }

    #[test]
    fn an_old_client_stays_only_where_it_asks_to() {
        let persists = |fields: &str, version| {
            let head = format!("GET / HTTP/1.1\r\n{fields}\r\n");
            let head = RequestHead::parse(head.as_bytes(), 20).unwrap().unwrap();
            Connection::of(&head.fields).unwrap().persists(version)
        };

        assert!(persists("", Version::Http11));
        assert!(!persists("Connection: Close\r\n", Version::Http11));
        assert!(!persists("", Version::Http10));
        assert!(persists("Connection: Keep-Alive\r\n", Version::Http10));
    }

    #[test]
    fn a_response_comes_back_as_it_was_sent() {
        let bytes = b"HTTP/1.1 200 Fine thing\r\nX-A: 1\r\nConnection: close\r\nset-Cookie: a\r\n\
                      x-b: 2\r\nSet-Cookie: b\r\nTransfer-Encoding: chunked\r\n\r\n";
        let head = ResponseHead::parse(bytes).unwrap().unwrap();
        let connection = Connection::of(&head.fields).unwrap();

        let raw = client_head(&head, &connection, false, Afterwards::Stay);
        let decoded = client_head(&head, &connection, true, Afterwards::Close);

        assert_eq!(
            String::from_utf8(raw).unwrap(),
            "HTTP/1.1 200 Fine thing\r\nX-A: 1\r\nset-Cookie: a\r\nx-b: 2\r\nSet-Cookie: b\r\n\
             Transfer-Encoding: chunked\r\n\r\n"
        );
        assert!(String::from_utf8(decoded).unwrap().ends_with("b\r\nConnection: close\r\n\r\n"));
    }
}
