//! Index expressions as OpenSearch's `IndexNameExpressionResolver` reads them, and whether one
//! reaches a protected index.
//!
//! What is read here as reaching is always a superset of what OpenSearch resolves: letters are
//! folded, blanks are trimmed, `?` is a wildcard as in the Security plugin, and what a date can
//! print is anything. Tried on a real 3.4 node: `<.plug{now/d{'ins-ml-model-group'}}>` and `,`
//! (every index) reach the group index.

use std::borrow::Cow;

/// The indices that only modelgate itself may reach: ML Commons' groups, and the reserved names.
pub const PROTECTED: [&str; 2] = [".plugins-ml-model-group", ".modelgate-names"];

/// What takes the protected indices off a list that ends in a wildcard. Patterns, as a missing
/// name would be an error; with their dot, as only that matches hidden indices in any case.
pub(super) const EXCLUSION: &str = ",-.plugins-ml-model-group*,-.modelgate-names*";

/// Whether an expression reaches a protected index.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Reach {
    /// It cannot.
    Nothing,
    /// It does, among others, and [`EXCLUSION`] takes that away.
    Included,
    /// It does, among others, and nothing that can be appended takes that away.
    Mixed,
    /// It says the name, or what can print as the name.
    Named,
}

impl Reach {
    /// Of several lists, of which nobody knows which one counts: nothing can be taken off.
    pub(super) fn of_several<'l>(lists: impl Iterator<Item = &'l str>) -> Self {
        match lists.map(reach).max() {
            None | Some(Self::Nothing) => Self::Nothing,
            Some(Self::Included | Self::Mixed) => Self::Mixed,
            Some(Self::Named) => Self::Named,
        }
    }
}

/// What one entry of a list says.
enum Entry<'e> {
    All,
    /// All but that.
    AllBut,
    Date(String),
    Excluded(&'e str),
    Plain(&'e str),
}

/// The wildcards of one cluster, this one or a remote one, and whether they hold each name.
struct Wildcards<'e> {
    cluster: &'e str,
    seen: bool,
    holds: [bool; PROTECTED.len()],
}

/// What a list of names, separated by commas, reaches. Nothing but commas is every index.
pub(super) fn reach(list: &str) -> Reach {
    if is_one_name(list) {
        return if is_protected(list) { Reach::Named } else { Reach::Nothing };
    }
    let mut read = List::default();
    for entry in list.split(',') {
        if read.take(entry) == Reach::Named {
            return Reach::Named;
        }
    }
    read.reach()
}

/// Whether a list is surely nothing but one name: what else may stand there has other signs, or
/// begins with one of these.
fn is_one_name(list: &str) -> bool {
    !list.is_empty() && !list.starts_with(['-', '_']) && list.bytes().all(is_plain)
}

/// Whether it has no meaning of its own where it stands behind the first sign of a name.
pub(super) fn is_plain(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_')
}

/// A list as far as it is read.
#[derive(Default)]
struct List<'e> {
    clusters: Vec<Wildcards<'e>>,
    /// Entries that are not empty.
    entries: usize,
    has_all: bool,
    /// Whether it begins with an exclusion: behind one that is no wildcard, no other is one.
    has_all_but: bool,
}

impl<'e> List<'e> {
    fn take(&mut self, entry: &'e str) -> Reach {
        let (cluster, entry) = of_cluster(entry);
        if entry.is_empty() && cluster.is_empty() {
            return Reach::Nothing;
        }
        let is_first = self.entries == 0;
        self.entries += 1;
        let wildcards = of(&mut self.clusters, cluster);
        match Entry::of(entry, wildcards.seen, is_first) {
            Entry::All => {
                self.has_all |= cluster.is_empty();
                wildcards.add("*");
            }
            Entry::AllBut => {
                self.has_all_but = true;
                wildcards.add("*");
            }
            Entry::Date(pattern) if PROTECTED.iter().any(|name| matches(&pattern, name)) => {
                return Reach::Named;
            }
            Entry::Date(_) => {}
            Entry::Excluded(pattern) => wildcards.remove(pattern),
            Entry::Plain(name) if is_pattern(name) => wildcards.add(name),
            Entry::Plain(name) if is_protected(name) => return Reach::Named,
            Entry::Plain(_) => {}
        }
        Reach::Nothing
    }

    fn reach(&self) -> Reach {
        let held = |wildcards: &Wildcards<'_>| wildcards.holds.contains(&true);
        let held_elsewhere = self.clusters.iter().any(|one| held(one) && !one.cluster.is_empty());
        match self.clusters.iter().any(held) {
            _ if self.entries == 0 => Reach::Included,
            _ if self.has_all_but || self.has_all && self.entries > 1 => Reach::Mixed,
            false => Reach::Nothing,
            true if held_elsewhere => Reach::Mixed,
            true => Reach::Included,
        }
    }
}

/// Whether a list reaches a protected index, and not only by the bare `*` and `_all`, which are
/// everybody's word for everything.
pub(super) fn reaches_by_more_than_a_star(list: &str) -> bool {
    let is_bare =
        |entry: &str| entry.trim_matches(['*', '?', '%', ' ']).is_empty() || entry == "_all";
    match reach(list) {
        Reach::Nothing => false,
        Reach::Named => true,
        Reach::Included | Reach::Mixed => list
            .split(',')
            .filter(|entry| !is_bare(entry) && !entry.starts_with('-'))
            .any(|entry| reach(entry) != Reach::Nothing),
    }
}

/// Whether a text that is used as one name is that of a protected index.
pub(super) fn is_protected(name: &str) -> bool {
    PROTECTED.iter().any(|protected| protected.eq_ignore_ascii_case(name))
}

/// A cheap first look: all names have `model` in them, dates begin with a bracket, and a backslash
/// may hide either in JSON within JSON.
pub(super) fn could_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2(b'<', b'\\', bytes).is_some()
        || memchr::memchr2_iter(b'm', b'M', bytes)
            .any(|at| bytes[at..].get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"model")))
}

/// Whether a text has a protected name in it, not as a part of a longer one.
pub(super) fn mentions(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let in_a_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    let stands_alone = |(at, name): (usize, &str)| {
        let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + name.len()..]);
        !before.last().is_some_and(|byte| in_a_name(byte) || *byte == b'.')
            && !after.first().is_some_and(in_a_name)
    };
    PROTECTED.iter().any(|name| text.match_indices(name).any(stands_alone))
}

/// Whether a pattern of `*` and `?` matches a text, whatever the case of its letters.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(byte) if *byte == b'?' || byte.eq_ignore_ascii_case(&text[t]) => {
                (p, t) = (p + 1, t + 1);
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

pub(super) fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

impl<'e> Entry<'e> {
    /// An exclusion is one only behind a wildcard, and as it stands: behind a blank it is a name.
    /// A first one is everything else to the restore of a snapshot (`SnapshotUtils`).
    fn of(entry: &'e str, wildcard_seen: bool, is_first: bool) -> Self {
        match entry.strip_prefix('-') {
            Some(excluded) if wildcard_seen => return Self::Excluded(excluded),
            Some(_) if is_first => return Self::AllBut,
            Some(_) | None => {}
        }
        let entry = entry.trim();
        let entry = entry.strip_prefix('+').unwrap_or(entry);
        match entry {
            "" => Self::All,
            _ if entry.eq_ignore_ascii_case("_all") => Self::All,
            _ if entry.starts_with('<') && entry.ends_with('>') => Self::Date(printed(entry)),
            _ => Self::Plain(entry),
        }
    }
}

impl Wildcards<'_> {
    fn add(&mut self, pattern: &str) {
        self.seen |= pattern.contains('*');
        for (holds, name) in self.holds.iter_mut().zip(PROTECTED) {
            *holds |= matches(pattern, name);
        }
    }

    /// An exclusion without its dot leaves hidden indices in.
    fn remove(&mut self, pattern: &str) {
        let is_certain = |name: &&str| pattern.starts_with('.') && matches_exactly(pattern, name);
        for (holds, name) in self.holds.iter_mut().zip(PROTECTED) {
            *holds &= !is_certain(&name);
        }
    }
}

/// As OpenSearch matches: by `*` only, letter for letter.
fn matches_exactly(pattern: &str, name: &str) -> bool {
    let folds = pattern.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'?');
    !folds && matches(pattern, name)
}

/// The cluster before a colon, and the rest. A date's format may hold colons of its own.
pub(super) fn of_cluster(entry: &str) -> (&str, &str) {
    match entry.split_once(':') {
        Some((cluster, rest)) if !cluster.contains('<') => (cluster, rest),
        _ => ("", entry),
    }
}

fn of<'w, 'e>(clusters: &'w mut Vec<Wildcards<'e>>, cluster: &'e str) -> &'w mut Wildcards<'e> {
    let at = clusters.iter().position(|known| known.cluster == cluster).unwrap_or_else(|| {
        clusters.push(Wildcards { cluster, seen: false, holds: [false; PROTECTED.len()] });
        clusters.len() - 1
    });
    &mut clusters[at]
}

/// What `<…>` can print, as a pattern: its placeholders print anything (a format quotes literals),
/// its backslashes nothing.
fn printed(expression: &str) -> String {
    let inner = &expression[1..expression.len() - 1];
    let mut pattern = String::with_capacity(inner.len());
    let (mut depth, mut escaped) = (0_usize, false);
    for sign in inner.chars() {
        match sign {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '{' if !escaped => {
                depth += 1;
                pattern.push('*');
            }
            '}' if !escaped => depth = depth.saturating_sub(1),
            _ if depth == 0 => pattern.push(sign),
            _ => {}
        }
        escaped = false;
    }
    pattern
}

/// The text with what a template would fill in (`{{…}}`, `${…}`) as a wildcard; `None` where
/// nothing is filled in.
pub(super) fn filled(text: &str) -> Option<String> {
    if !text.contains('{') || !text.contains("{{") && !text.contains("${") {
        return None;
    }
    if ["{{#", "{{^", "{{=", "{{>", "{{!"].iter().any(|tag| text.contains(tag)) {
        return Some("*".to_owned());
    }
    let mut pattern = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = [rest.find("{{"), rest.find("${")].into_iter().flatten().min() {
        pattern.push_str(&rest[..at]);
        pattern.push('*');
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end);
        rest = rest[end..].trim_start_matches('}');
    }
    pattern.push_str(rest);
    Some(pattern)
}

/// A list as it is worth showing in a reason.
pub(super) fn shown(list: &str) -> Cow<'_, str> {
    const LONGEST: usize = 100;
    match list.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &list[..end])),
        None => Cow::Borrowed(list),
    }
}

#[cfg(test)]
mod tests;
