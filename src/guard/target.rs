//! A request-target as OpenSearch's `PathTrie` and `RestUtils` read it, and how a wildcard in it
//! is narrowed.

use std::{borrow::Cow, ops::Range};

use super::expression::{EXCLUSION, PROTECTED, mentions};
use crate::wire::{path_and_query, segments};

/// A path and a query, not decoded.
#[derive(Debug)]
pub(super) struct Target<'t> {
    text: &'t str,
    /// Where its query ends.
    end: usize,
    /// Where each segment lies.
    segments: Vec<Range<usize>>,
    parameters: Vec<Parameter<'t>>,
}

/// A parameter of the query.
#[derive(Debug)]
pub(super) struct Parameter<'t> {
    pub(super) name: Cow<'t, str>,
    pub(super) value: Cow<'t, str>,
    /// Where its value lies, the equals sign before it left out; at its end where it has none.
    at: Range<usize>,
    has_value: bool,
}

/// Where an index expression stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    /// In that segment.
    Segment(usize),
    /// In the only parameter `index`.
    Parameter,
    /// Nowhere: a parameter has to be added.
    Absent,
}

impl<'t> Target<'t> {
    /// A number sign ends the parameters, be it in the path (`RestUtils.decodeQueryString`); to the
    /// path it is a sign as others.
    pub(super) fn read(text: &'t str) -> Self {
        let (path, _) = path_and_query(text);
        let end = text.find('#').unwrap_or(text.len());
        let from = path.len() + 1;
        let query = text.get(from..end);
        let parameters = query.map(|query| parameters(query, from)).unwrap_or_default();
        Self { text, end, segments: segments(path).collect(), parameters }
    }

    /// The segments as they were sent: OpenSearch compares literals undecoded.
    pub(super) fn raw(&self) -> Vec<&'t str> {
        self.segments.iter().map(|range| &self.text[range.clone()]).collect()
    }

    pub(super) fn segment(&self, at: usize) -> Cow<'t, str> {
        self.segments
            .get(at)
            .map_or(Cow::Borrowed(""), |range| decoded(&self.text[range.clone()], false))
    }

    pub(super) fn parameters(&self) -> &[Parameter<'t>] {
        &self.parameters
    }

    /// The values of a parameter: the last one counts to OpenSearch.
    pub(super) fn values(&self, name: &'static str) -> impl Iterator<Item = &str> {
        let named = self.parameters.iter().filter(move |parameter| parameter.name == name);
        named.map(|parameter| &*parameter.value)
    }

    /// The target with the protected indices taken off the expression in that place.
    pub(super) fn narrowed(&self, place: Place) -> String {
        match place {
            Place::Segment(at) => match self.segments.get(at) {
                Some(range) => self.excluding(range, &self.segment(at)),
                None => self.text.to_owned(),
            },
            Place::Parameter => {
                match self.parameters.iter().find(|parameter| parameter.name == "index") {
                    Some(Parameter { at, has_value: false, .. }) => {
                        let (before, behind) = self.text.split_at(at.end);
                        format!("{before}=*{EXCLUSION}{behind}")
                    }
                    Some(parameter) => self.excluding(&parameter.at, &parameter.value),
                    None => self.text.to_owned(),
                }
            }
            Place::Absent => self.with(&format!("index=*{EXCLUSION}")),
        }
    }

    /// The target whose answer leaves out that field. The last `filter_path` counts.
    pub(super) fn without(&self, field: &str) -> String {
        let filters = self.parameters.iter().rfind(|parameter| parameter.name == "filter_path");
        let Some(Parameter { at, has_value, .. }) = filters else {
            return self.with(&format!("filter_path=-{field}"));
        };
        let (before, behind) = self.text.split_at(at.end);
        let joint = if *has_value { "," } else { "=" };
        format!("{before}{joint}-{field}{behind}")
    }

    /// The target with one parameter more, where it is read: before a number sign.
    fn with(&self, parameter: &str) -> String {
        let (before, behind) = self.text.split_at(self.end);
        let joint = if before.contains('?') { '&' } else { '?' };
        format!("{before}{joint}{parameter}{behind}")
    }

    fn excluding(&self, range: &Range<usize>, decoded: &str) -> String {
        let (before, behind) = (&self.text[..range.start], &self.text[range.end..]);
        let is_all = decoded == "_all" || decoded.trim_matches(',').is_empty();
        let list = if is_all { "*" } else { self.text[range.clone()].trim_end_matches(',') };
        format!("{before}{list}{EXCLUSION}{behind}")
    }
}

fn parameters(query: &str, from: usize) -> Vec<Parameter<'_>> {
    let mut at = from;
    let mut parameters = Vec::new();
    for pair in query.split(['&', ';']) {
        let end = at + pair.len();
        at = end + 1;
        if pair.is_empty() {
            continue;
        }
        let (name, value) = named(pair);
        parameters.push(Parameter {
            name: decoded(name, true),
            value: decoded(value.unwrap_or_default(), true),
            at: value.map_or(end..end, |value| end - value.len()..end),
            has_value: value.is_some(),
        });
    }
    parameters
}

/// `RestUtils`: the first equals sign ends a name, but not an empty one, which it is skipped for.
fn named(pair: &str) -> (&str, Option<&str>) {
    let pair = pair.trim_start_matches('=');
    pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)))
}

/// `RestUtils.decodeComponent`: `%%` is a percent sign; bytes that are no UTF-8 become U+FFFD. An
/// escape that is none, an error there, stays as it is.
pub(super) fn decoded(text: &str, plus_is_space: bool) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte != b'%' && !(plus_is_space && byte == b'+');
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut read = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (decoded, taken) = match (byte, hex(bytes, at + 1), hex(bytes, at + 2)) {
            (b'%', Some(high), Some(low)) => (high * 16 + low, 3),
            (b'%', ..) if bytes.get(at + 1) == Some(&b'%') => (b'%', 2),
            (b'+', ..) if plus_is_space => (b' ', 1),
            _ => (byte, 1),
        };
        read.push(decoded);
        at += taken;
    }
    Cow::Owned(String::from_utf8_lossy(&read).into_owned())
}

fn hex(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = char::from(*bytes.get(at)?).to_digit(16)?;
    u8::try_from(digit).ok()
}

/// Whether a text says a protected name after up to three rounds of decoding.
pub(super) fn is_mentioned_somehow(text: &str) -> bool {
    let is_near = |text: &str| {
        PROTECTED.iter().any(|name| {
            text.len() >= name.len()
                && text
                    .as_bytes()
                    .windows(name.len())
                    .any(|part| part.eq_ignore_ascii_case(name.as_bytes()))
        })
    };
    let mut text = Cow::Borrowed(text);
    for _ in 0..4 {
        if is_near(&text) && mentions(&text) {
            return true;
        }
        if !text.contains('%') {
            return false;
        }
        text = Cow::Owned(decoded(&text, false).into_owned());
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments_of(target: &str) -> Vec<String> {
        let target = Target::read(target);
        (0..target.raw().len()).map(|at| target.segment(at).into_owned()).collect()
    }

    #[test]
    fn a_path_is_split_before_it_is_decoded() {
        assert_eq!(segments_of("/"), Vec::<String>::new());
        assert_eq!(segments_of("/a/_count//"), ["a", "_count"]);
        assert_eq!(segments_of("//a/_count"), ["", "a", "_count"]);
        assert_eq!(segments_of("/a%2F_count"), ["a/_count"]);
        assert_eq!(segments_of("/%2Ea%2cb+c?x/y"), [".a,b+c"]);
        assert_eq!(Target::read("/%5Fsearch").raw(), ["%5Fsearch"]);
    }

    #[test]
    fn escapes_are_undone_once() {
        for (text, plain) in [
            ("%2e", "."),
            ("%252e", "%2e"),
            ("%%", "%"),
            ("%%2e", "%2e"),
            ("%", "%"),
            ("%2", "%2"),
            ("%zz", "%zz"),
            ("a+b", "a+b"),
        ] {
            assert_eq!(decoded(text, false), plain, "{text}");
        }
        assert_eq!(decoded("a+b%2B", true), "a b+");
        assert_eq!(decoded("+", true), " ");
        assert_eq!(decoded("%ff", false), "\u{fffd}");
    }

    #[test]
    fn a_query_has_two_separators_and_names_that_are_decoded() {
        let target = Target::read("/_search?a=1;%69ndex=x&index=y%2C+z&b&=index=w");
        let all: Vec<_> = target.values("index").collect();

        assert_eq!(all, ["x", "y, z", "w"]);
        assert_eq!(target.values("b").next(), Some(""));
    }

    #[test]
    fn a_number_sign_ends_the_query() {
        for (target, index) in [
            ("/_search?index=x#y&index=z", vec!["x"]),
            ("/_search?index=#", vec![""]),
            ("/_search?#index=x", vec![]),
            ("/a#b?index=x", vec![]),
            ("/a?index=x%23y", vec!["x#y"]),
        ] {
            assert_eq!(Target::read(target).values("index").collect::<Vec<_>>(), index, "{target}");
        }
        assert_eq!(segments_of("/a#b?c/_doc"), ["a#b"]);
    }

    #[test]
    fn an_exclusion_goes_where_the_wildcard_stands() {
        let narrowed = |target, place| Target::read(target).narrowed(place);
        let x = EXCLUSION;

        assert_eq!(narrowed("/*/_search?q=a", Place::Segment(0)), format!("/*{x}/_search?q=a"));
        assert_eq!(narrowed("/%5Fall/_count/", Place::Segment(0)), format!("/*{x}/_count/"));
        assert_eq!(narrowed("/a%2C*,/_count", Place::Segment(0)), format!("/a%2C*{x}/_count"));
        assert_eq!(narrowed("/,,/_count", Place::Segment(0)), format!("/*{x}/_count"));
        assert_eq!(narrowed("/_cat/count/*", Place::Segment(2)), format!("/_cat/count/*{x}"));
        assert_eq!(narrowed("/_search", Place::Absent), format!("/_search?index=*{x}"));
        assert_eq!(narrowed("/_search?", Place::Absent), format!("/_search?&index=*{x}"));
        assert_eq!(narrowed("/_search?a=b", Place::Absent), format!("/_search?a=b&index=*{x}"));
        assert_eq!(narrowed("/_search?#a", Place::Absent), format!("/_search?&index=*{x}#a"));
        assert_eq!(
            narrowed("/_search?index=.p*#a", Place::Parameter),
            format!("/_search?index=.p*{x}#a")
        );
        assert_eq!(
            narrowed("/_search?index=.p*&a", Place::Parameter),
            format!("/_search?index=.p*{x}&a")
        );
        assert_eq!(
            narrowed("/_search?index=&a", Place::Parameter),
            format!("/_search?index=*{x}&a")
        );
        assert_eq!(
            narrowed("/_search?a&index", Place::Parameter),
            format!("/_search?a&index=*{x}")
        );
        assert_eq!(
            narrowed("/_search?index;a", Place::Parameter),
            format!("/_search?index=*{x};a")
        );
    }

    #[test]
    fn a_field_is_left_out_whatever_else_is_filtered() {
        let without = |target| Target::read(target).without("a.b");

        assert_eq!(without("/x"), "/x?filter_path=-a.b");
        assert_eq!(without("/x?y"), "/x?y&filter_path=-a.b");
        assert_eq!(without("/x?y#z"), "/x?y&filter_path=-a.b#z");
        assert_eq!(without("/x?filter_path=c,d&y"), "/x?filter_path=c,d,-a.b&y");
        assert_eq!(without("/x?filter_path&y"), "/x?filter_path=-a.b&y");
        assert_eq!(without("/x?filter_path="), "/x?filter_path=,-a.b");
        assert_eq!(
            without("/x?filter%5Fpath=c;filter_path=d"),
            "/x?filter%5Fpath=c;filter_path=d,-a.b"
        );
    }

    #[test]
    fn a_name_is_found_under_every_coat() {
        for text in [
            "/.plugins-ml-model-group",
            "/%2eplugins-ml-model-group",
            "/%252eplugins-ml-model-group?",
            "/x?y=.Modelgate-Names",
            "/.plugins%252Dml-model-group",
        ] {
            assert!(is_mentioned_somehow(text), "{text}");
        }
        assert!(!is_mentioned_somehow("/.plugins-ml-model/_search?q=%25"));
    }
}
