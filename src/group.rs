//! A model group as it is stored, by whichever version of ML Commons.

use serde_json::{Map, Value, json};

/// Who may see a group.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AccessMode {
    /// The owner.
    Private,
    /// Everybody.
    Public,
    /// Who shares a back-end role with the group, and the owner.
    Restricted,
}

impl AccessMode {
    /// The mode of that name, whatever its case.
    pub fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "private" => Some(Self::Private),
            "public" => Some(Self::Public),
            "restricted" => Some(Self::Restricted),
            _ => None,
        }
    }

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::Restricted => "restricted",
        }
    }
}

/// A stored group. What an older version left out, or wrote as a string where an array belongs,
/// is read all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelGroup {
    source: Map<String, Value>,
}

impl ModelGroup {
    /// The group of a document's `_source`.
    pub fn of(source: Value) -> Self {
        match source {
            Value::Object(source) => Self { source },
            Value::Array(_)
            | Value::Bool(_)
            | Value::Null
            | Value::Number(_)
            | Value::String(_) => Self { source: Map::new() },
        }
    }

    /// Whether each of these members is there, with that value.
    pub fn has_all(&self, members: &Map<String, Value>) -> bool {
        members.iter().all(|(key, value)| self.source.get(key) == Some(value))
    }

    /// The name.
    pub fn name(&self) -> Option<&str> {
        self.source.get("name").and_then(Value::as_str)
    }

    /// The mode; `None` in documents older than it, or where it is none that is known. Of several
    /// the most open counts, as it does in a search.
    pub fn access(&self) -> Option<AccessMode> {
        let said = texts(self.source.get("access"));
        [AccessMode::Public, AccessMode::Private, AccessMode::Restricted]
            .into_iter()
            .find(|mode| said.iter().any(|name| name == mode.name()))
    }

    /// The back-end roles it is restricted to.
    pub fn backend_roles(&self) -> Vec<String> {
        texts(self.source.get("backend_roles"))
    }

    /// Whether there is an owner, be it one without a name.
    pub fn has_owner(&self) -> bool {
        flat(self.source.get("owner")).into_iter().any(Value::is_object)
    }

    /// The owner's name; the index may hold several.
    pub fn owners(&self) -> Vec<String> {
        let owners = flat(self.source.get("owner"));
        owners.into_iter().flat_map(|owner| texts(owner.get("name"))).collect()
    }

    /// What `GET` answers: the known members in ML Commons' order (recorded in
    /// `golden/lifecycle`), absent ones left out.
    pub fn shown(&self) -> Value {
        let mut shown = Map::new();
        let mut show = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                shown.insert(key.to_owned(), value);
            }
        };
        show("name", self.given("name"));
        show("latest_version", Some(self.given("latest_version").unwrap_or_else(|| json!(0))));
        show("description", self.given("description"));
        let roles = self.backend_roles();
        show("backend_roles", (!roles.is_empty()).then(|| json!(roles)));
        show("owner", self.source.get("owner").filter(|owner| owner.is_object()).map(shown_owner));
        for key in ["access", "created_time", "last_updated_time", "tenant_id"] {
            show(key, self.given(key));
        }
        Value::Object(shown)
    }

    fn given(&self, key: &str) -> Option<Value> {
        self.source.get(key).filter(|value| !value.is_null()).cloned()
    }
}

fn shown_owner(owner: &Value) -> Value {
    let list = |key: &str| json!(texts(owner.get(key)));
    let given = |key: &str| owner.get(key).cloned().unwrap_or(Value::Null);
    json!({
        "name": given("name"),
        "backend_roles": list("backend_roles"),
        "roles": list("roles"),
        "user_requested_tenant": given("user_requested_tenant"),
        "user_requested_tenant_access": given("user_requested_tenant_access"),
        "custom_attribute_names": list("custom_attribute_names"),
    })
}

/// What the index holds of a value as texts.
fn texts(value: Option<&Value>) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        Value::Bool(bool) => Some(bool.to_string()),
        Value::Array(_) | Value::Null | Value::Number(_) | Value::Object(_) => None,
    };
    flat(value).into_iter().filter_map(text).collect()
}

/// A value and arrays of it, however deep, are the same to the index.
fn flat(value: Option<&Value>) -> Vec<&Value> {
    match value {
        None => Vec::new(),
        Some(Value::Array(items)) => items.iter().flat_map(|item| flat(Some(item))).collect(),
        Some(value) => vec![value],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_shown_in_ml_commons_order() {
        let group = ModelGroup::of(json!({
            "created_time": 5, "access": "restricted", "backend_roles": ["IT"], "name": "g",
            "owner": { "name": "alice", "backend_roles": ["IT"] }, "colour": "red",
        }));

        assert_eq!(
            group.shown().to_string(),
            r#"{"name":"g","latest_version":0,"backend_roles":["IT"],"owner":{"name":"alice","backend_roles":["IT"],"roles":[],"user_requested_tenant":null,"user_requested_tenant_access":null,"custom_attribute_names":[]},"access":"restricted","created_time":5}"#
        );
    }

    #[test]
    fn a_group_has_a_change_where_each_member_is_as_it_says() {
        let group = ModelGroup::of(json!({ "name": "g", "access": "public" }));
        let has = |members: Value| group.has_all(members.as_object().unwrap());

        assert!(has(json!({})));
        assert!(has(json!({ "name": "g", "access": "public" })));
        assert!(!has(json!({ "name": "g", "access": "private" })));
        assert!(!has(json!({ "description": null })));
    }

    #[test]
    fn what_older_versions_wrote_is_read() {
        let group = ModelGroup::of(json!({ "backend_roles": "IT", "owner": null, "access": null }));

        assert_eq!(group.backend_roles(), ["IT"]);
        assert!(!group.has_owner());
        assert_eq!(group.access(), None);
    }

    #[test]
    fn arrays_are_read_as_the_index_reads_them() {
        let group = ModelGroup::of(json!({
            "access": ["private", ["public"]], "backend_roles": [5, null, ["IT", true], 1.5],
            "owner": [null, { "name": ["alice", "bob"] }, [{}]],
        }));

        assert_eq!(group.access(), Some(AccessMode::Public));
        assert_eq!(group.backend_roles(), ["5", "IT", "true"]);
        assert_eq!(group.owners(), ["alice", "bob"]);
        assert!(group.has_owner());
    }
}
