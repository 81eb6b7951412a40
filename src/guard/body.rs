//! Index names in JSON bodies.
//!
//! A body is read token by token, as Jackson reads it. Two rules hold for every API, so that no
//! API has to be known in all its keys:
//! - no string and no key, wherever it stands, may say a protected name;
//! - where an index expression stands (under `index`, `_index`, `indices`, `source_index` and the
//!   like), no pattern may match one, and neither nothing nor `_all` may stand there.
//!
//! The rest is about what hides a name from these: queries in base64, templates, scripts,
//! processors, renames.

mod facts;
mod glance;
mod pipeline;
mod rename;
mod script;
mod sql;
mod template;
mod workflow;

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::Value;

use facts::Depth;
pub(super) use facts::{Facts, check_none};

use super::{
    apis::Body,
    expression::{Reach, could_name, filled, is_plain, mentions, reach},
    plugins,
    refusal::Refusal,
};
use crate::json::{Parser, Token, Trailing, canonical};

/// How deep queries may be wrapped in base64 within each other.
const MOST_WRAPPERS: usize = 8;

/// Longest template, pipeline, workflow or reindex request, in bytes.
const MOST_STRUCTURED: usize = 1024 * 1024;

/// Whether a body, or some of its lines, may say anything that matters.
pub(super) fn may_matter(kind: Body, body: &[u8]) -> bool {
    match kind {
        Body::Lines => glance::may_matter(body),
        Body::Json => glance::may_matter(body) || glance::may_be_of_a_point_in_time(body),
        _ => true,
    }
}

/// Judges a body, or one of its lines; where nobody else keeps plugins' own indices, by those, too.
pub(super) fn check(kind: Body, keeps_plugins: bool, body: &[u8]) -> Result<Facts, Refusal> {
    if !keeps_plugins && !may_matter(kind, body) {
        return Ok(Facts::default());
    }
    let facts = Scan::of(kind, keeps_plugins).run(body)?;
    facts.check(kind, keeps_plugins)?;
    check_structure(kind, keeps_plugins, body)?;
    Ok(facts)
}

fn check_structure(kind: Body, keeps_plugins: bool, body: &[u8]) -> Result<(), Refusal> {
    match kind {
        Body::Pipeline => pipeline::check(body),
        Body::Reindex => script::check_reindex(body),
        Body::Template | Body::TemplateLines => template::check(body),
        Body::Workflow if keeps_plugins => workflow::check_without_agents(body),
        Body::Workflow => workflow::check(body),
        Body::Bulk
        | Body::Free
        | Body::Json
        | Body::Lines
        | Body::Model
        | Body::Plugin
        | Body::Policy
        | Body::Restore
        | Body::Selection
        | Body::Sql
        | Body::Upcoming => Ok(()),
    }
}

/// Where the scan of a body is.
struct Scan<'b> {
    kind: Body,
    keeps_plugins: bool,
    wrappers: usize,
    open: Vec<Open<'b>>,
    /// The name before the next value.
    key: Cow<'b, str>,
    /// How many values have ended, none within another: what follows the first is read by nobody.
    ended: usize,
    facts: Facts,
}

/// An array or an object that is open.
struct Open<'b> {
    /// The name under which it stands.
    key: Cow<'b, str>,
    is_array: bool,
    /// What an array holds of an index expression.
    list: Option<Vec<String>>,
    /// Whether it holds more than texts.
    holds_others: bool,
}

impl<'b> Scan<'b> {
    fn of(kind: Body, keeps_plugins: bool) -> Self {
        let (open, key, facts) = (Vec::new(), Cow::default(), Facts::default());
        Self { kind, keeps_plugins, wrappers: 0, open, key, ended: 0, facts }
    }

    /// One of what a text of this body holds.
    fn within<'t>(&self) -> Scan<'t> {
        Scan { wrappers: self.wrappers + 1, ..Scan::of(self.kind, self.keeps_plugins) }
    }

    fn run(mut self, body: &'b [u8]) -> Result<Facts, Refusal> {
        let mut parser = Parser::new(body);
        while let Some(token) = parser.next_token()? {
            self.take(token, &parser)?;
            self.ended += usize::from(self.open.is_empty());
        }
        Ok(self.facts)
    }

    fn take(&mut self, token: Token, parser: &Parser<'b>) -> Result<(), Refusal> {
        match token {
            Token::FieldName => {
                self.key = parser.key();
                self.check_text(&self.key, false)?;
                if self.keeps_plugins {
                    plugins::check_text(&self.key)?;
                }
                self.facts.key(&self.key, self.depth());
            }
            Token::StartObject | Token::StartArray => self.enter(token == Token::StartArray),
            Token::EndObject | Token::EndArray => self.leave()?,
            Token::ValueString => self.string(&parser.text()?.to_lossy())?,
            Token::ValueNull => self.null()?,
            Token::ValueTrue | Token::ValueFalse => {
                let key = self.place().clone();
                self.facts.flag(&key, token == Token::ValueTrue, self.depth());
                self.others();
            }
            Token::ValueNumberInt | Token::ValueNumberFloat => self.others(),
        }
        Ok(())
    }

    fn enter(&mut self, is_array: bool) {
        self.others();
        let key = self.place().clone();
        let list = (is_array && self.is_place(&key)).then(Vec::new);
        self.open.push(Open { key, is_array, list, holds_others: false });
    }

    fn others(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.holds_others = true;
        }
    }

    /// An array is one expression; an empty one is every index.
    fn leave(&mut self) -> Result<(), Refusal> {
        match self.open.pop() {
            Some(Open { list: Some(list), holds_others, .. })
                if !holds_others || !list.is_empty() =>
            {
                check_list(&list.join(","))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn string(&mut self, text: &str) -> Result<(), Refusal> {
        let key = self.place().clone();
        let is_place = self.is_place(&key);
        self.check_text(text, is_place)?;
        if self.keeps_plugins {
            self.check_plugins(&key, text)?;
        }
        self.facts.string(&key, text, self.depth());
        match self.open.last_mut() {
            Some(Open { list: Some(list), .. }) => list.push(text.to_owned()),
            Some(_) | None if is_place => check_list(text)?,
            Some(_) | None => {}
        }
        self.hidden(&key, text)
    }

    /// What a text holds in another language.
    fn hidden(&self, key: &str, text: &str) -> Result<(), Refusal> {
        let is_wrapped =
            key == "query" && self.open.last().is_some_and(|open| open.key == "wrapper");
        match (self.kind, key) {
            _ if is_wrapped => self.wrapper(text),
            (Body::Sql, "query") => sql::check(text),
            (Body::Sql, "cursor") => sql::check_cursor(text),
            (Body::Restore, "rename_replacement" | "rename_alias_replacement") => {
                rename::check(text)
            }
            (Body::Workflow, _) => self.nested(text),
            _ => Ok(()),
        }
    }

    fn null(&mut self) -> Result<(), Refusal> {
        let is_place = self.is_place(self.place());
        if is_place { check_list("") } else { Ok(()) }
    }

    /// The name under which a value stands.
    fn place(&self) -> &Cow<'b, str> {
        match self.open.last() {
            Some(Open { key, is_array: true, .. }) => key,
            Some(_) | None => &self.key,
        }
    }

    fn depth(&self) -> Depth {
        match self.open.as_slice() {
            _ if self.ended > 0 => Depth::Other,
            [_] => Depth::Body,
            [_, config] if config.key == "snapshot_config" => Depth::SnapshotConfig,
            _ => Depth::Other,
        }
    }

    fn is_place(&self, key: &str) -> bool {
        is_place(key) || self.kind == Body::Upcoming && key == "template"
    }

    fn check_text(&self, text: &str, is_place: bool) -> Result<(), Refusal> {
        if !is_place && !could_name(text) {
            return Ok(());
        }
        use Body::{Model, Plugin, Sql, Workflow};
        let speaks = || matches!(self.kind, Model | Plugin | Sql | Workflow);
        let is_named = reach(text) == Reach::Named
            || speaks() && (mentions(text) || mentions(&unescaped(text)));
        if is_named { Err(Refusal::named(text)) } else { Ok(()) }
    }

    /// A text may be no index of a plugin's own, but where a plugin is told what to read.
    fn check_plugins(&self, key: &str, text: &str) -> Result<(), Refusal> {
        match key {
            "indices" | "source_index" if matches!(self.kind, Body::Plugin | Body::Workflow) => {
                Ok(())
            }
            "index_name_prefix" => plugins::check_expression(&format!("{text}*")),
            "rename_replacement" | "rename_alias_replacement" => {
                plugins::check_expression(&format!("{}*", rename::beginning(text)))
            }
            // Of an action of a policy: an index' own name for `$1`, which begins as none of theirs.
            "rename_pattern" if self.kind == Body::Plugin => {
                plugins::check_text(&format!("{}{{{{", rename::beginning(text)))
            }
            _ if self.is_place(key) => plugins::check_expression(text),
            _ => plugins::check_text(text),
        }
    }

    /// A query in base64 (Jackson's `MIME_NO_LINEFEEDS`, which skips blanks).
    fn wrapper(&self, text: &str) -> Result<(), Refusal> {
        let query = unwrapped(text).filter(|query| query.trim_ascii_start().starts_with(b"{"));
        match query {
            Some(query) if self.wrappers < MOST_WRAPPERS => self.within().run(&query).map(drop),
            Some(_) | None => Err(Refusal::Unseen("a wrapped query cannot be read")),
        }
    }

    /// JSON in a string, as Flow Framework's steps carry it.
    fn nested(&self, text: &str) -> Result<(), Refusal> {
        if self.wrappers >= MOST_WRAPPERS {
            return Err(Refusal::Unseen("JSON in strings is nested too deeply"));
        }
        if !text.trim_start().starts_with('{') {
            return Ok(());
        }
        self.within().run(text.as_bytes())?;
        if text.contains("processors") { pipeline::check(text.as_bytes()) } else { Ok(()) }
    }
}

/// Names under which index expressions stand, underscores left out, and ends of such names.
const PLACES: [&str; 6] =
    ["index", "indices", "indexname", "indexnames", "indexpattern", "indexpatterns"];
const PLACES_END: [&str; 3] = ["_index", "_indices", "_index_name"];

/// Whether index expressions stand under that name.
fn is_place(key: &str) -> bool {
    let folded = || key.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
    let ends = |end: &str| {
        key.len()
            .checked_sub(end.len())
            .is_some_and(|at| key.as_bytes()[at..].eq_ignore_ascii_case(end.as_bytes()))
    };
    PLACES.iter().any(|place| folded().eq(place.bytes())) || PLACES_END.into_iter().any(ends)
}

/// An index expression may match no protected index, whatever is filled in.
fn check_list(list: &str) -> Result<(), Refusal> {
    let pattern = filled(list);
    match reach(pattern.as_deref().unwrap_or(list)) {
        Reach::Nothing => Ok(()),
        Reach::Named => Err(Refusal::named(list)),
        Reach::Included | Reach::Mixed => Err(Refusal::included(list)),
    }
}

/// JSON's escapes undone, and those that come to light.
fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..2 {
        let mut plain = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, behind)) = rest.split_once('\\') {
            plain.push_str(before);
            let code = behind.strip_prefix('u').and_then(|code| code.get(..4));
            let sign =
                code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
            plain.extend(sign);
            rest = if sign.is_some() { &behind[5..] } else { behind };
        }
        plain.push_str(rest);
        text = plain;
    }
    text
}

/// Base64 as Jackson reads it, and laxer.
fn unwrapped(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let text: Vec<u8> = text.bytes().filter(|byte| *byte > b' ').collect();
    GeneralPurpose::new(&alphabet::STANDARD, config).decode(text).ok()
}

/// A body whose structure matters, as values.
fn value(body: &[u8]) -> Result<Value, Refusal> {
    if body.len() > MOST_STRUCTURED {
        return Err(Refusal::TooLarge(MOST_STRUCTURED));
    }
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    let plain = canonical(body, Trailing::Refused)?;
    serde_json::from_slice(&plain).map_err(|_| Refusal::Unseen("the body is too deep, or no text"))
}

#[cfg(test)]
mod tests;
