//! The signs that names and descriptions may have (`model-groups.md` 1.5).

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

use super::asked::Words;

/// Why a name or a description is refused.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Invalid {
    /// No name at all.
    #[error("model group name must not be null")]
    NoName,
    /// One or more of the checks that ML Commons makes before anything else.
    #[error("Validation Failed: {0}")]
    Failed(String),
}

const BLANK: &str = "Model group name is required and cannot be null or blank";
const SIGNS: &str = "can only contain letters, numbers, spaces, and basic punctuation \
                     (.,!?():@-_'/\")";

impl Invalid {
    /// Checks a name, and a description where there is one.
    ///
    /// # Errors
    /// All that is wrong, numbered, the name first.
    pub(super) fn check(
        name: &Words,
        description: Option<&Words>,
        name_required: bool,
    ) -> Result<(), Self> {
        let description = description.filter(|text| !is_blank(&text.to_string()));
        let blank = is_blank(&name.to_string());
        let wrong = [
            (name_required && blank).then(|| BLANK.to_owned()),
            (!blank && !name.is_plain()).then(|| format!("Model group name {SIGNS}")),
            description
                .is_some_and(|text| !text.is_plain())
                .then(|| format!("Model group description {SIGNS}")),
        ];
        let numbered: Vec<String> = (wrong.into_iter().flatten().enumerate())
            .map(|(at, wrong)| format!("{}: {wrong};", at + 1))
            .collect();
        if numbered.is_empty() { Ok(()) } else { Err(Self::Failed(numbered.concat())) }
    }
}

/// Whether Java's `isBlank` says so.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_java_space)
}

/// Java's `Character.isWhitespace`: no non-breaking spaces, but the four separators.
fn is_java_space(sign: char) -> bool {
    match sign {
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{85}' => false,
        '\u{1c}'..='\u{1f}' => true,
        sign => sign.is_whitespace(),
    }
}

/// `[\p{L}\p{N}\s.,!?():@\-_/'"]`, where `\s` is ASCII's.
pub(super) fn is_plain(sign: char) -> bool {
    match sign {
        'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '\t'..='\r' => true,
        sign if sign.is_ascii() => ".,!?():@-_/'\"".contains(sign),
        sign => matches!(
            sign.general_category_group(),
            GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_numbers_spaces_and_basic_punctuation_are_plain() {
        for text in ["aZ09", "Ünï 模型 قلب é", "two\nlines\t", ".,!?():@-_/'\"", "Ⅷ ²"] {
            assert!(text.chars().all(is_plain), "{text}");
        }
        for sign in "\u{301}🚀&<>+=;|*#$%^\\[]{}~`\u{a0}\0".chars() {
            assert!(!is_plain(sign), "{sign:?}");
        }
    }

    #[test]
    fn blank_is_what_java_calls_blank() {
        assert!(is_blank(""));
        assert!(is_blank(" \t\u{2003}\u{1f}"));
        assert!(!is_blank("\u{a0}"));
    }
}
