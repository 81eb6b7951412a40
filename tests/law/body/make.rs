//! Strategies of JSON, out of which the bodies of searches are put together.

use std::ops::RangeInclusive;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};
use serde_json::{Map, Value};

/// Makes JSON values.
pub(crate) type Json = BoxedStrategy<Value>;

/// How often an option is given.
const OPTIONAL: f64 = 0.2;

pub(crate) fn just(value: impl Into<Value>) -> Json {
    Just(value.into()).boxed()
}

/// One of these values.
pub(crate) fn of<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Json {
    Union::new(values.into_iter().map(just)).boxed()
}

/// What one of these makes.
pub(crate) fn either(strategies: impl IntoIterator<Item = Json>) -> Json {
    Union::new(strategies).boxed()
}

/// The same, some of them so many times as often as others.
pub(crate) fn mostly(strategies: impl IntoIterator<Item = (u32, Json)>) -> Json {
    Union::new_weighted(strategies.into_iter().collect()).boxed()
}

pub(crate) fn list(item: Json, sizes: RangeInclusive<usize>) -> Json {
    vec(item, sizes).prop_map(Value::Array).boxed()
}

/// A value, or an array of some.
pub(crate) fn many(item: Json) -> Json {
    either([item.clone(), list(item, 1..=3)])
}

type Member = (&'static str, Json);

/// An object with some members always, and others now and then.
pub(crate) fn object(
    always: impl IntoIterator<Item = Member>,
    sometimes: impl IntoIterator<Item = Member>,
) -> Json {
    let given = |(key, value): Member| value.prop_map(move |value| Some((key.to_owned(), value)));
    let always = always.into_iter().map(|member| given(member).boxed());
    let option = |(key, value): Member| {
        let member = move |value| (key.to_owned(), value);
        weighted(OPTIONAL, value).prop_map(move |value| value.map(member)).boxed()
    };
    let members: Vec<_> = always.chain(sometimes.into_iter().map(option)).collect();
    members.prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
}

/// An object with one member.
pub(crate) fn clause(name: &'static str, body: Json) -> Json {
    object([(name, body)], [])
}

/// An object with one member whose name is made as well.
pub(crate) fn keyed(name: Json, body: Json) -> Json {
    (name, body)
        .prop_map(|(name, body)| Value::Object(Map::from_iter([(text(&name), body)])))
        .boxed()
}

/// An object with some of these names.
pub(crate) fn map(names: Json, values: Json, sizes: RangeInclusive<usize>) -> Json {
    let members = vec((names, values), sizes);
    members
        .prop_map(|members| members.iter().map(|(n, v)| (text(n), v.clone())).collect())
        .prop_map(Value::Object)
        .boxed()
}

/// The members of both objects.
pub(crate) fn both(one: Json, other: Json) -> Json {
    (one, other).prop_map(|(one, other)| merged(one, other)).boxed()
}

pub(crate) fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (one, _) => one,
    }
}

/// Several levels of what can stand inside itself.
pub(crate) fn levels(leaf: Json, depth: usize, around: impl Fn(Json) -> Json) -> Json {
    let deeper = |inner: Json, _| mostly([(2, leaf.clone()), (3, around(inner))]);
    (0..depth).fold(leaf.clone(), deeper)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
