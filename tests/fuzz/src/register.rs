//! The body of a register or update: it is read alike however it is spelled, and what its rules let through is seen by
//! whom it should be.

use modelgate::access::sees;
use modelgate::command::{Asked, Effect, Facts, Found, Mode, Register, Request, Stored, Update};
use modelgate::config::HiddenGroups;
use modelgate::group::{AccessMode, ModelGroup};
use modelgate::json::{Trailing, canonical};
use modelgate::principal::{Principal, Who};
use serde_json::{Map, Value, json};

/// Fails where a body is read in two ways, or opens a group to somebody.
pub fn check(body: &[u8]) {
    let world = [
        user("alice", &["IT", "HR"], false),
        user("bob", &["IT"], false),
        user("carol", &[], false),
        user("root", &["IT"], true),
    ];
    if let Some(asked) = read(body, Request::Register) {
        check_register(asked, &world);
    }
    if let Some(asked) = read(body, Request::Update) {
        check_update(&asked, &world);
    }
}

fn user(name: &str, roles: &[&str], admin: bool) -> Principal {
    let backend_roles = roles.iter().map(ToString::to_string).collect();
    Principal { name: name.to_owned(), backend_roles, admin, ..Principal::default() }
}

/// What a body asks for, to modelgate's parser, to itself in strict JSON, and to another one.
fn read(body: &[u8], of: Request) -> Option<Asked> {
    let asked = Asked::read(body, of);
    let Ok(plain) = canonical(body, Trailing::Ignored) else {
        assert!(asked.is_err(), "it is no JSON");
        return None;
    };
    let again = Asked::read(&plain, of);
    assert_eq!(asked.as_ref().ok(), again.as_ref().ok());
    let asked = asked.ok()?;
    if let Ok(value) = serde_json::from_slice::<Value>(&plain) {
        check_texts(&value, &asked);
    }
    Some(asked)
}

fn check_texts(value: &Value, asked: &Asked) {
    let pairs = [("name", &asked.name), ("description", &asked.description)];
    for (key, words) in pairs {
        if let Some(text) = value[key].as_str() {
            assert_eq!(words.as_ref().map(ToString::to_string).as_deref(), Some(text));
        }
        assert_eq!(words.is_some(), !value[key].is_null());
    }
    let roles = value["backend_roles"].as_array();
    assert_eq!(roles.map(Vec::len), asked.roles.as_ref().map(Vec::len));
    for (given, role) in roles.into_iter().flatten().zip(asked.roles()) {
        assert!(given.as_str().is_none_or(|given| given == role));
    }
    assert!(asked.unknown.iter().all(|key| value.get(key).is_some()));
}

fn facts(found: Found) -> Facts {
    Facts { found, homonym: None, has_models: false, hidden_groups: HiddenGroups::Absent }
}

fn check_register(asked: Asked, world: &[Principal]) {
    let Ok(command) = Register::of(asked.clone()) else { return };
    if let Ok(permitted) = command.clone().permit(Who::Anyone, &facts(Found::Nothing)) {
        let Effect::Create(document) = permitted.effect() else { panic!("no creation") };
        assert!(!asked.has_access_parameters() && document["access"] == "public");
    }
    for caller in world {
        let permitted = command.clone().permit(Who::User(caller), &facts(Found::Nothing));
        let Ok(Effect::Create(document)) = permitted.map(|permitted| permitted.effect()) else {
            continue;
        };
        assert_eq!(document["owner"]["name"], caller.name.as_str());
        assert_eq!(document["name"], command.name.as_str());
        if let Some(Mode::Known(mode)) = asked.mode {
            assert_eq!(document["access"], mode.name());
        }
        check_document(&document, caller, world);
    }
}

/// A document of the caller's: any parser reads it, its roles are its caller's, and whom it should be hidden from does
/// not see it.
fn check_document(document: &Map<String, Value>, caller: &Principal, world: &[Principal]) {
    check_json(document);
    let roles: Vec<&str> = document
        .get("backend_roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mode = document["access"].as_str().and_then(AccessMode::named).expect("a mode");
    let holds = |user: &Principal, role: &str| user.backend_roles.iter().any(|held| held == role);
    assert_eq!(mode == AccessMode::Restricted, !roles.is_empty());
    assert!(caller.admin || roles.iter().all(|role| holds(caller, role)));
    let group = ModelGroup::of(Value::Object(document.clone()));
    for user in world {
        let may_see = match mode {
            _ if user.admin || user.name == caller.name => true,
            AccessMode::Public => true,
            AccessMode::Private => false,
            AccessMode::Restricted => roles.iter().any(|role| holds(user, role)),
        };
        assert_eq!(sees(Who::User(user), &group), may_see, "{} and {document:?}", user.name);
    }
}

fn check_json(document: &Map<String, Value>) {
    let text = serde_json::to_vec(document).expect("JSON");
    let plain = canonical(&text, Trailing::Refused).expect("JSON to modelgate, too");
    let again: Map<String, Value> = serde_json::from_slice(&plain).expect("JSON");
    assert_eq!(document, &again);
}

fn check_update(asked: &Asked, world: &[Principal]) {
    let Ok(command) = Update::of("id".to_owned(), asked.clone()) else { return };
    let owner = json!({ "name": "alice" });
    for source in [
        json!({ "name": "g", "access": "private", "owner": owner }),
        json!({ "name": "g", "access": "public", "owner": owner }),
        json!({ "name": "g", "access": "restricted", "backend_roles": ["IT"], "owner": owner }),
        json!({ "name": "g", "access": "restricted", "backend_roles": ["Finance"], "owner": owner }),
        json!({ "name": "g", "backend_roles": ["HR"], "owner": owner }),
        json!({ "name": "g" }),
    ] {
        for caller in world.iter().map(Who::User).chain([Who::Anyone]) {
            let group = ModelGroup::of(source.clone());
            let stored = Stored { id: "id".to_owned(), group, version: (1, 1) };
            let found = Found::Group(Box::new(stored.clone()));
            let permitted = command.clone().permit(caller, facts(found));
            if let Ok(Effect::Update(_, changes)) = permitted.map(|permitted| permitted.effect()) {
                assert!(sees(caller, &stored.group));
                check_changes(&changes, caller, &stored.group, asked);
            }
        }
    }
}

/// Only an owner or an admin changes who sees a group; nobody else's roles are given away, and none is left to nobody.
fn check_changes(changes: &Map<String, Value>, who: Who<'_>, group: &ModelGroup, asked: &Asked) {
    check_json(changes);
    let changes_access = changes.contains_key("access") || changes.contains_key("backend_roles");
    let Some(user) = who.user() else { return assert!(!changes_access) };
    if !user.admin && group.owners() != [user.name.clone()] {
        assert!(!changes_access && !asked.changes_access());
    }
    let roles = changes.get("backend_roles").and_then(Value::as_array);
    for role in roles.into_iter().flatten() {
        assert!(user.admin || user.backend_roles.iter().any(|held| role == held), "{role}");
    }
    if changes.get("access").is_some_and(|access| access == "restricted") {
        assert!(roles.is_some_and(|roles| !roles.is_empty()), "restricted to nobody");
    } else {
        assert!(roles.is_none_or(Vec::is_empty), "roles without a restriction");
    }
}
