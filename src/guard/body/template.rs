//! Search templates: what mustache can print must hold no look-up in a protected index.
//!
//! A name can be put together from parameters, so it is not looked for. Instead a template has a
//! form in which the keys `index` and the like, and what stands under them, are written out:
//! - tags print escaped text (`{{name}}`) or a whole JSON value (`toJson`), which cannot end a
//!   string nor begin one (tried on a real node: `join`, `{{{…}}}` and a backslash before a tag can);
//! - sections hold whole members, elements or values, so that leaving one out, or repeating it,
//!   moves no value to another key;
//! - a filled-in key stands alone in its object: a look-up has at least two.
//!
//! Stored templates are judged when they are stored. One that was stored behind modelgate's back
//! is not seen.

mod grammar;
mod lexer;

use serde_json::Value;

use super::{super::refusal::Refusal, Body, Scan};

/// Keys under which the text of a template stands.
const SOURCES: [&str; 4] = ["code", "inline", "source", "template"];

/// Judges each template in a body, and the parameters for one.
pub(super) fn check(body: &[u8]) -> Result<(), Refusal> {
    check_value(&super::value(body)?, false)
}

fn check_value(value: &Value, is_painless: bool) -> Result<(), Refusal> {
    match value {
        Value::Object(members) => {
            let other = |lang: &Value| lang != "mustache";
            let is_painless = is_painless || members.get("lang").is_some_and(other);
            for (key, value) in members {
                match value {
                    Value::String(source) if SOURCES.contains(&&**key) && !is_painless => {
                        check_source(source)?;
                    }
                    Value::Object(_) if SOURCES.contains(&&**key) && !is_painless => {
                        check_source(&value.to_string())?;
                        check_value(value, is_painless)?;
                    }
                    Value::Object(_) if key == "params" => check_parameters(value)?,
                    _ => check_value(value, is_painless)?,
                }
            }
            Ok(())
        }
        Value::Array(values) => values.iter().try_for_each(|value| check_value(value, is_painless)),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// A text without tags is what it says; one that is no JSON is no search either.
fn check_source(source: &str) -> Result<(), Refusal> {
    if source.contains("{{") {
        return grammar::check(source);
    }
    match Scan::of(Body::Json, false).run(source.as_bytes()) {
        Ok(_) | Err(Refusal::Json(_)) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

/// A comment that a parameter opens outside of strings would swallow quotes.
fn check_parameters(value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) if text.contains("/*") || text.contains("*/") => {
            Err(Refusal::Unseen("a comment in a parameter may change what a template says"))
        }
        Value::Array(values) => values.iter().try_for_each(check_parameters),
        Value::Object(members) => members.values().try_for_each(check_parameters),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests;
