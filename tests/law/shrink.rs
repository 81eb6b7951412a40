//! Makes a search that tells of hidden groups smaller, as long as it does.

use serde_json::Value;

/// Everything that a value can be made into by leaving out one part of it, the largest part first.
pub(crate) fn smaller(value: &Value) -> Vec<Value> {
    let mut smaller = without_one_part(value);
    smaller.sort_by_key(|value| value.to_string().len());
    smaller
}

fn without_one_part(value: &Value) -> Vec<Value> {
    let mut made = Vec::new();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.shift_remove(name);
                made.push(Value::Object(without));
                for smaller in inside(member) {
                    let mut with = members.clone();
                    with[name] = smaller;
                    made.push(Value::Object(with));
                }
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let mut without = items.clone();
                without.remove(at);
                made.push(Value::Array(without));
                for smaller in inside(item) {
                    let mut with = items.clone();
                    with[at] = smaller;
                    made.push(Value::Array(with));
                }
            }
        }
        Value::Bool(_) | Value::Null | Value::Number(_) | Value::String(_) => {}
    }
    made
}

/// A part made smaller, or one of its own parts in its place.
fn inside(part: &Value) -> Vec<Value> {
    let mut made = without_one_part(part);
    let grandchildren = |value: &Value| match value {
        Value::Object(members) => members.values().cloned().collect(),
        Value::Array(items) => items.clone(),
        _ => Vec::new(),
    };
    let children: Vec<Value> = grandchildren(part);
    made.extend(children.iter().flat_map(grandchildren).filter(|value| value.is_object()));
    made.extend(children.into_iter().filter(|value| value.is_object()));
    made
}
