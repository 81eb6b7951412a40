//! Scalars as SnakeYAML writes them: plain and single-quoted ones folded at spaces, double-quoted ones with escapes.

use super::scalar::is_break;
use super::{Emitter, WIDTH};

impl Emitter {
    pub(super) fn plain(&mut self, text: &str, split: bool) {
        self.space();
        self.text_follows();
        for run in runs(text) {
            match run {
                Run::Text(text) => self.text(text),
                Run::Spaces(" ") if self.column > WIDTH && split => {
                    self.line();
                    self.text_follows();
                }
                Run::Spaces(spaces) => self.text(spaces),
                Run::Breaks(breaks) => {
                    self.breaks(breaks);
                    self.text_follows();
                }
            }
        }
    }

    pub(super) fn single_quoted(&mut self, text: &str, split: bool) {
        self.indicator("'", true, false, false);
        let mut rest = text.len();
        for run in runs(text) {
            let is_first = rest == text.len();
            match run {
                Run::Text(run) => {
                    rest -= run.len();
                    self.text(&run.replace('\'', "''"));
                }
                Run::Spaces(spaces) => {
                    rest -= spaces.len();
                    let is_inner = !is_first && rest > 0;
                    if spaces == " " && self.column > WIDTH && split && is_inner {
                        self.line();
                    } else {
                        self.text(spaces);
                    }
                }
                Run::Breaks(breaks) => {
                    rest -= breaks.len();
                    self.breaks(breaks);
                }
            }
        }
        self.indicator("'", false, false, false);
    }

    pub(super) fn double_quoted(&mut self, text: &str, split: bool) {
        self.indicator("\"", true, false, false);
        let mut start = 0;
        for (at, char) in text.char_indices() {
            let next = at + char.len_utf8();
            if !matches!(char, ' '..='~') || matches!(char, '"' | '\\') {
                self.text(text.get(start..at).unwrap_or_default());
                self.text(&escaped(char));
                start = next;
            }
            let is_inner = next < text.len() && at + char.len_utf16() > 1;
            let may_fold = char == ' ' || start >= at;
            if split && is_inner && may_fold && self.is_wide(start, at) {
                self.text(text.get(start..at).unwrap_or_default());
                start = start.max(at);
                self.folded(&text[start..]);
            }
        }
        self.text(&text[start..]);
        self.indicator("\"", false, false, false);
    }

    /// Whether the line is full with what is pending. Behind an escape SnakeYAML counts one less than nothing.
    fn is_wide(&self, start: usize, at: usize) -> bool {
        self.column + at.saturating_sub(start) > WIDTH + usize::from(start > at)
    }

    fn folded(&mut self, rest: &str) {
        self.text("\\");
        self.line();
        self.text_follows();
        if rest.starts_with(' ') {
            self.text("\\");
        }
    }

    fn breaks(&mut self, breaks: &str) {
        if breaks.starts_with('\n') {
            self.line_break('\n');
        }
        breaks.chars().for_each(|char| self.line_break(char));
        self.line();
    }
}

enum Run<'a> {
    Text(&'a str),
    Spaces(&'a str),
    Breaks(&'a str),
}

/// The text in runs of spaces, of line breaks, and of anything else.
fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let kind = kind(first);
        let end = rest.find(|char| self::kind(char) != kind).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        Some(match kind {
            Kind::Space => Run::Spaces(run),
            Kind::Break => Run::Breaks(run),
            Kind::Text => Run::Text(run),
        })
    })
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Space,
    Break,
    Text,
}

fn kind(char: char) -> Kind {
    match char {
        ' ' => Kind::Space,
        _ if is_break(char) => Kind::Break,
        _ => Kind::Text,
    }
}

fn escaped(char: char) -> String {
    let letter = match char {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' | '\\' => char,
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        '\0'..=' ' | '\u{7f}'..'\u{a0}' => return format!("\\x{:02x}", u32::from(char)),
        '\u{fffe}' | '\u{ffff}' => return format!("\\u{:04x}", u32::from(char)),
        _ => return char.to_string(),
    };
    format!("\\{letter}")
}
