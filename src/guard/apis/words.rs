//! Texts that are split once, when modelgate is compiled: every request is held against them.

/// The words of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words {
    words: [&'static str; Self::MOST],
    count: usize,
}

impl Words {
    /// More do not compile.
    const MOST: usize = 7;

    /// What stands between the separators; of the empty text one empty word.
    pub(super) const fn of(text: &'static str, separator: u8) -> Self {
        let mut words = Self { words: [""; Self::MOST], count: 0 };
        let mut rest = text;
        loop {
            let mut end = 0;
            while end < rest.len() && rest.as_bytes()[end] != separator {
                end += 1;
            }
            let (word, behind) = rest.split_at(end);
            words.words[words.count] = word;
            words.count += 1;
            if behind.is_empty() {
                return words;
            }
            (_, rest) = behind.split_at(1);
        }
    }

    /// All of them, in their order.
    pub(super) fn all(&self) -> &[&'static str] {
        &self.words[..self.count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_as_the_standard_library_splits_it() {
        for text in ["", "a", "a b", " a", "a ", "GET POST PUT", "  "] {
            assert_eq!(
                Words::of(text, b' ').all(),
                text.split(' ').collect::<Vec<_>>(),
                "{text:?}"
            );
        }
    }
}
