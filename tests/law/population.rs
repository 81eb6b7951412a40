//! Clusters that differ only in what a caller may not see.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any};
use proptest::sample::{Index, select};
use proptest::strategy::BoxedStrategy;
use serde_json::{Map, Value, json};

use crate::body::words::{COMMON, OWNERS, ROLES, SECRET};
use crate::callers::Caller;
use crate::stack::Stack;

/// What an index holds, in the order of writing.
#[derive(Clone, Debug)]
pub(crate) struct Population {
    /// The documents of each segment, by their ids.
    segments: Vec<Vec<(String, Value)>>,
    /// Those that are deleted in the end.
    deleted: Vec<String>,
    /// Whether the segments are merged in the end: to OpenSearch they are when enough was written or deleted.
    is_merged: bool,
    /// The document of an index that no caller may read, if it has one.
    elsewhere: Option<Value>,
}

/// Two clusters that are one to the caller.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) visible: Vec<(String, Value)>,
    pub(crate) a: Population,
    pub(crate) b: Population,
}

impl Population {
    pub(crate) fn load(&self, stack: &mut Stack) {
        stack.empty();
        for segment in &self.segments {
            stack.write(segment.iter().map(|(id, source)| (id.as_str(), source)));
        }
        self.deleted.iter().for_each(|id| stack.remove(id));
        if self.is_merged {
            stack.merge();
        }
        stack.write_elsewhere(self.elsewhere.as_ref());
    }

    /// These groups of it alone.
    pub(crate) fn only(&self, groups: &[(String, Value)]) -> Self {
        let mut segments = self.segments.clone();
        segments.iter_mut().for_each(|segment| segment.retain(|group| groups.contains(group)));
        Self { segments, deleted: Vec::new(), is_merged: false, elsewhere: self.elsewhere.clone() }
    }

    /// Every group, deleted ones too.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &(String, Value)> {
        self.segments.iter().flatten()
    }

    /// One more group, behind the others.
    pub(crate) fn push(&mut self, id: &str, source: Value) {
        self.segments.push(vec![(id.to_owned(), source)]);
    }

    /// The ids of each segment, those of visible groups begin with `v` and a digit.
    pub(crate) fn ids(&self) -> String {
        let ids = |segment: &Vec<(String, Value)>| {
            let ids: Vec<_> = segment.iter().map(|(id, _)| id.as_str()).collect();
            ids.join(" ")
        };
        self.segments.iter().map(ids).collect::<Vec<_>>().join(" | ")
    }

    /// The hidden groups stand behind so many of the visible ones; segments end at the same ones, and may be merged for
    /// the sake of hidden groups.
    fn of(
        visible: &[(String, Value)],
        (hidden, merges): (&[Hidden], bool),
        cuts: &[Index],
        elsewhere: Option<Value>,
    ) -> Self {
        let ends: Vec<_> = cuts.iter().map(|cut| cut.index(visible.len() + 1)).collect();
        let mut segments = vec![Vec::new()];
        for at in 0..=visible.len() {
            let here = hidden.iter().filter(|group| group.at.index(visible.len() + 1) == at);
            let last = segments.last_mut().expect("there is one");
            last.extend(here.map(|group| (group.id.clone(), group.source.clone())));
            last.extend(visible.get(at).cloned());
            if ends.contains(&at) {
                segments.push(Vec::new());
            }
        }
        let deleted = hidden.iter().filter(|group| group.deleted);
        let deleted = deleted.map(|group| group.id.clone()).collect();
        Self { segments, deleted, is_merged: merges && !hidden.is_empty(), elsewhere }
    }
}

/// A group that the caller does not see.
#[derive(Clone, Debug)]
struct Hidden {
    id: String,
    source: Value,
    at: Index,
    deleted: bool,
}

/// Two populations for the caller.
pub(crate) fn pairs(caller: Caller) -> BoxedStrategy<Pair> {
    let visible = proptest::prop_oneof![
        1 => vec(group(&COMMON, 6, 5), 0..3),
        5 => vec(group(&COMMON, 6, 5), 3..60),
    ];
    let cuts = vec(any::<Index>(), 0..=2);
    let others = |mark| (hidden(caller, mark), any::<bool>());
    (visible, cuts, others('a'), others('b'))
        .prop_map(move |(groups, cuts, a, b)| {
            let ids = (0..groups.len()).map(|number| format!("v{number:02}"));
            let visible: Vec<_> = ids.zip(groups.into_iter().map(|g| shown(caller, g))).collect();
            let of = |(hidden, merges): &(Vec<Hidden>, bool), elsewhere| {
                Population::of(&visible, (hidden, *merges), &cuts, elsewhere)
            };
            let secret = json!({ "access": "public", "name": "red", "description": "green" });
            let (a, b) = (of(&a, Some(secret)), of(&b, None));
            Pair { visible, a, b }
        })
        .boxed()
}

/// None, some, some and one of very many words, or so many that lists of terms are cut short.
fn hidden(caller: Caller, mark: char) -> BoxedStrategy<Vec<Hidden>> {
    if caller.admin {
        return Just(Vec::new()).boxed();
    }
    let words: &[&str] = if mark == 'a' { &SECRET } else { &["zebra", "red", "payroll", "rex"] };
    let some = (group(words, 1000, 900), any::<Index>(), proptest::bool::weighted(0.1));
    let crowd = (crowded(), any::<Index>(), Just(false));
    let endless = (endless(), any::<Index>(), Just(false));
    let groups = proptest::prop_oneof![
        2 => Just(Vec::new()),
        6 => vec(some.clone().boxed(), 1..30),
        2 => (vec(some.boxed(), 1..30), endless).prop_map(|(mut some, endless)| {
            some.push(endless);
            some
        }),
        2 => vec(crowd.boxed(), 60..120),
    ];
    let named = move |(number, (source, at, deleted)): (usize, (Value, Index, bool))| {
        let id = format!("{}{mark}{number:03}", ["0", "v", "z"][number % 3]);
        Hidden { id, source: unseen(caller, source), at, deleted }
    };
    groups.prop_map(move |groups| groups.into_iter().enumerate().map(named).collect()).boxed()
}

/// A group of a name that is near many words.
fn crowded() -> BoxedStrategy<Value> {
    let letter = || proptest::char::range('a', 'z');
    let name = (select(vec!["r", "re", "gree", "mode"]), letter(), letter());
    let named = |((start, one, two), group): ((&str, char, char), Value)| {
        with(group, "name", json!(format!("{start}{one} {start}{two}d ranker{one}")))
    };
    (name, group(&COMMON, 9, 9)).prop_map(named).boxed()
}

/// A group with more words of one beginning than OpenSearch lets a query have clauses (1,024).
fn endless() -> BoxedStrategy<Value> {
    let words: Vec<_> = (0..1100).map(|number| format!("re{number:03}")).collect();
    group(&COMMON, 9, 9)
        .prop_map(move |group| with(group, "description", json!(words.join(" "))))
        .boxed()
}

/// A group of these words, as one or another version of ML Commons writes it.
fn group(words: &'static [&'static str], versions: i64, days: i64) -> BoxedStrategy<Value> {
    let text = |most| vec(select(words), 1..=most).prop_map(|words| words.join(" "));
    let roles = || vec(select(ROLES.to_vec()), 0..=3);
    let modes = select(vec!["public", "private", "restricted", ""]);
    let time = move || (-days..=days).prop_map(|day| 1_700_500_000_000 + day * 80_000_000);
    let tenants = select(vec!["null", "t1", "t2"]);
    let owner = proptest::option::weighted(0.85, (select(OWNERS.to_vec()), roles(), tenants));
    let rare = (proptest::bool::weighted(0.1), 0..versions, 0..4_usize);
    (text(4), text(8), roles(), modes, owner, (time(), time()), rare)
        .prop_map(|(name, description, roles, mode, owner, times, (old, version, shared))| {
            let owner = owner.map(|(name, roles, tenant)| {
                json!({
                    "name": name, "backend_roles": roles, "roles": ["ml_full_access"],
                    "user_requested_tenant": tenant, "user_requested_tenant_access": "NONE",
                    "custom_attribute_names": [],
                })
            });
            let shared: Vec<_> = OWNERS.iter().take(shared).collect();
            let group = json!({
                "name": name, "latest_version": version, "description": description,
                "backend_roles": roles, "owner": owner, "access": mode, "created_time": times.0,
                "last_updated_time": times.1, "tenant_id": (version == 2).then_some("t1"),
                "all_shared_principals": (!shared.is_empty()).then_some(shared),
            });
            let is_given = |key: &str, value: &Value| match key {
                "created_time" | "latest_version" => !old,
                _ => !value.is_null() && *value != json!("") && *value != json!([]),
            };
            let Value::Object(group) = group else { return group };
            group
                .into_iter()
                .filter(|(key, value)| is_given(key, value))
                .collect::<Map<_, _>>()
                .into()
        })
        .boxed()
}

/// The group, made visible to the caller.
fn shown(caller: Caller, group: Value) -> Value {
    match group["latest_version"].as_i64() {
        _ if caller.sees(&group) => group,
        Some(0 | 2) if !caller.backend_roles.is_empty() => {
            let group = with(group, "access", json!("restricted"));
            with(group, "backend_roles", json!(caller.backend_roles))
        }
        Some(1) => {
            with(with(group, "access", json!("private")), "owner", json!({ "name": caller.name }))
        }
        _ => with(group, "access", json!("public")),
    }
}

/// The group, hidden from the caller.
fn unseen(caller: Caller, group: Value) -> Value {
    if !caller.sees(&group) {
        return group;
    }
    let owner = json!({ "name": "root", "backend_roles": ["Board"], "roles": ["all_access"] });
    with(with(group, "access", json!("private")), "owner", owner)
}

fn with(mut group: Value, key: &str, value: Value) -> Value {
    group[key] = value;
    group
}
