//! A request-target, as `RestRequest`, `PathTrie` and `RestUtils` read it.

/// A path and its parameters.
pub(super) struct Url<'u> {
    /// The segments, not decoded.
    pub(super) segments: Vec<&'u str>,
    parameters: Vec<(String, String)>,
}

impl<'u> Url<'u> {
    /// Reads a target; `None` where OpenSearch refuses it.
    pub(super) fn read(target: &'u str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = if path.contains('#') { "" } else { query };
        let query = query.split('#').next().unwrap_or_default();
        let mut segments: Vec<&str> = path.split('/').collect();
        while segments.last().is_some_and(|segment| segment.is_empty()) {
            segments.pop();
        }
        if segments.first() == Some(&"") {
            segments.remove(0);
        }
        Some(Self { segments, parameters: parameters(query)? })
    }

    /// The last parameter of that name.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let found = self.parameters.iter().rev().find(|(given, _)| given == name);
        found.map(|(_, value)| value.clone())
    }
}

fn parameters(query: &str) -> Option<Vec<(String, String)>> {
    let mut read = Vec::new();
    for mut pair in query.split(['&', ';']) {
        while let Some(rest) = pair.strip_prefix('=') {
            pair = rest;
        }
        if !pair.is_empty() {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            read.push((decoded(name, true)?, decoded(value, true)?));
        }
    }
    Some(read)
}

/// `RestUtils.decodeComponent`; `None` where an escape is none.
pub(super) fn decoded(text: &str, plus_is_space: bool) -> Option<String> {
    let (mut read, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        read.push(match byte {
            b'+' if plus_is_space => b' ',
            b'%' => match bytes.next()? {
                b'%' => b'%',
                high => digit(high)? << 4 | digit(bytes.next()?)?,
            },
            byte => byte,
        });
    }
    Some(String::from_utf8_lossy(&read).into_owned())
}

fn digit(byte: u8) -> Option<u8> {
    u8::try_from(char::from(byte).to_digit(16)?).ok()
}
