//! `filter_path`: which parts of a response the caller wants.

use serde_json::{Map, Value};

/// A filter as OpenSearch reads the parameter: paths to keep, then paths to drop, with `*` and `**`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterPath {
    kept: Vec<Path>,
    dropped: Vec<Path>,
}

/// The segments of one path. The last one that matches decides; a path without segments matches nothing.
type Path = Vec<String>;

/// The paths that are still to be followed below a field, and whether they keep or drop.
#[derive(Clone)]
struct Step<'a> {
    paths: Vec<&'a [String]>,
    keeps: bool,
}

/// What becomes of a field.
enum Verdict<'a> {
    Whole,
    Nothing,
    Parts(Step<'a>),
}

impl FilterPath {
    /// The filter of a parameter, or `None` where it names no path and so filters nothing.
    #[must_use]
    pub fn parse(parameter: &str) -> Option<Self> {
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for path in parameter.split(',').map(java_trim).filter(|path| !path.is_empty()) {
            match path.strip_prefix('-') {
                None => kept.push(segments(path)),
                Some(path) if java_trim(path).is_empty() => {}
                Some(path) => dropped.push(segments(java_trim(path))),
            }
        }
        let is_empty = kept.is_empty() && dropped.is_empty();
        (!is_empty).then_some(Self { kept, dropped })
    }

    /// What is left of a document: first what is to be kept, and of that what is not to be dropped.
    ///
    /// Arrays and objects of which nothing is left are left out, and so are those that were empty before, unless they are kept
    /// as a part of something whole. Of a document nothing else than `{}` may be left.
    #[must_use]
    pub fn apply(&self, document: &Value) -> Value {
        let kept = Step::of(&self.kept, true).map(|step| step.root(document));
        let kept = kept.as_ref().unwrap_or(document);
        match Step::of(&self.dropped, false) {
            Some(step) => step.root(kept),
            None => kept.clone(),
        }
    }
}

impl<'a> Step<'a> {
    fn of(paths: &'a [Path], keeps: bool) -> Option<Self> {
        let paths: Vec<_> = paths.iter().map(Vec::as_slice).collect();
        (!paths.is_empty()).then_some(Self { paths, keeps })
    }

    fn root(&self, document: &Value) -> Value {
        self.parts(document).unwrap_or_else(|| Value::Object(Map::new()))
    }

    /// A scalar at the end of the way is not what a longer path means: it is not kept by it, and not dropped.
    fn parts(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Object(fields) => self.fields(fields).map(Value::Object),
            Value::Array(items) => {
                let items: Vec<_> = items.iter().filter_map(|item| self.parts(item)).collect();
                (!items.is_empty()).then_some(Value::Array(items))
            }
            scalar => (!self.keeps).then(|| scalar.clone()),
        }
    }

    fn fields(&self, fields: &Map<String, Value>) -> Option<Map<String, Value>> {
        let part = |(name, value): (&String, &Value)| match self.below(name) {
            Verdict::Whole => Some((name.clone(), value.clone())),
            Verdict::Nothing => None,
            Verdict::Parts(step) => step.parts(value).map(|value| (name.clone(), value)),
        };
        let fields: Map<_, _> = fields.iter().filter_map(part).collect();
        (!fields.is_empty()).then_some(fields)
    }

    fn below(&self, name: &str) -> Verdict<'a> {
        let mut paths = Vec::new();
        for path in &self.paths {
            match path.split_first() {
                Some((segment, [])) if matches(segment, name) => return self.verdict(true),
                Some((segment, rest)) if matches(segment, name) => {
                    paths.extend((segment == "**").then_some(*path));
                    paths.push(rest);
                }
                _ => {}
            }
        }
        if paths.is_empty() {
            return self.verdict(false);
        }
        // Every `**` follows two ways: without this, their number would double with every level.
        paths.sort_unstable_by_key(|path| (path.as_ptr(), path.len()));
        paths.dedup_by_key(|path| (path.as_ptr(), path.len()));
        Verdict::Parts(Step { paths, keeps: self.keeps })
    }

    fn verdict(&self, is_match: bool) -> Verdict<'a> {
        if is_match == self.keeps { Verdict::Whole } else { Verdict::Nothing }
    }
}

/// Splits at dots without a backslash before them; in what is left, a backslash makes a dot of the character behind it.
fn segments(path: &str) -> Path {
    let mut segments: Vec<String> = vec![String::new()];
    let mut before = None;
    for char in path.chars() {
        match segments.last_mut() {
            Some(segment) if char != '.' || before == Some('\\') => segment.push(char),
            _ => segments.push(String::new()),
        }
        before = Some(char);
    }
    while segments.last().is_some_and(String::is_empty) {
        segments.pop();
    }
    segments.iter().map(|segment| unescaped(segment)).collect()
}

fn unescaped(segment: &str) -> String {
    let mut chars = segment.chars();
    let mut text = String::new();
    while let Some(char) = chars.next() {
        let is_escape = char == '\\' && chars.next().is_some();
        text.push(if is_escape { '.' } else { char });
    }
    text
}

/// OpenSearch's `Glob`, in which a star also stands for a star in the same place.
fn matches(segment: &str, name: &str) -> bool {
    if segment == "*" || segment == "**" {
        return true;
    }
    let (pattern, text) = (segment.as_bytes(), name.as_bytes());
    let (mut at_pattern, mut at_text, mut star) = (0, 0, None);
    while at_text < text.len() {
        match (pattern.get(at_pattern), star) {
            (Some(byte), _) if *byte == text[at_text] => {
                at_pattern += 1;
                at_text += 1;
            }
            (Some(b'*'), _) => {
                star = Some((at_pattern, at_text));
                at_pattern += 1;
            }
            (_, Some((place, taken))) => {
                star = Some((place, taken + 1));
                at_pattern = place + 1;
                at_text = taken + 1;
            }
            (_, None) => return false,
        }
    }
    pattern[at_pattern..].iter().all(|byte| *byte == b'*')
}

/// Java's `trim`: everything up to the space is white.
fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

#[cfg(test)]
mod tests;
