//! The tokens of a template: JSON's, and mustache's tags between them.

use super::super::super::refusal::Refusal;

/// A token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Token {
    /// A string, its tags left in it.
    Text(String),
    /// A number or a word.
    Bare,
    /// `{{name}}` outside of strings.
    Variable,
    /// `{{#toJson}}name{{/toJson}}`
    Json,
    /// `{{#name}}` or `{{^name}}`
    Section(String),
    /// `{{/name}}`
    End(String),
    Object,
    EndObject,
    Array,
    EndArray,
    Comma,
    Colon,
}

/// What stands between `{{` and `}}`.
enum Tag<'t> {
    Comment,
    End(&'t str),
    Section(&'t str),
    Variable,
}

pub(super) const FORM: &str = "a search template has to be JSON with the tags {{name}}, {{#name}}, \
    {{^name}} and {{#toJson}} around or in whole members, elements and texts";

const UNFIT: Refusal = Refusal::Unseen(FORM);

/// All tokens of a template.
pub(super) fn tokens(source: &str) -> Result<Vec<Token>, Refusal> {
    let mut lexer = Lexer { rest: source };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'t> {
    rest: &'t str,
}

impl<'t> Lexer<'t> {
    fn token(&mut self) -> Result<Option<Token>, Refusal> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
            if !self.rest.starts_with("{{") {
                break;
            }
            match self.tag()? {
                Tag::Comment => {}
                Tag::Variable => return Ok(Some(Token::Variable)),
                Tag::End(name) => return Ok(Some(Token::End(name.to_owned()))),
                Tag::Section("toJson") => return self.json().map(Some),
                Tag::Section(name) if is_name(name) => {
                    return Ok(Some(Token::Section(name.to_owned())));
                }
                Tag::Section(_) => return Err(UNFIT),
            }
        }
        let Some(sign) = self.rest.chars().next() else { return Ok(None) };
        if sign == '"' {
            return self.text().map(Some);
        }
        let length = self.rest.find(|sign: char| !is_bare(sign)).unwrap_or(self.rest.len());
        let token = match sign {
            '{' => Token::Object,
            '}' => Token::EndObject,
            '[' => Token::Array,
            ']' => Token::EndArray,
            ',' => Token::Comma,
            ':' => Token::Colon,
            _ if length > 0 => Token::Bare,
            _ => return Err(UNFIT),
        };
        self.rest = &self.rest[length.max(1)..];
        Ok(Some(token))
    }

    /// A string to its end; quotes and backslashes in it are its own, as no tag prints any bare.
    fn text(&mut self) -> Result<Token, Refusal> {
        let whole = self.rest;
        self.rest = &whole[1..];
        let mut sections: Vec<&str> = Vec::new();
        while !self.rest.starts_with('"') {
            if self.rest.starts_with("{{") {
                self.tag_in_text(&mut sections)?;
                continue;
            }
            let escaped = self.rest.strip_prefix('\\');
            if escaped.is_some_and(|behind| behind.starts_with("{{")) {
                return Err(UNFIT);
            }
            let mut signs = escaped.unwrap_or(self.rest).chars();
            signs.next().ok_or(UNFIT)?;
            self.rest = signs.as_str();
        }
        self.rest = &self.rest[1..];
        let text = &whole[..whole.len() - self.rest.len()];
        match sections.is_empty() {
            true => serde_json::from_str(text).map(Token::Text).map_err(|_| UNFIT),
            false => Err(UNFIT),
        }
    }

    fn tag_in_text(&mut self, sections: &mut Vec<&'t str>) -> Result<(), Refusal> {
        match self.tag()? {
            Tag::Comment | Tag::Variable => Ok(()),
            Tag::Section(name) if is_name(name) || name == "url" => {
                sections.push(name);
                Ok(())
            }
            Tag::End(name) if sections.pop() == Some(name) => Ok(()),
            Tag::Section(_) | Tag::End(_) => Err(UNFIT),
        }
    }

    /// `{{#toJson}}name{{/toJson}}`, behind its first tag.
    fn json(&mut self) -> Result<Token, Refusal> {
        let (name, _) = self.rest.split_once("{{").ok_or(UNFIT)?;
        self.rest = &self.rest[name.len()..];
        match self.tag()? {
            Tag::End("toJson") if is_path(name.trim()) => Ok(Token::Json),
            _ => Err(UNFIT),
        }
    }

    fn tag(&mut self) -> Result<Tag<'t>, Refusal> {
        let (tag, rest) = self.rest[2..].split_once("}}").ok_or(UNFIT)?;
        self.rest = rest;
        let tag = tag.trim();
        match tag.split_at_checked(1) {
            Some(("!", _)) => Ok(Tag::Comment),
            Some(("#" | "^", name)) => Ok(Tag::Section(name.trim())),
            Some(("/", name)) => Ok(Tag::End(name.trim())),
            _ if is_path(tag) => Ok(Tag::Variable),
            _ => Err(UNFIT),
        }
    }
}

fn is_bare(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || "+-.".contains(sign)
}

fn is_path(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || "_.-".contains(sign))
}

/// A section of the template's own, not one of OpenSearch's functions.
fn is_name(name: &str) -> bool {
    is_path(name) && !matches!(name, "join" | "toJson" | "url") && !name.starts_with("join")
}
