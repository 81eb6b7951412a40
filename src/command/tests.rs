//! The rules as tables: a row a verdict. Order matters: the first broken rule is the one told.

use serde_json::{Value, json};

use super::*;
use crate::principal::{Principal, TenantAccess, Who};

fn user(name: &str, roles: &[&str]) -> Principal {
    let backend_roles = roles.iter().map(ToString::to_string).collect();
    Principal { name: name.to_owned(), backend_roles, ..Principal::default() }
}

fn admin() -> Principal {
    Principal { admin: true, ..user("root", &[]) }
}

fn facts(found: Found) -> Facts {
    Facts { found, homonym: None, has_models: false, hidden_groups: HiddenGroups::Revealed }
}

fn group(access: &str, roles: &[&str], owner: &str) -> Found {
    let group = json!({
        "name": "old", "access": access, "backend_roles": roles, "owner": { "name": owner },
    });
    Found::Group(Box::new(Stored {
        id: "id".to_owned(),
        group: ModelGroup::of(group),
        version: (3, 1),
    }))
}

fn asked(body: &Value, of: Request) -> Asked {
    Asked::read(body.to_string().as_bytes(), of).unwrap()
}

fn registered(body: Value, who: Who<'_>) -> Result<Value, Denial> {
    let mut body = body;
    body["name"] = json!("g");
    let command = Register::of(asked(&body, Request::Register)).unwrap();
    match command.permit(who, &facts(Found::Nothing))?.effect() {
        Effect::Create(document) => Ok(Value::Object(document)),
        other => panic!("{other:?}"),
    }
}

fn updated(body: Value, who: Who<'_>, found: Found) -> Result<Value, Denial> {
    let command = Update::of("id".to_owned(), asked(&body, Request::Update)).unwrap();
    match command.permit(who, facts(found))?.effect() {
        Effect::Update(_, changes) => Ok(Value::Object(changes)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn register_applies_its_rules_in_order() {
    use Denial::*;
    let (it, none, root) = (user("alice", &["IT", "HR"]), user("dave", &[]), admin());
    let unknown = UnknownMode("secret".to_owned());
    for (who, body, expected) in [
        (&it, json!({ "backend_roles": ["IT"], "add_all_backend_roles": true }), RolesAmbiguous),
        (&it, json!({ "access_mode": "public", "backend_roles": ["IT"] }), RolesNeedRestricted),
        (
            &it,
            json!({ "access_mode": "private", "add_all_backend_roles": true }),
            RolesNeedRestricted,
        ),
        (&it, json!({ "access_mode": "restricted" }), RolesMissing),
        (&it, json!({ "access_mode": "restricted", "backend_roles": [] }), RolesMissing),
        (
            &it,
            json!({ "access_mode": "restricted", "backend_roles": ["IT"], "add_all_backend_roles": true }),
            RolesAmbiguous,
        ),
        (&it, json!({ "backend_roles": ["Finance"] }), RolesNotHeld),
        (&it, json!({ "backend_roles": ["IT", "it"] }), RolesNotHeld),
        (&it, json!({ "access_mode": "secret", "backend_roles": ["Finance"] }), unknown),
        (&none, json!({ "access_mode": "restricted" }), NoRoles),
        (&none, json!({ "backend_roles": ["IT"] }), NoRoles),
        (&none, json!({ "add_all_backend_roles": true }), NoRoles),
        (&root, json!({ "add_all_backend_roles": true }), AdminAddsAllRoles),
        (
            &root,
            json!({ "access_mode": "restricted", "backend_roles": ["x"], "add_all_backend_roles": true }),
            AdminAddsAllRoles,
        ),
        (&root, json!({ "access_mode": "restricted" }), RolesMissing),
    ] {
        assert_eq!(registered(body.clone(), Who::User(who)), Err(expected), "{} {body}", who.name);
    }
}

#[test]
fn register_stores_what_was_asked_in_ml_commons_order() {
    let alice = user("alice", &["IT", "HR"]);
    let stored = |body| registered(body, Who::User(&alice)).unwrap();

    let all = stored(json!({ "add_all_backend_roles": true, "description": "d" }));
    let plain = stored(json!({}));

    let keys: Vec<_> = all.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["name", "latest_version", "description", "backend_roles", "owner", "access"]);
    assert_eq!(
        (&all["access"], &all["backend_roles"]),
        (&json!("restricted"), &json!(["IT", "HR"]))
    );
    assert_eq!(plain["access"], "private");
    assert_eq!(plain["owner"]["user_requested_tenant"], "null");
    assert_eq!(plain.get("backend_roles"), None);
    assert_eq!(stored(json!({ "access_mode": "Public" }))["access"], "public");
    assert_eq!(stored(json!({ "backend_roles": ["HR"] }))["backend_roles"], json!(["HR"]));
}

#[test]
fn an_owner_is_stored_with_the_tenant_that_was_asked_for() {
    for (tenant_access, name) in
        [(TenantAccess::None, "NONE"), (TenantAccess::Read, "READ"), (TenantAccess::Write, "WRITE")]
    {
        let tenant = Some("t".to_owned());
        let alice = Principal { tenant, tenant_access, ..user("alice", &[]) };

        let owner = &registered(json!({}), Who::User(&alice)).unwrap()["owner"];

        assert_eq!(owner["user_requested_tenant"], "t");
        assert_eq!(owner["user_requested_tenant_access"], name);
    }
}

#[test]
fn a_denial_has_the_status_and_type_of_its_kind() {
    for (denial, status, kind) in [
        (Denial::NoRoles, 400, "illegal_argument_exception"),
        (Denial::NotVisible, 403, "status_exception"),
        (Denial::NoGroup("id".to_owned()), 404, "status_exception"),
        (Denial::HasModels, 409, "status_exception"),
    ] {
        assert_eq!((denial.status(), denial.kind()), (status, kind), "{denial}");
    }
    let kind = |body: &[u8]| Asked::read(body, Request::Register).unwrap_err().kind();
    assert_eq!((kind(b"[]"), kind(b"{")), ("parsing_exception", "json_e_o_f_exception"));
}

#[test]
fn an_admin_may_name_roles_that_nobody_has() {
    let root = admin();

    let stored = registered(json!({ "backend_roles": ["nobody"] }), Who::User(&root)).unwrap();

    assert_eq!(stored["backend_roles"], json!(["nobody"]));
}

#[test]
fn without_access_control_no_access_parameter_may_be_given() {
    for body in [
        json!({ "access_mode": "public" }),
        json!({ "add_all_backend_roles": false }),
        json!({ "backend_roles": ["IT"] }),
    ] {
        assert_eq!(registered(body.clone(), Who::Anyone), Err(Denial::ControlOff), "{body}");
        let update = updated(body.clone(), Who::Anyone, group("public", &[], "alice"));
        assert_eq!(update, Err(Denial::ControlOff), "{body}");
    }
    let stored = registered(json!({ "backend_roles": [] }), Who::Anyone).unwrap();
    assert_eq!((&stored["access"], stored.get("owner")), (&json!("public"), None));
    assert!(updated(json!({ "name": "n" }), Who::Anyone, group("private", &[], "alice")).is_ok());
}

#[test]
fn a_taken_name_comes_before_all_else_and_tells_its_id_to_who_may_see_it() {
    let bob = user("bob", &[]);
    let taken = |access: &str, hidden_groups| {
        let Found::Group(other) = group(access, &[], "alice") else { panic!() };
        let homonym = Some(Homonym::Group("other".to_owned(), other.group));
        let facts = Facts { homonym, hidden_groups, ..facts(Found::Nothing) };
        let body = json!({ "name": "old", "access_mode": "restricted" });
        let command = Register::of(asked(&body, Request::Register)).unwrap();
        command.permit(Who::User(&bob), &facts).unwrap_err().to_string()
    };

    let told = "The name you provided is already being used by a model group with ID: other.";
    assert_eq!(taken("public", HiddenGroups::Absent), told);
    assert_eq!(taken("private", HiddenGroups::Revealed), told);
    assert_eq!(
        taken("private", HiddenGroups::Absent),
        "The name you provided is already being used by a model group."
    );
}

#[test]
fn update_applies_its_rules_in_order() {
    use Denial::*;
    let (alice, bob, dave) = (user("alice", &["IT"]), user("bob", &["IT"]), user("dave", &[]));
    let root = admin();
    let it = || group("restricted", &["IT"], "alice");
    let hr = || group("restricted", &["HR"], "alice");
    let private = || group("private", &[], "alice");
    for (who, body, found, expected) in [
        (&bob, json!({ "access_mode": "public" }), it(), NotOwner),
        (&bob, json!({ "backend_roles": [] }), it(), NotOwner),
        (&bob, json!({ "add_all_backend_roles": false }), private(), NotOwner),
        (&bob, json!({ "name": "n" }), private(), NotUpdatable),
        (&dave, json!({ "name": "n" }), it(), NotUpdatable),
        (&alice, json!({ "name": "n" }), hr(), OwnerLostRole),
        (&alice, json!({ "name": "n" }), group("restricted", &[], "alice"), OwnerLostRole),
        (
            &alice,
            json!({ "access_mode": "public", "backend_roles": ["IT"] }),
            it(),
            RolesNeedRestricted,
        ),
        (&root, json!({ "add_all_backend_roles": true }), it(), AdminAddsAllRoles),
        (
            &dave,
            json!({ "add_all_backend_roles": true }),
            group("private", &[], "dave"),
            NoRolesToAdd,
        ),
        (&alice, json!({ "add_all_backend_roles": false }), it(), RolesNeeded),
        (
            &alice,
            json!({ "backend_roles": ["IT"], "add_all_backend_roles": true }),
            it(),
            RolesAmbiguous,
        ),
        (&alice, json!({ "access_mode": "restricted" }), it(), RolesMissing),
        (&alice, json!({ "backend_roles": ["Finance"] }), it(), RolesNotHeld),
        (&alice, json!({ "backend_roles": [] }), it(), RolesMissing),
        (&root, json!({ "backend_roles": [] }), it(), RolesMissing),
        (&alice, json!({ "access_mode": "odd" }), it(), UnknownMode("odd".to_owned())),
        (&alice, json!({}), Found::NoIndex, NoIndexToChange),
        (&alice, json!({}), Found::Nothing, NoGroup("id".to_owned())),
    ] {
        let denied = updated(body.clone(), Who::User(who), found);
        assert_eq!(denied, Err(expected), "{} {body}", who.name);
    }
}

#[test]
fn update_changes_what_was_asked_and_nothing_else() {
    let alice = user("alice", &["IT", "HR"]);
    let bob = user("bob", &["IT"]);
    let change = |who, body| updated(body, Who::User(who), group("restricted", &["IT"], "alice"));

    for (who, body, changes) in [
        (
            &bob,
            json!({ "name": "n", "description": "d" }),
            json!({ "name": "n", "description": "d" }),
        ),
        (&bob, json!({ "name": " ", "description": "" }), json!({})),
        (&bob, json!({ "name": "old" }), json!({})),
        (
            &alice,
            json!({ "access_mode": "private" }),
            json!({ "backend_roles": [], "access": "private" }),
        ),
        (
            &alice,
            json!({ "add_all_backend_roles": true }),
            json!({ "backend_roles": ["IT", "HR"], "access": "restricted" }),
        ),
        (
            &alice,
            json!({ "backend_roles": ["HR"] }),
            json!({ "backend_roles": ["HR"], "access": "restricted" }),
        ),
    ] {
        assert_eq!(change(who, body.clone()), Ok(changes), "{body}");
    }
}

#[test]
fn a_hidden_group_is_as_absent_as_one_that_is_not_there() {
    let bob = user("bob", &[]);
    let hidden = || Facts {
        hidden_groups: HiddenGroups::Absent,
        has_models: true,
        ..facts(group("private", &[], "alice"))
    };
    let id = || "id".to_owned();
    let update = json!({ "access_mode": "public" });

    let got = Get { id: id() }.permit(Who::User(&bob), hidden()).unwrap_err();
    let put = Update::of(id(), asked(&update, Request::Update)).unwrap();
    let put = put.permit(Who::User(&bob), hidden()).unwrap_err();
    let deleted = Delete { id: id() }.permit(Who::User(&bob), hidden()).unwrap().effect();

    assert_eq!((&got, &put), (&Denial::NoGroup(id()), &Denial::NoGroup(id())));
    assert_eq!(deleted, Effect::DeleteNothing(id(), HiddenGroups::Absent));
}

#[test]
fn who_does_not_see_a_group_cannot_delete_it() {
    let (bob, alice) = (user("bob", &["IT"]), user("alice", &[]));
    let delete = |who, facts| Delete { id: "id".to_owned() }.permit(Who::User(who), facts);
    let with_models = |found| Facts { has_models: true, ..facts(found) };

    let denied = |result: Result<Permitted, Denial>| result.unwrap_err();
    assert_eq!(denied(delete(&bob, facts(group("private", &[], "alice")))), Denial::NotDeletable);
    assert_eq!(
        denied(delete(&alice, with_models(group("private", &[], "alice")))),
        Denial::HasModels
    );
    assert_eq!(denied(delete(&alice, facts(Found::NoIndex))), Denial::NoIndexToChange);
    let deleted = delete(&bob, facts(group("restricted", &["IT"], "alice"))).unwrap();
    assert!(deleted.deletes());
    let nothing = delete(&alice, facts(Found::Nothing)).unwrap();
    assert!(!nothing.deletes());
}

#[test]
fn models_that_a_hidden_group_may_have_left_behind_are_told_to_who_sees_all() {
    let delete = |who, hidden_groups| {
        let facts = Facts { has_models: true, hidden_groups, ..facts(Found::Nothing) };
        let deleted = Delete { id: "id".to_owned() }.permit(who, facts);
        deleted.map(|permitted| permitted.effect())
    };
    let (bob, root) = (user("bob", &["IT"]), admin());

    let nothing = Ok(Effect::DeleteNothing("id".to_owned(), HiddenGroups::Absent));
    assert_eq!(delete(Who::User(&bob), HiddenGroups::Absent), nothing);
    for (who, hidden_groups) in [
        (Who::User(&bob), HiddenGroups::Revealed),
        (Who::User(&root), HiddenGroups::Absent),
        (Who::Anyone, HiddenGroups::Absent),
    ] {
        assert_eq!(delete(who, hidden_groups), Err(Denial::HasModels));
    }
}

#[test]
fn an_admin_updates_an_own_group_whose_roles_are_not_the_admins() {
    let root = admin();
    let own = group("restricted", &["HR"], &root.name);

    let changes = updated(json!({ "name": "n" }), Who::User(&root), own);

    assert_eq!(changes, Ok(json!({ "name": "n" })));
}

#[test]
fn names_and_descriptions_are_checked_together() {
    let invalid =
        |body: Value| Register::of(asked(&body, Request::Register)).unwrap_err().to_string();

    assert_eq!(invalid(json!({})), "model group name must not be null");
    assert_eq!(
        invalid(json!({ "name": " " })),
        "Validation Failed: 1: Model group name is required and cannot be null or blank;"
    );
    assert_eq!(
        invalid(json!({ "name": "a*", "description": "<b>" })),
        "Validation Failed: 1: Model group name can only contain letters, numbers, spaces, and \
         basic punctuation (.,!?():@-_'/\");2: Model group description can only contain letters, \
         numbers, spaces, and basic punctuation (.,!?():@-_'/\");"
    );
    assert!(Update::of("id".to_owned(), asked(&json!({ "name": " " }), Request::Update)).is_ok());
}
