//! What may stand where in a template.

use super::{
    super::super::{
        expression::{Reach, filled, reach},
        refusal::Refusal,
    },
    super::is_place,
    lexer::{FORM, Token, tokens},
};

/// Judges a template that has tags.
pub(super) fn check(source: &str) -> Result<(), Refusal> {
    let mut grammar = Grammar::default();
    grammar.open.push(Open::new(false, false));
    let tokens = tokens(source)?;
    for (at, token) in tokens.iter().enumerate() {
        grammar.take(token, tokens.get(at + 1))?;
    }
    grammar.end()
}

#[derive(Default)]
struct Grammar {
    open: Vec<Open>,
    sections: Vec<Section>,
    has_variables: bool,
    has_filled_keys: bool,
    /// Whether a `{{name}}` came last, but for tags.
    behind_a_variable: bool,
}

/// Where an object is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum At {
    /// At its start or behind a comma.
    Between,
    /// Behind a key.
    Key,
    /// Behind a colon.
    Colon,
    /// Behind a value.
    Value,
    /// Behind a section that began there, with members of its own.
    Members { alternatives: bool },
}

/// An object or an array that is open.
struct Open {
    is_object: bool,
    at: At,
    members: usize,
    /// Whether index expressions stand here: under the current key, or in all of an array.
    is_place: bool,
    has_sections: bool,
    has_filled_key: bool,
}

/// A section that is open.
struct Section {
    name: String,
    depth: usize,
    at: At,
    members: usize,
}

const UNFIT: Refusal = Refusal::Unseen(FORM);

impl Open {
    fn new(is_object: bool, is_place: bool) -> Self {
        let at = At::Between;
        Self { is_object, at, members: 0, is_place, has_sections: false, has_filled_key: false }
    }

    /// Counts a value; an object has one for each key, but in sections.
    fn value(&mut self, in_a_section: bool) -> Result<(), Refusal> {
        match self.at {
            _ if !self.is_object => Ok(()),
            At::Colon => {
                self.at = At::Value;
                Ok(())
            }
            At::Value if in_a_section => Ok(()),
            At::Between | At::Key | At::Value | At::Members { .. } => Err(UNFIT),
        }
    }
}

impl Grammar {
    fn take(&mut self, token: &Token, next: Option<&Token>) -> Result<(), Refusal> {
        let in_a_section =
            self.sections.last().is_some_and(|section| section.depth == self.open.len());
        let behind_a_variable = std::mem::take(&mut self.behind_a_variable);
        let open = self.open.last_mut().ok_or(UNFIT)?;
        match token {
            Token::Text(text) if open.is_object && open.at == At::Between => {
                open.at = At::Key;
                open.members += 1;
                self.key(text, next)?;
            }
            Token::Text(text) => {
                open.value(in_a_section)?;
                check_text(text, open.is_place)?;
            }
            Token::Bare => open.value(in_a_section)?,
            Token::Json | Token::Variable if open.is_place => {
                return Err(Refusal::included("{{...}}"));
            }
            Token::Json => open.value(in_a_section)?,
            Token::Variable if behind_a_variable => return Err(UNFIT),
            Token::Variable => {
                open.value(in_a_section)?;
                self.has_variables = true;
                self.behind_a_variable = true;
            }
            Token::Object | Token::Array => {
                open.value(in_a_section)?;
                let is_array = *token == Token::Array;
                let is_place = open.is_place && is_array;
                self.open.push(Open::new(!is_array, is_place));
            }
            Token::EndObject | Token::EndArray => self.close(*token == Token::EndObject)?,
            Token::Comma => comma(open)?,
            Token::Colon if open.is_object && open.at == At::Key => open.at = At::Colon,
            Token::Colon => return Err(UNFIT),
            Token::Section(name) => {
                self.behind_a_variable = behind_a_variable;
                self.section(name)?;
            }
            Token::End(name) => {
                self.behind_a_variable = behind_a_variable;
                self.end_of_section(name)?;
            }
        }
        Ok(())
    }

    fn key(&mut self, key: &str, next: Option<&Token>) -> Result<(), Refusal> {
        let open = self.open.last_mut().ok_or(UNFIT)?;
        open.is_place = is_place(key);
        if filled(key).is_some() {
            open.has_filled_key = true;
            self.has_filled_keys = true;
        }
        match next {
            Some(Token::Colon) if key == "wrapper" => Err(UNFIT),
            Some(Token::Colon) => check_text(key, false),
            _ => Err(UNFIT),
        }
    }

    /// A filled-in key stands alone, and in no section of its object.
    fn close(&mut self, is_object: bool) -> Result<(), Refusal> {
        let open = self.open.pop().ok_or(UNFIT)?;
        let is_whole = !open.is_object || !matches!(open.at, At::Key | At::Colon);
        let is_lonely = open.members == 1 && !open.has_sections;
        let is_inside = self.sections.last().is_none_or(|section| section.depth <= self.open.len());
        let is_fit = open.is_object == is_object
            && is_whole
            && (is_lonely || !open.has_filled_key)
            && is_inside
            && !self.open.is_empty();
        if is_fit { Ok(()) } else { Err(UNFIT) }
    }

    /// A section begins between members or elements, or where a value stands.
    fn section(&mut self, name: &str) -> Result<(), Refusal> {
        let depth = self.open.len();
        let open = self.open.last_mut().ok_or(UNFIT)?;
        open.has_sections = true;
        if open.at == (At::Members { alternatives: true }) {
            open.at = At::Between;
        }
        if open.is_object && open.at == At::Key {
            return Err(UNFIT);
        }
        let (at, members) = (open.at, open.members);
        self.sections.push(Section { name: name.to_owned(), depth, at, members });
        Ok(())
    }

    /// It ends in the object in which it began, with whole members, or with a value where it
    /// began before one.
    fn end_of_section(&mut self, name: &str) -> Result<(), Refusal> {
        let section = self.sections.pop().ok_or(UNFIT)?;
        let depth = self.open.len();
        let open = self.open.last_mut().ok_or(UNFIT)?;
        if section.name != name || section.depth != depth {
            return Err(UNFIT);
        }
        if !open.is_object {
            return Ok(());
        }
        let has_members = open.members != section.members;
        match (section.at, open.at) {
            (_, At::Key | At::Colon) | (At::Key, _) => Err(UNFIT),
            (At::Colon, At::Value) if !has_members => Ok(()),
            (At::Colon, _) => Err(UNFIT),
            (from, At::Value | At::Members { .. }) if has_members => {
                open.at = At::Members { alternatives: from == At::Between };
                Ok(())
            }
            (At::Between | At::Value | At::Members { .. }, _) => Ok(()),
        }
    }

    fn end(self) -> Result<(), Refusal> {
        let is_whole = self.open.len() == 1 && self.sections.is_empty();
        if is_whole && !(self.has_variables && self.has_filled_keys) { Ok(()) } else { Err(UNFIT) }
    }
}

fn comma(open: &mut Open) -> Result<(), Refusal> {
    match open.at {
        At::Value | At::Members { .. } | At::Between => {
            open.at = At::Between;
            Ok(())
        }
        At::Key | At::Colon => Err(UNFIT),
    }
}

/// A text may not name a protected index; as an expression it may not match one either, whatever
/// is filled in.
fn check_text(text: &str, is_place: bool) -> Result<(), Refusal> {
    match filled(text) {
        Some(pattern) if is_place && reach(&pattern) != Reach::Nothing => {
            Err(Refusal::included(text))
        }
        None if is_place && reach(text) != Reach::Nothing => Err(Refusal::included(text)),
        None if reach(text) == Reach::Named => Err(Refusal::named(text)),
        Some(_) | None => Ok(()),
    }
}
