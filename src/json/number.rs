//! Numbers: how far one goes. What it is worth is nobody's business here.

use super::error::JsonError;
use super::reader::Reader;
use super::scope::Shape;
use super::token::Token;

/// The most digits of a number (OpenSearch's `StreamReadConstraints`).
pub(crate) const MAX_DIGITS: usize = 1_000;

impl Reader<'_> {
    /// Reads a number from its first byte, which is read already. At the root, it has to be followed by white space.
    pub(super) fn number(&mut self, first: u8, within: Shape) -> Result<Token, JsonError> {
        let leading = if first == b'-' { self.digit_after_minus(within)? } else { first };
        if leading == b'0' && self.peek().is_some_and(|next| next.is_ascii_digit()) {
            return Err(self.malformed("Invalid numeric value: Leading zeroes not allowed"));
        }
        let whole = 1 + self.digits();
        let (token, digits) = match self.peek() {
            Some(b'.' | b'e' | b'E') => {
                (Token::ValueNumberFloat, whole + self.fraction_and_exponent()?)
            }
            _ => (Token::ValueNumberInt, whole),
        };
        self.token_end = self.at;
        if within == Shape::Root {
            self.skip_root_space()?;
        }
        if digits > MAX_DIGITS {
            return Err(JsonError::exceeded(
                "Number value length",
                digits,
                MAX_DIGITS,
                "getMaxNumberLength",
            ));
        }
        Ok(token)
    }

    fn digit_after_minus(&mut self, within: Shape) -> Result<u8, JsonError> {
        match self.require()? {
            digit @ b'0'..=b'9' => Ok(digit),
            b'.' => Err(self.no_value(b'.', within)),
            other => Err(self.no_number(b'-', other)),
        }
    }

    fn digits(&mut self) -> usize {
        let rest = self.rest();
        let digits = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at += digits;
        digits
    }

    fn fraction_and_exponent(&mut self) -> Result<usize, JsonError> {
        let fraction = if self.peek() == Some(b'.') { self.fraction()? } else { 0 };
        let exponent = if let Some(b'e' | b'E') = self.peek() { self.exponent()? } else { 0 };
        Ok(fraction + exponent)
    }

    fn fraction(&mut self) -> Result<usize, JsonError> {
        self.at += 1;
        match self.digits() {
            0 => {
                let next = self.bump().unwrap_or(b'.');
                let wanted = "Decimal point not followed by a digit";
                Err(self.unexpected_in_number(next.into(), wanted))
            }
            digits => Ok(digits),
        }
    }

    fn exponent(&mut self) -> Result<usize, JsonError> {
        self.at += 1;
        let mut next = self.require()?;
        if let b'+' | b'-' = next {
            next = self.require()?;
        }
        if !next.is_ascii_digit() {
            let wanted = "Exponent indicator not followed by a digit";
            return Err(self.unexpected_in_number(next.into(), wanted));
        }
        Ok(1 + self.digits())
    }

    fn skip_root_space(&mut self) -> Result<(), JsonError> {
        match self.peek() {
            None | Some(b'\r') => {}
            Some(b' ' | b'\t') => self.at += 1,
            Some(b'\n') => {
                self.at += 1;
                self.new_line();
            }
            Some(other) => {
                self.at += 1;
                let wanted = "Expected space separating root-level values";
                return Err(self.unexpected(other.into(), wanted));
            }
        }
        Ok(())
    }
}
