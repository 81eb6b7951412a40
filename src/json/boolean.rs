//! A boolean as OpenSearch takes it from a body: strings count, if spelled exactly.

use super::error::{JsonError, JsonErrorKind};
use super::token::Token;
use super::{Parser, Text};

impl Parser<'_> {
    /// The current boolean, or a string that says `true` or `false`; the empty string is false.
    ///
    /// # Errors
    /// OpenSearch's refusal of any other string, and Jackson's of any other token.
    pub fn boolean(&self) -> Result<bool, JsonError> {
        match self.current() {
            Some(Token::ValueTrue) => Ok(true),
            Some(Token::ValueFalse) => Ok(false),
            Some(Token::ValueString) => parse(self.text()?),
            token => {
                let name = token.map_or("null", Token::name);
                let reason = format!("Current token ({name}) not of boolean type");
                Err(self.reader.malformed(&reason))
            }
        }
    }
}

fn parse(text: Text<'_>) -> Result<bool, JsonError> {
    match text.as_str() {
        Some("true") => Ok(true),
        Some("false" | "") => Ok(false),
        _ => Err(JsonError {
            kind: JsonErrorKind::IllegalArgument,
            reason: format!(
                "Failed to parse value [{text}] as only [true] or [false] are allowed."
            ),
        }),
    }
}
