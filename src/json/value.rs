//! Which value a byte starts, the three literals, and what is said of everything else.

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

use super::error::JsonError;
use super::reader::Reader;
use super::scope::Shape;
use super::token::Token;

const VALUES: &str = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
const NON_NUMERIC: &str = "enable `JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS` to allow";
const MINUS: &str = "expected digit (0-9) to follow minus sign, for valid numeric value";
const PLUS: &str = "JSON spec does not allow numbers to have plus signs: \
                    enable `JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS` to allow";

/// Jackson shows this many characters of a word it does not know.
const MAX_WORD: usize = 256;

impl Reader<'_> {
    /// Reads the value that starts with a byte read already: of a string, an array and an object no more than that.
    pub(super) fn value(&mut self, first: u8, within: Shape) -> Result<Token, JsonError> {
        self.token_end = self.at;
        match first {
            b'"' => Ok(Token::ValueString),
            b'[' => Ok(Token::StartArray),
            b'{' => Ok(Token::StartObject),
            b'-' | b'0'..=b'9' => self.number(first, within),
            b't' => self.literal("true", Token::ValueTrue),
            b'f' => self.literal("false", Token::ValueFalse),
            b'n' => self.literal("null", Token::ValueNull),
            _ => Err(self.no_value(first, within)),
        }
    }

    /// What is said of a number's sign that no number follows.
    pub(super) fn no_number(&mut self, sign: u8, next: u8) -> JsonError {
        let signed = if next == b'I' { self.infinity(sign) } else { Ok(next.into()) };
        match (signed, sign) {
            (Err(error), _) => error,
            (Ok(next), b'-') => self.unexpected_in_number(next, MINUS),
            (Ok(_), _) => self.unexpected_in_number(sign.into(), PLUS),
        }
    }

    /// What is said of a byte that no value starts with.
    pub(super) fn no_value(&mut self, first: u8, within: Shape) -> JsonError {
        match first {
            b',' | b'}' => return self.unexpected(first.into(), "expected a value"),
            b']' if within == Shape::Array => {
                return self.unexpected(first.into(), "expected a value");
            }
            b'N' => return self.non_number("NaN", 1),
            b'I' => return self.non_number("Infinity", 1),
            b'+' => {
                return match self.bump() {
                    Some(next) => self.no_number(b'+', next),
                    None => self.ended(" in a Number value"),
                };
            }
            _ => {}
        }
        if starts_word(first) {
            return self.unknown_word(char::from(first).to_string());
        }
        self.unexpected(first.into(), &format!("expected a valid value {VALUES}"))
    }

    fn literal(&mut self, word: &'static str, token: Token) -> Result<Token, JsonError> {
        self.rest_of(word, 1)?;
        self.token_end = self.at;
        Ok(token)
    }

    /// Reads a known word from its `from`th byte, and sees that it ends there.
    fn rest_of(&mut self, word: &'static str, from: usize) -> Result<(), JsonError> {
        for (nth, byte) in word.bytes().enumerate().skip(from) {
            if self.peek() != Some(byte) {
                return Err(self.unknown_word(word[..nth].to_owned()));
            }
            self.at += 1;
        }
        match self.peek() {
            Some(b']' | b'}' | 0..b'0') | None => Ok(()),
            Some(next) => self.end_of_word(word, next),
        }
    }

    fn end_of_word(&mut self, word: &'static str, next: u8) -> Result<(), JsonError> {
        let char = self.whole_char(next)?;
        if continues_word(char) { Err(self.unknown_word(word.to_owned())) } else { Ok(()) }
    }

    fn non_number(&mut self, word: &'static str, from: usize) -> JsonError {
        match self.rest_of(word, from) {
            Ok(()) => self.malformed(&format!("Non-standard token '{word}': {NON_NUMERIC}")),
            Err(error) => error,
        }
    }

    /// Behind a sign and an `I`: the infinity that Jackson knows and refuses, or the next byte as a signed one.
    fn infinity(&mut self, sign: u8) -> Result<i32, JsonError> {
        let Some(next) = self.bump() else { return Err(self.ended(" in a Number value")) };
        let word = match (next, sign) {
            (b'N', b'-') => "-INF",
            (b'N', _) => "+INF",
            (b'n', b'-') => "-Infinity",
            (b'n', _) => "+Infinity",
            _ => return Ok(next.cast_signed().into()),
        };
        Err(self.non_number(word, 3))
    }

    fn unknown_word(&mut self, mut word: String) -> JsonError {
        let mut length = word.chars().count();
        while let Some(byte) = self.bump() {
            let char = match self.whole_char(byte) {
                Ok(char) => char,
                Err(error) => return error,
            };
            if !continues_word(char) {
                break;
            }
            word.extend(char::from_u32(char.into()));
            length += 1;
            if length >= MAX_WORD {
                word.push_str("...");
                break;
            }
        }
        self.malformed(&format!("Unrecognized token '{word}': was expecting {VALUES}"))
    }
}

/// Java's `isJavaIdentifierStart` of one byte.
fn starts_word(byte: u8) -> bool {
    match byte {
        b'$' | b'_' | 0xa2..=0xa5 | 0xaa | 0xb5 | 0xba => true,
        0xd7 | 0xf7 => false,
        _ => byte.is_ascii_alphabetic() || byte >= 0xc0,
    }
}

/// Java's `isJavaIdentifierPart`.
fn continues_word(char: u16) -> bool {
    match char {
        0..0x100 => continues_latin_word(char as u8),
        _ => char::from_u32(char.into()).is_some_and(is_part_of_words),
    }
}

fn is_part_of_words(char: char) -> bool {
    use GeneralCategory::{
        ConnectorPunctuation, CurrencySymbol, DecimalNumber, Format, LetterNumber, NonspacingMark,
        SpacingMark,
    };
    char.general_category_group() == GeneralCategoryGroup::Letter
        || matches!(
            char.general_category(),
            ConnectorPunctuation
                | CurrencySymbol
                | DecimalNumber
                | Format
                | LetterNumber
                | NonspacingMark
                | SpacingMark
        )
}

fn continues_latin_word(byte: u8) -> bool {
    starts_word(byte)
        || byte.is_ascii_digit()
        || matches!(byte, 0..=8 | 0x0e..=0x1b | 0x7f..=0x9f | 0xad)
}
