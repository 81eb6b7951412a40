//! Which style a key is written in: plain where it can be read back, quoted elsewhere.

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// What SnakeYAML finds in a scalar.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    pub(super) is_multiline: bool,
    has_indicators: bool,
    has_special: bool,
    has_edge_space: bool,
    has_break_space: bool,
    has_space_break: bool,
}

impl Analysis {
    pub(super) fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut found = Self {
            has_indicators: text.starts_with("---") || text.starts_with("..."),
            has_edge_space: text.starts_with(is_edge) || text.ends_with(is_edge),
            ..Self::default()
        };
        for (at, &char) in chars.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
            let after = chars.get(at + 1).copied();
            found.has_indicators |= is_indicator(before, char, after);
            found.has_special |= is_special(char);
            found.is_multiline |= is_break(char);
            found.has_break_space |= char == ' ' && before.is_some_and(is_break);
            found.has_space_break |= is_break(char) && before == Some(' ');
        }
        found
    }

    /// The style of a key: Jackson's rules come first, SnakeYAML's after them.
    pub(super) fn style(&self, name: &str, is_simple_key: bool) -> Style {
        let is_unsafe = self.has_break_space || self.has_space_break || self.has_special;
        if must_be_quoted(name) {
            Style::DoubleQuoted
        } else if !(self.has_edge_space || is_unsafe || self.has_indicators) {
            Style::Plain
        } else if is_unsafe || (is_simple_key && self.is_multiline) {
            Style::DoubleQuoted
        } else {
            Style::SingleQuoted
        }
    }
}

pub(super) fn is_break(char: char) -> bool {
    matches!(char, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_indicator(before: Option<char>, char: char, after: Option<char>) -> bool {
    let is_blank = |char: char| matches!(char, '\0' | ' ' | '\t');
    let Some(before) = before else {
        let ends = after.is_none_or(|after| is_blank(after) || after == '\r' || is_break(after));
        return "#,[]{}&*!|>'\"%@`".contains(char) || ("?:-".contains(char) && ends);
    };
    let ends = after.is_none_or(|after| is_blank(after) || is_break(before));
    (char == ':' && ends) || (char == '#' && (is_blank(before) || is_break(before)))
}

fn is_special(char: char) -> bool {
    !matches!(char, '\n' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}'
        | '\u{10000}'..)
}

fn is_edge(char: char) -> bool {
    char == ' ' || is_break(char)
}

/// Jackson: names that would read as another type, or that have control characters.
fn must_be_quoted(name: &str) -> bool {
    let starts_number = name.starts_with(|c: char| c.is_ascii_digit() || "-+.".contains(c));
    let is_null = name.is_empty() || name.starts_with('~');
    starts_number || is_null || is_reserved(name) || name.contains(|c: char| c < ' ')
}

fn is_reserved(name: &str) -> bool {
    let words = ["false", "n", "no", "null", "on", "off", "true", "y", "yes"];
    let rest = name.get(1..).unwrap_or_default();
    let cased = rest == rest.to_ascii_lowercase() || name == name.to_ascii_uppercase();
    cased && words.contains(&name.to_ascii_lowercase().as_str())
}
