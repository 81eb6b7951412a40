//! Objects by their keys, and the options that are set for who does not see everything.

use super::{Judge, Judged};
use crate::search::grammar::{Object, Others, Rule, Set, Value};
use crate::search::tree::{At, Kind};

impl Judge<'_> {
    /// An object with the keys that its grammar names.
    pub(super) fn object(&mut self, at: At, object: &'static Object) -> Judged {
        self.require(self.is(at, Kind::Object))?;
        self.needed(at, object)?;
        let mut fields = 0;
        for (name, value) in self.tree.members(at) {
            let is_field = self.under(name, |judge| judge.option(name, value, object))?;
            fields += usize::from(is_field);
        }
        self.require(fields == 1 || !matches!(object.others, Others::One(_)))?;
        self.set(object).iter().try_for_each(|set| self.add_missing(at, set))
    }

    /// An object, or a scalar that stands for one of its options.
    pub(super) fn short(&mut self, at: At, name: &'static str, object: &'static Object) -> Judged {
        if self.is(at, Kind::Object) {
            return self.object(at, object);
        }
        self.require(self.is_leaf(at))?;
        if let [Set { key, to: Value::Text(text), given: None }] = self.set(object) {
            self.spell_out(at, [name, key, text]);
        }
        Ok(())
    }

    /// Makes a scalar the option of the object that it stands for, beside the one that is set.
    #[cold]
    fn spell_out(&mut self, at: At, [name, key, to]: [&str; 3]) {
        let said = self.tree.raw(at);
        let whole = ["{\"", name, "\":", said, ",\"", key, "\":", to, "}"];
        self.edits.replace_by_parts(self.tree.span(at), &whole);
    }

    fn needed(&self, at: At, object: &'static Object) -> Judged {
        match object.needs {
            Some((key, why)) if self.tree.member(at, key).is_none() => self.unless_filtered(why),
            _ => Ok(()),
        }
    }

    /// One of its members; whether it is that of a field.
    pub(super) fn option(&mut self, name: At, value: At, object: &'static Object) -> Judged<bool> {
        let Some(text) = self.tree.text(name) else { return self.unknown() };
        if text == "inner_hits" && self.level() && self.in_query() {
            return self.refused("its scores count the terms of groups that you may not see");
        }
        let Some(rule) = object.rule(&text) else {
            return self.other(value, object).map(|()| true);
        };
        match self.set(object).iter().find(|set| set.key == text) {
            Some(set) => self.put(value, set.to, rule).map(|()| false),
            None => self.value(value, rule).map(|()| false),
        }
    }

    /// What is set in it, for who does not see everything.
    fn set(&self, object: &'static Object) -> &'static [Set] {
        if self.filtered() { object.set } else { &[] }
    }

    /// Whether the reading is inside of a query: inner hits there have scores of their own.
    fn in_query(&self) -> bool {
        let first = self.tree.path(self.name).next().and_then(|name| self.tree.text(name));
        first.as_deref() != Some("collapse")
    }

    /// What stands under the name of a field.
    fn other(&mut self, value: At, object: &'static Object) -> Judged {
        match object.others.rule() {
            Some(rule) => self.value(value, rule),
            None => self.unknown(),
        }
    }

    /// Puts what is set in the place of what the caller said.
    fn put(&mut self, at: At, to: Value, rule: &'static Rule) -> Judged {
        match to {
            Value::Text(text) => {
                self.value(at, rule)?;
                self.edits.replace(self.tree.span(at), text);
                Ok(())
            }
            Value::Ours => self.bounded(at),
        }
    }

    pub(super) fn add_missing(&mut self, at: At, set: &'static Set) -> Judged {
        let wanted = set.given.is_none_or(|given| self.tree.member(at, given).is_some());
        if !wanted || self.tree.member(at, set.key).is_some() {
            return Ok(());
        }
        let end = self.last(at);
        let comma = if self.tree.is_empty(at) { "" } else { "," };
        self.edits.replace_by_parts((end, end), &[comma, "\"", set.key, "\":"]);
        match set.to {
            Value::Text(text) => self.edits.insert(end, text),
            Value::Ours => self.ours(end, "", "")?,
        }
        Ok(())
    }

    /// The byte that closes an object or an array.
    pub(super) fn last(&self, at: At) -> u32 {
        self.tree.span(at).1 - 1
    }
}
