//! Phrases that end in a prefix.
//!
//! Of one word alone OpenSearch makes a clause for each term with the prefix, and fails where all groups together have
//! more than 1,024 of them. `match_bool_prefix` finds the same, and counts none.

use super::{Judge, Judged};
use crate::search::grammar::{CUT, Rule};
use crate::search::tree::{At, Kind};

/// How many words a text surely has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Words {
    None,
    One,
    Several,
    /// That depends on how the text is taken apart.
    Unknown,
}

/// Longer words are cut apart.
const LONGEST: usize = 255;
/// What takes the place of `match_phrase_prefix`.
const PREFIX: &str = "\"match_bool_prefix\"";
/// The options that both have.
const SHARED: [&str; 4] = ["query", "analyzer", "boost", "_name"];

impl Judge<'_> {
    /// The body of a `match_phrase_prefix`.
    #[cold]
    pub(super) fn phrase_prefix(&mut self, body: At, rule: &'static Rule) -> Judged {
        let words = self.field(body).map_or(Words::None, |options| self.words(options));
        match words {
            Words::One if self.filtered() => {
                self.edits.replace(self.tree.span(self.name), PREFIX);
                self.prefix(body, rule)
            }
            Words::Unknown if self.filtered() => self.refused(CUT),
            Words::None | Words::One | Words::Several | Words::Unknown => self.value(body, rule),
        }
    }

    /// The body of a `multi_match`.
    #[cold]
    pub(super) fn multi_match(&mut self, body: At, rule: &'static Rule) -> Judged {
        let kind = self.tree.member(body, "type").filter(|_| self.is(body, Kind::Object));
        let is_prefix = kind.is_some_and(|kind| self.says(kind, |kind| kind == "phrase_prefix"));
        if is_prefix && matches!(self.words(body), Words::One | Words::Unknown) {
            self.unless_filtered(CUT)?;
        }
        self.value(body, rule)
    }

    /// The same body, without what `match_bool_prefix` has not.
    fn prefix(&mut self, body: At, rule: &'static Rule) -> Judged {
        let before = self.edits.mark();
        self.value(body, rule)?;
        self.edits.forget_since(before);
        let Some(options) = self.field(body).filter(|at| self.is(*at, Kind::Object)) else {
            return Ok(());
        };
        let is_shared = |name| self.tree.text(name).is_some_and(|name| SHARED.contains(&&*name));
        let shared = self.tree.members(options).filter(|(name, _)| is_shared(*name));
        let kept: Vec<_> = shared
            .map(|(name, value)| format!("{}:{}", self.tree.raw(name), self.tree.raw(value)))
            .collect();
        self.edits.replace(self.tree.span(options), &format!("{{{}}}", kept.join(",")));
        Ok(())
    }

    /// What stands under the name of the field.
    fn field(&self, body: At) -> Option<At> {
        let is_option =
            |name| self.tree.text(name).is_some_and(|name| ["boost", "_name"].contains(&&*name));
        let mut members = self.tree.members(body).filter(|_| self.is(body, Kind::Object));
        members.find(|(name, _)| !is_option(*name)).map(|(_, options)| options)
    }

    /// How many words are asked for, in short or as an option.
    fn words(&self, options: At) -> Words {
        let option = |name| self.tree.member(options, name);
        let (query, analyzer) = match self.tree.kind(options) {
            Kind::Object => (option("query"), option("analyzer")),
            _ => (Some(options), None),
        };
        let Some(query) = query else { return Words::None };
        let is_standard = analyzer.is_none_or(|name| self.tree.raw(name) == "\"standard\"");
        match self.tree.kind(query) {
            _ if !is_standard => Words::Unknown,
            Kind::String => self.tree.text(query).map_or(Words::Unknown, |text| Words::of(&text)),
            _ => Words::of(self.tree.raw(query)),
        }
    }
}

impl Words {
    /// How the standard analyzer takes a text apart (UAX #29), as far as that is plain.
    fn of(text: &str) -> Self {
        let cuts = |sign: char| {
            sign.is_ascii_whitespace() || sign.is_ascii_punctuation() && !"_.:,;'\"".contains(sign)
        };
        let pieces = || text.split(cuts).filter(|piece| !piece.is_empty());
        let has_letters = |piece: &&str| piece.contains(|sign| joins(sign) || stands_alone(sign));
        let is_word = |piece: &str| {
            piece.chars().all(|sign| joins(sign) || sign == '_') && piece.chars().count() <= LONGEST
        };
        match pieces().filter(has_letters).count() {
            0 if pieces().next().is_none() => Self::None,
            1 if pieces().all(is_word) => Self::One,
            0 | 1 => Self::Unknown,
            _ => Self::Several,
        }
    }
}

/// A letter or a digit that is of one word with those beside it: Latin, Greek, Cyrillic.
fn joins(sign: char) -> bool {
    let is_known = matches!(sign, '\u{80}'..'\u{2b0}' | '\u{370}'..'\u{530}');
    sign.is_ascii_alphanumeric() || is_known && sign.is_alphabetic()
}

/// A letter that may be a word of its own: a kanji, a kana, a Hangul syllable.
fn stands_alone(sign: char) -> bool {
    matches!(sign, '\u{4e00}'..'\u{a000}' | '\u{3041}'..'\u{3097}' | '\u{30a1}'..'\u{30fb}' | '\u{ac00}'..'\u{d7a4}')
}
