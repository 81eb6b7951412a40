//! YAML, as far as Jackson reads it: the first value of a body as JSON text.
//!
//! Jackson does not follow aliases: it reads one as a string with the anchor's name. Whoever writes an alias means something
//! else by it, so they are refused, and anchors and foreign tags with them.
//!
//! Jackson reads YAML 1.1, the parser here reads 1.2. What they are known to see differently is refused or put right: line
//! breaks beyond ASCII, empty plain names, question marks, the missing line break behind a last block.

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::draft::{Draft, malformed};
use crate::json::{JsonError, JsonErrorKind};

/// SnakeYAML looks no further for the type of a scalar.
const MAX_TYPED: usize = 1_024;

/// The first value as JSON text, or nothing where the body has none.
pub(super) fn read(body: &[u8]) -> Result<Vec<u8>, JsonError> {
    let text = readable(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body))?;
    let open_end = (!text.ends_with(['\n', '\r'])).then(|| text.chars().count());
    let mut draft = Draft::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| malformed(error.to_string()))?;
        let is_cut = open_end == Some(span.end.index());
        write(&mut draft, event, is_cut).map_err(|error| located(error, span.start))?;
        if draft.is_complete() {
            break;
        }
    }
    Ok(draft.finish())
}

fn write(draft: &mut Draft, event: Event<'_>, is_cut: bool) -> Result<(), JsonError> {
    refuse_unread(&event)?;
    match event {
        Event::Scalar(text, style, ..) if draft.awaits_name() => {
            if text.is_empty() && style == ScalarStyle::Plain {
                return Err(malformed("Expected a field name"));
            }
            draft.name(&text)?;
        }
        Event::MappingStart(..) | Event::SequenceStart(..) if draft.awaits_name() => {
            return Err(malformed("Expected a field name (Scalar value in YAML)"));
        }
        Event::Scalar(text, style, _, tag) => {
            let text = if is_cut { without_added_break(&text, style) } else { &text };
            write_scalar(draft, text, style, tag.as_deref());
        }
        Event::SequenceStart(..) => draft.open_array()?,
        Event::MappingStart(..) => draft.open_object()?,
        Event::SequenceEnd | Event::MappingEnd => draft.close(),
        Event::Nothing
        | Event::StreamStart
        | Event::StreamEnd
        | Event::DocumentStart(_)
        | Event::DocumentEnd
        | Event::Alias(_) => {}
    }
    Ok(())
}

fn refuse_unread(event: &Event<'_>) -> Result<(), JsonError> {
    let (anchor, tag) = match event {
        Event::Alias(anchor) => (*anchor, None),
        Event::Scalar(_, _, anchor, tag)
        | Event::SequenceStart(anchor, tag)
        | Event::MappingStart(anchor, tag) => (*anchor, tag.as_deref()),
        _ => (0, None),
    };
    if matches!(event, Event::Scalar(text, ScalarStyle::Plain, ..) if text.starts_with('?')) {
        return Err(malformed("Plain scalars that start with a question mark are not supported"));
    }
    if anchor != 0 {
        return Err(malformed("Anchors and aliases of YAML are not supported"));
    }
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() || is_unspecific(tag)) => {
            Err(malformed(format!("The tag {tag} is not supported")))
        }
        _ => Ok(()),
    }
}

/// `!`, which says no more than that no tag is meant.
fn is_unspecific(tag: &Tag) -> bool {
    matches!(tag.suffix.as_str(), "" | "!")
}

/// The parser here ends a block with a line break that the body does not have.
fn without_added_break(text: &str, style: ScalarStyle) -> &str {
    match style {
        ScalarStyle::Literal | ScalarStyle::Folded => text.strip_suffix('\n').unwrap_or(text),
        _ => text,
    }
}

fn write_scalar(draft: &mut Draft, text: &str, style: ScalarStyle, tag: Option<&Tag>) {
    let kind = match tag.filter(|tag| !is_unspecific(tag)) {
        None if style == ScalarStyle::Plain && text.len() <= MAX_TYPED => Kind::of(text),
        None => Kind::Text,
        Some(tag) => Kind::tagged(&tag.suffix, text),
    };
    match kind {
        Kind::Null => draft.word("null"),
        Kind::True => draft.word("true"),
        Kind::False => draft.word("false"),
        Kind::Number => draft.word(text),
        Kind::Text => draft.string(text),
    }
}

/// What JSON has for a scalar.
#[derive(Clone, Copy)]
enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
}

impl Kind {
    fn of(text: &str) -> Self {
        match text {
            "" | "~" | "null" | "Null" | "NULL" => Self::Null,
            "y" | "Y" | "n" | "N" => Self::Text,
            _ if is_number(text) => Self::Number,
            _ => Self::of_word(text).filter(|_| is_cased_alike(text)).unwrap_or(Self::Text),
        }
    }

    fn tagged(tag: &str, text: &str) -> Self {
        match tag {
            "bool" => Self::of_word(text).unwrap_or(Self::Text),
            "int" | "float" if is_number(text) => Self::Number,
            "null" if !text.is_empty() => Self::Null,
            _ => Self::Text,
        }
    }

    fn of_word(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "y" | "yes" | "on" | "true" => Some(Self::True),
            "n" | "no" | "off" | "false" => Some(Self::False),
            _ => None,
        }
    }
}

/// `true`, `True` or `TRUE`, but not `tRUE`.
fn is_cased_alike(text: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    rest == rest.to_ascii_lowercase() || text == text.to_ascii_uppercase()
}

/// It is spelled as a number of JSON.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let has_leading_zero = whole.len() > 1 && whole.starts_with('0');
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    !has_leading_zero && [whole, fraction, exponent].into_iter().all(is_digits)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The body as text of the characters that YAML allows.
fn readable(body: &[u8]) -> Result<&str, JsonError> {
    let text = std::str::from_utf8(body).map_err(|_| malformed("Invalid UTF-8 in YAML"))?;
    if text.contains(is_special) {
        return Err(malformed("special characters are not allowed"));
    }
    let trimmed = text.trim_end_matches(' ');
    Ok(if trimmed.ends_with('\n') { trimmed } else { text })
}

/// Not a character of YAML, or one that YAML 1.1 and 1.2 take for different things: line breaks and the byte order mark.
fn is_special(char: char) -> bool {
    match char {
        '\t' | '\n' | '\r' | ' '..='~' | '\u{10000}'.. => false,
        '\u{2028}' | '\u{2029}' | '\u{feff}' => true,
        _ => !matches!(char, '\u{a0}'..='\u{fffd}'),
    }
}

fn located(error: JsonError, at: Marker) -> JsonError {
    if error.kind != JsonErrorKind::Parse {
        return error;
    }
    let reason = format!("{} at line {}, column {}", error.reason, at.line(), at.col() + 1);
    JsonError { reason, ..error }
}
