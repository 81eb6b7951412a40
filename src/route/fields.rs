//! The fields of a request of ours, and of an answer to one, as they came.

use crate::wire::Field;

/// Names and values, each behind the one before: few pieces of memory, however many they are.
#[derive(Debug, Default)]
pub struct Fields {
    names: String,
    values: Vec<u8>,
    /// Where the name and the value of each end.
    ends: Vec<(usize, usize)>,
}

impl Fields {
    pub(crate) fn of(fields: &[Field<'_>]) -> Self {
        let mut kept = Self {
            names: String::with_capacity(fields.iter().map(|field| field.name.len()).sum()),
            values: Vec::with_capacity(fields.iter().map(|field| field.value.len()).sum()),
            ends: Vec::with_capacity(fields.len()),
        };
        for field in fields {
            kept.names.push_str(field.name);
            kept.values.extend_from_slice(field.value);
            kept.ends.push((kept.names.len(), kept.values.len()));
        }
        kept
    }

    /// The value of the first of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let names = self.names.as_bytes();
        let mut start = (0, 0);
        self.ends.iter().find_map(|&end| {
            let from = std::mem::replace(&mut start, end);
            let is_it = names[from.0..end.0].eq_ignore_ascii_case(name.as_bytes());
            is_it.then(|| &self.values[from.1..end.1])
        })
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&end| {
            let from = std::mem::replace(&mut start, end);
            (&self.names[from.0..end.0], &self.values[from.1..end.1])
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

        let wanted: [(&str, &[u8]); 3] = [("Host", b"a"), ("X", b""), ("host", b"b c")];
        assert_eq!(kept.iter().collect::<Vec<_>>(), wanted);
        let first = ["HOST", "x", "hos"].map(|name| kept.get(name));
        assert_eq!(first, [Some(&b"a"[..]), Some(b""), None]);
        assert_eq!(Fields::default().iter().next(), None);
    }
}
