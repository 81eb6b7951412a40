//! One value, written again as JSON that every parser reads the same way.

use super::error::JsonError;
use super::{Parser, Text, Token};

/// What follows the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trailing {
    /// Is not read, as OpenSearch does not.
    Ignored,
    /// Is an error, unless it is white space or a comment.
    Refused,
}

/// Rewrites the first value of the input as strict JSON: no comments, one spelling of every string, numbers as written.
///
/// # Errors
/// What the parser says, and an end of input where no value is.
pub fn canonical(input: &[u8], trailing: Trailing) -> Result<Vec<u8>, JsonError> {
    let mut parser = Parser::new(input);
    let mut written = Vec::with_capacity(input.len());
    if parser.next_token()?.is_none() {
        return Err(parser.reader.ended(": expected a value"));
    }
    write_value(&mut parser, &mut written)?;
    match trailing {
        Trailing::Ignored => Ok(written),
        Trailing::Refused => refuse_more(&mut parser).map(|()| written),
    }
}

/// Writes a string as JSON, with a lone surrogate as the escape it came from.
pub(crate) fn write_string(text: Text<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    for (run, lone) in text.runs() {
        write_run(run.as_bytes(), out);
        if let Some(unit) = lone {
            out.extend_from_slice(format!("\\u{unit:04X}").as_bytes());
        }
    }
    out.push(b'"');
}

fn write_value(parser: &mut Parser<'_>, out: &mut Vec<u8>) -> Result<(), JsonError> {
    let mut depth = 0_usize;
    let mut comma = false;
    while let Some(token) = parser.current() {
        depth = if token.closes() { depth - 1 } else { depth };
        if comma && !token.closes() {
            out.push(b',');
        }
        write_token(parser, token, out)?;
        depth = if token.opens() { depth + 1 } else { depth };
        comma = !token.opens() && token != Token::FieldName;
        if depth == 0 {
            break;
        }
        parser.next_token()?;
    }
    Ok(())
}

fn write_token(parser: &Parser<'_>, token: Token, out: &mut Vec<u8>) -> Result<(), JsonError> {
    match token {
        Token::StartObject => out.push(b'{'),
        Token::EndObject => out.push(b'}'),
        Token::StartArray => out.push(b'['),
        Token::EndArray => out.push(b']'),
        Token::FieldName => {
            write_string(parser.name(), out);
            out.push(b':');
        }
        Token::ValueString => write_string(parser.text()?, out),
        Token::ValueNull => out.extend_from_slice(b"null"),
        Token::ValueNumberInt | Token::ValueNumberFloat | Token::ValueTrue | Token::ValueFalse => {
            out.extend_from_slice(parser.text()?.as_bytes());
        }
    }
    Ok(())
}

fn write_run(run: &[u8], out: &mut Vec<u8>) {
    let mut rest = run;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            byte @ (b'"' | b'\\') => out.extend([b'\\', byte]),
            byte => out.extend_from_slice(format!("\\u{byte:04X}").as_bytes()),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

fn refuse_more(parser: &mut Parser<'_>) -> Result<(), JsonError> {
    match parser.next_token()? {
        None => Ok(()),
        Some(token) => {
            let reason = format!("Unexpected {} after the end of the value", token.name());
            Err(JsonError::malformed(&reason, parser.token_location()))
        }
    }
}
