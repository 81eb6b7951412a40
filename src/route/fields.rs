//! The fields of a request of ours, and of an answer to one, as they came.

use crate::wire::Field;

/// Names and values by turns, each behind the one before: few pieces of memory, however many they are.
#[derive(Debug, Default)]
pub struct Fields {
    bytes: Vec<u8>,
    /// Where the name and the value of each end.
    ends: Vec<(usize, usize)>,
}

impl Fields {
    pub(crate) fn of(fields: &[Field<'_>]) -> Self {
        let long = fields.iter().map(|field| field.name.len() + field.value.len()).sum();
        let mut kept =
            Self { bytes: Vec::with_capacity(long), ends: Vec::with_capacity(fields.len()) };
        for field in fields {
            kept.bytes.extend_from_slice(field.name.as_bytes());
            let end = kept.bytes.len();
            kept.bytes.extend_from_slice(field.value);
            kept.ends.push((end, kept.bytes.len()));
        }
        kept
    }

    /// The value of the first of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|(found, _)| found.eq_ignore_ascii_case(name.as_bytes())).map(|of| of.1)
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut start = 0;
        self.ends.iter().map(move |&(middle, end)| {
            let from = std::mem::replace(&mut start, end);
            (&self.bytes[from..middle], &self.bytes[middle..end])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_stand_as_they_came() {
        let field = |name, value: &'static str| Field { name, value: value.as_bytes(), line: b"" };

        let kept = Fields::of(&[field("Host", "a"), field("X", ""), field("host", "b c")]);

        let wanted: [(&[u8], &[u8]); 3] = [(b"Host", b"a"), (b"X", b""), (b"host", b"b c")];
        assert_eq!(kept.iter().collect::<Vec<_>>(), wanted);
        let first = ["HOST", "x", "hos"].map(|name| kept.get(name));
        assert_eq!(first, [Some(&b"a"[..]), Some(b""), None]);
        assert_eq!(Fields::default().iter().next(), None);
    }
}
