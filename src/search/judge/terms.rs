//! What depends on the terms that all groups have: those of visible groups are asked for first. Without documents no
//! others are listed, and significant terms need some.

use serde_json::{Value, json};

use super::{Judge, Judged};
use crate::search::grammar::aggregation::{TERMS, TERMS_OPTIONS, UNBOUNDED};
use crate::search::tree::{At, Kind};

/// What is done where an answer depends on the terms that the index has: `min_doc_count: 0` lists every one, and
/// significant terms fail in some buckets where there are none.
#[derive(Clone, Copy, Debug)]
pub(in crate::search) enum Empty<'t> {
    /// It is refused.
    Refused,
    /// What the caller may know of is asked.
    Asked,
    /// This is the answer.
    Known(&'t Value),
}

/// How many lists one body may ask for.
const LISTS: usize = 16;
/// How many terms a list may have.
const LONGEST: usize = 10_000;

impl Judge<'_> {
    /// The body of a `terms` aggregation.
    pub(super) fn terms(&mut self, at: At) -> Judged {
        let zero = |at: At| matches!(self.tree.raw(at), "0" | "\"0\"");
        let lists =
            self.is(at, Kind::Object) && self.tree.member(at, "min_doc_count").is_some_and(zero);
        match self.empty {
            Empty::Asked if self.filtered() && lists => self.ask(at),
            Empty::Known(answer) if self.filtered() && lists => self.list_known(at, answer),
            Empty::Refused | Empty::Asked | Empty::Known(_) => self.value(at, &TERMS),
        }
    }

    /// Asks which terms the caller's groups have.
    fn ask(&mut self, at: At) -> Judged {
        let options = ["field", "include", "exclude"];
        let given = options.iter().filter_map(|name| Some((*name, self.tree.member(at, name)?)));
        let options: Vec<_> =
            given.map(|(name, value)| format!(r#""{name}":{},"#, self.tree.raw(value))).collect();
        self.ask_for_terms(at, &options.concat(), LONGEST)?;
        self.options(at, None)
    }

    /// Asks whether the caller's groups have any.
    pub(super) fn ask_for_one(&mut self, at: At) -> Judged {
        let Some(field) = self.tree.member(at, "field") else { return self.unknown() };
        self.ask_for_terms(at, &format!(r#""field":{},"#, self.tree.raw(field)), 1)
    }

    /// Whether the answer has any.
    pub(super) fn has_one(&mut self, answer: &Value) -> bool {
        let terms = self.answered(answer);
        terms["buckets"].as_array().is_some_and(|terms| !terms.is_empty())
    }

    fn ask_for_terms(&mut self, at: At, options: &str, most: usize) -> Judged {
        let terms = format!(r#"{{"terms":{{{options}"size":{most},"order":{{"_key":"asc"}}}}}}"#);
        self.lists.push(match self.inside(at)? {
            Inside::Group => terms,
            Inside::Owner => {
                format!(r#"{{"nested":{{"path":"owner"}},"aggs":{{"modelgate":{terms}}}}}"#)
            }
        });
        Ok(())
    }

    /// What the answer says to the next of the questions.
    fn answered<'a>(&mut self, answer: &'a Value) -> &'a Value {
        let number = self.lists.len();
        self.lists.push(String::new());
        let terms = &answer["aggregations"][number.to_string()];
        terms.get("modelgate").unwrap_or(terms)
    }

    /// Whose terms the field has: the group's own, or those of its owner, a nested object.
    fn inside(&self, at: At) -> Judged<Inside> {
        let field = self.tree.member(at, "field").filter(|field| self.is(*field, Kind::String));
        match field.and_then(|field| self.tree.text(field)) {
            None => self.refused(UNBOUNDED),
            Some(_) if self.lists.len() == LISTS => self.refused("it asks for too many lists"),
            Some(field) if field.starts_with("owner.") => Ok(Inside::Owner),
            Some(_) => Ok(Inside::Group),
        }
    }

    /// Lists the terms that the answer has, whether documents have them or not.
    fn list_known(&mut self, at: At, answer: &Value) -> Judged {
        let Some(known) = known(self.answered(answer)) else {
            return self.refused("there are too many terms to list those without documents");
        };
        self.options(at, Some(&known))
    }

    /// Judges the options; without terms that are known to the caller there are none without documents either.
    fn options(&mut self, at: At, known: Option<&[String]>) -> Judged {
        let list = known.filter(|known| !known.is_empty()).map(|known| json!(known).to_string());
        for (name, value) in self.tree.members(at) {
            self.under(name, |judge| judge.term_option(name, value, list.as_deref()))?;
        }
        if let Some(list) = list.filter(|_| self.tree.member(at, "include").is_none()) {
            let end = self.last(at);
            self.edits.insert(end, &format!(r#","include":{list}"#));
        }
        Ok(())
    }

    fn term_option(&mut self, name: At, value: At, list: Option<&str>) -> Judged {
        let Some(text) = self.tree.text(name) else { return self.unknown() };
        let span = self.tree.span(value);
        match (&*text, list) {
            ("min_doc_count", None) => self.edits.replace(span, "1"),
            ("min_doc_count", Some(_)) => {}
            ("include", Some(list)) => self.edits.replace(span, list),
            ("exclude", Some(_)) => self.edits.replace(span, "[]"),
            ("missing" | "format" | "value_type" | "valueType", _) => {
                return self.refused("beside min_doc_count 0 it is not bounded");
            }
            (text, _) => {
                return match TERMS_OPTIONS.rule(text) {
                    Some(rule) => self.value(value, rule),
                    None => self.unknown(),
                };
            }
        }
        Ok(())
    }
}

enum Inside {
    Group,
    Owner,
}

/// The terms of an answer, unless it has not all of them.
fn known(terms: &Value) -> Option<Vec<String>> {
    let whole = terms["sum_other_doc_count"] == 0;
    terms["buckets"].as_array().filter(|_| whole)?.iter().map(term).collect()
}

/// A term as `include` reads it: dates and booleans as text.
fn term(bucket: &Value) -> Option<String> {
    match bucket.get("key_as_string").or_else(|| bucket.get("key"))? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
