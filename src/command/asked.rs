//! What the body of a register or update can mean: parsed once for both, as leniently as ML
//! Commons does (`model-groups.md` 1.4), but that a null counts as absent (D13).

use std::fmt;

use super::text::is_plain;
use crate::{
    group::AccessMode,
    json::{JsonError, Parser, Text, Token},
};

/// What a body asks for; what it does not mention is `None`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Asked {
    /// `name`
    pub name: Option<Words>,
    /// `description`
    pub description: Option<Words>,
    /// `access_mode`; an empty one counts as absent.
    pub mode: Option<Mode>,
    /// `backend_roles`, given and perhaps empty.
    pub roles: Option<Vec<String>>,
    /// `add_all_backend_roles`, given and perhaps false.
    pub all: Option<bool>,
    /// Keys that mean nothing (D14).
    pub unknown: Vec<String>,
}

/// Whose body is read: they know different keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Request {
    /// A register.
    Register,
    /// An update, which knows `model_group_id` too.
    Update,
}

/// An access mode that was asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mode {
    /// One that there is.
    Known(AccessMode),
    /// Another, as it was written (D12).
    Unknown(String),
}

/// A text that may hold a lone surrogate, which no rule lets through.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Words {
    text: String,
    whole: bool,
}

impl Words {
    fn of(text: Text<'_>) -> Self {
        Self { text: text.to_string(), whole: text.as_str().is_some() }
    }

    /// Whether it has only the signs that a name may have.
    pub(super) fn is_plain(&self) -> bool {
        self.whole && self.text.chars().all(is_plain)
    }
}

impl fmt::Display for Words {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

/// Why a body cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON, or a value has no text.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// A token stands where another must (OpenSearch's `ParsingException`).
    #[error("Failed to parse object: expecting token of type [{wanted}] but found [{found}]")]
    Token {
        /// What must stand there.
        wanted: &'static str,
        /// What stands there.
        found: &'static str,
        /// The line and the column, where the body has such.
        place: Option<(usize, usize)>,
    },
}

impl Asked {
    /// Reads one JSON object; what follows it is not looked at.
    ///
    /// # Errors
    /// As ML Commons says it.
    pub fn read(body: &[u8], of: Request) -> Result<Self, Unreadable> {
        let mut parser = Parser::new(body);
        let first = parser.next_token()?;
        expect(&parser, first, Token::StartObject)?;
        let mut asked = Self::default();
        while parser.next_token()? == Some(Token::FieldName) {
            let name = parser.name().to_string();
            let value = parser.next_token()?;
            asked.member(&name, value, &mut parser, of)?;
        }
        Ok(asked)
    }

    fn member(
        &mut self,
        name: &str,
        value: Option<Token>,
        parser: &mut Parser<'_>,
        of: Request,
    ) -> Result<(), Unreadable> {
        match name {
            "name" => self.name = words(value, parser)?,
            "description" => self.description = words(value, parser)?,
            "access_mode" => self.mode = words(value, parser)?.and_then(|words| mode(&words.text)),
            "backend_roles" => self.roles = Some(roles(value, parser)?),
            "add_all_backend_roles" => self.all = Some(parser.boolean()?),
            // The tenant comes from a header, the id from the path: both are read and forgotten.
            "tenant_id" => drop(words(value, parser)?),
            "model_group_id" if of == Request::Update => drop(words(value, parser)?),
            unknown => {
                self.unknown.push(unknown.to_owned());
                parser.skip_children()?;
            }
        }
        Ok(())
    }

    /// The roles that were given.
    pub fn roles(&self) -> Vec<String> {
        self.roles.clone().unwrap_or_default()
    }

    /// Whether all of the caller's roles are to be added.
    pub fn adds_all(&self) -> bool {
        self.all == Some(true)
    }

    /// Whether anything was said about access that counts where access control is off: there a
    /// `false` counts too, and an empty list does not.
    pub fn has_access_parameters(&self) -> bool {
        matches!(self.mode, Some(Mode::Known(_))) || self.all.is_some() || !self.roles().is_empty()
    }

    /// Whether an update asks for a change of access, be it one to nothing.
    pub fn changes_access(&self) -> bool {
        matches!(self.mode, Some(Mode::Known(_))) || self.all.is_some() || self.roles.is_some()
    }
}

fn mode(text: &str) -> Option<Mode> {
    if text.is_empty() {
        return None;
    }
    Some(AccessMode::named(text).map_or_else(|| Mode::Unknown(text.to_owned()), Mode::Known))
}

fn words(value: Option<Token>, parser: &Parser<'_>) -> Result<Option<Words>, Unreadable> {
    if value == Some(Token::ValueNull) {
        return Ok(None);
    }
    Ok(Some(Words::of(parser.text()?)))
}

fn roles(value: Option<Token>, parser: &mut Parser<'_>) -> Result<Vec<String>, Unreadable> {
    expect(parser, value, Token::StartArray)?;
    let mut roles = Vec::new();
    while let Some(token) = parser.next_token()? {
        if token == Token::EndArray {
            break;
        }
        roles.push(parser.text()?.to_string());
    }
    Ok(roles)
}

fn expect(parser: &Parser<'_>, found: Option<Token>, wanted: Token) -> Result<(), Unreadable> {
    if found == Some(wanted) {
        return Ok(());
    }
    let at = parser.token_location();
    Err(Unreadable::Token {
        wanted: wanted.opensearch_name(),
        found: found.map_or("null", Token::opensearch_name),
        place: Some((at.line, at.column)),
    })
}

impl Unreadable {
    /// The type that OpenSearch would give it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Json(error) => error.type_name(),
            Self::Token { .. } => "parsing_exception",
        }
    }

    /// The same of a body that was another format before it became JSON: its places mean nothing.
    #[must_use]
    pub fn without_place(self) -> Self {
        match self {
            Self::Token { wanted, found, .. } => Self::Token { wanted, found, place: None },
            Self::Json(error) => Self::Json(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Asked {
        Asked::read(body.as_bytes(), Request::Register).unwrap()
    }

    #[test]
    fn values_are_taken_as_text_and_nulls_as_absent() {
        let asked = read(
            r#"{"name":5.50,"description":null,"access_mode":"RESTRICTED","backend_roles":[1,"a",true],
                "add_all_backend_roles":"true","model_access_mode":{"a":[1]},"tenant_id":"t"} trailing"#,
        );

        assert_eq!(asked.name.as_ref().map(ToString::to_string), Some("5.50".to_owned()));
        assert_eq!(asked.description, None);
        assert_eq!(asked.mode, Some(Mode::Known(AccessMode::Restricted)));
        assert_eq!(asked.roles(), ["1", "a", "true"]);
        assert!(asked.adds_all());
        assert_eq!(asked.unknown, ["model_access_mode"]);
    }

    #[test]
    fn an_empty_mode_is_none_and_an_odd_one_is_remembered() {
        assert_eq!(read(r#"{"access_mode":""}"#).mode, None);
        assert_eq!(
            read(r#"{"access_mode":"public "}"#).mode,
            Some(Mode::Unknown("public ".to_owned()))
        );
    }

    #[test]
    fn an_update_knows_the_id_that_a_register_does_not() {
        let body = br#"{"model_group_id":"x"}"#;
        let unknown = |of| Asked::read(body, of).unwrap().unknown;

        assert_eq!(unknown(Request::Update), [""; 0]);
        assert_eq!(unknown(Request::Register), ["model_group_id"]);
    }

    #[test]
    fn a_lone_surrogate_is_not_plain() {
        assert!(!read(r#"{"name":"raw\ud800"}"#).name.unwrap().is_plain());
        assert!(read(r#"{"name":"raw"}"#).name.unwrap().is_plain());
    }

    #[test]
    fn what_stands_in_the_wrong_place_is_named() {
        let wrong =
            |body: &str| Asked::read(body.as_bytes(), Request::Register).unwrap_err().to_string();

        assert_eq!(
            wrong("[]"),
            "Failed to parse object: expecting token of type [START_OBJECT] but found [START_ARRAY]"
        );
        assert_eq!(
            wrong(" "),
            "Failed to parse object: expecting token of type [START_OBJECT] but found [null]"
        );
        assert_eq!(
            wrong(r#"{"backend_roles":null}"#),
            "Failed to parse object: expecting token of type [START_ARRAY] but found [VALUE_NULL]"
        );
        assert_eq!(wrong(r#"{"name":["a"]}"#), "Can't get text on a START_ARRAY at 1:9");
    }
}
