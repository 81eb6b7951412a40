//! The predicate and the filter agree, on the real index.

use modelgate::access;
use modelgate::group::ModelGroup;
use modelgate::principal::{Principal, Who};
use serde_json::{Map, Value, json};

use crate::callers::{ADMIN, USERS};
use crate::http::Request;
use crate::stack::Stack;

/// Every way in which `access` was or could have been stored.
fn modes() -> Vec<Option<Value>> {
    let given = [
        json!(null),
        json!("public"),
        json!("private"),
        json!("restricted"),
        json!("PUBLIC"),
        json!("public "),
        json!(""),
        json!("odd"),
        json!(true),
        json!(["public"]),
        json!(["private"]),
        json!(["private", "public"]),
        json!([["restricted"], null]),
        json!([]),
    ];
    given.into_iter().map(Some).chain([None]).collect()
}

fn roles() -> Vec<Option<Value>> {
    let given = [
        json!(null),
        json!([]),
        json!("IT"),
        json!(["IT"]),
        json!(["it", "IT ", "I", ""]),
        json!([null, ["HR", ["Finance"]]]),
        json!([5, true]),
        json!([long(256), long(257)]),
        json!([wide(128)]),
        json!([wide(129), "Legal"]),
    ];
    given.into_iter().map(Some).chain([None]).collect()
}

fn owners() -> Vec<Option<Value>> {
    let given = [
        json!(null),
        json!({}),
        json!([]),
        json!([null]),
        json!([{}]),
        json!({ "name": null }),
        json!({ "roles": ["IT"] }),
        json!({ "name": "alice" }),
        json!({ "name": "Alice" }),
        json!({ "name": "alice " }),
        json!({ "name": "" }),
        json!({ "name": 5 }),
        json!({ "name": ["bob", "alice"] }),
        json!([{ "name": "carol" }, [{ "name": "alice" }]]),
        json!({ "name": long(256) }),
        json!({ "name": long(257) }),
    ];
    given.into_iter().map(Some).chain([None]).collect()
}

/// So many signs, each of them one UTF-16 unit.
fn long(signs: usize) -> String {
    "l".repeat(signs)
}

/// So many signs, each of them two UTF-16 units.
fn wide(signs: usize) -> String {
    "😀".repeat(signs)
}

fn principals() -> Vec<Principal> {
    let odd: [(&str, &[&str]); 8] = [
        ("", &[""]),
        ("Alice", &["it", "IT "]),
        ("5", &["5", "true"]),
        ("x", &["null", "[]", "{}"]),
        (&long(256), &[&long(256)]),
        (&long(257), &[&long(257)]),
        ("wide", &[&wide(128)]),
        ("wider", &[&wide(129)]),
    ];
    let odd = odd.map(|(name, roles)| Principal {
        name: name.to_owned(),
        backend_roles: roles.iter().map(ToString::to_string).collect(),
        ..Principal::default()
    });
    odd.into_iter().chain(USERS.map(|user| user.principal())).collect()
}

fn documents() -> Vec<(String, Value)> {
    let mut documents = Vec::new();
    for access in modes() {
        for roles in roles() {
            for owner in owners() {
                let mut source = Map::new();
                let given = [("access", &access), ("backend_roles", &roles), ("owner", &owner)];
                for (key, value) in given {
                    if let Some(value) = value {
                        source.insert(key.to_owned(), value.clone());
                    }
                }
                documents.push((format!("{:05}", documents.len()), Value::Object(source)));
            }
        }
    }
    documents
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn who_sees_a_group_finds_it_and_nobody_else() {
    let mut stack = Stack::alone();
    let documents = documents();
    stack.write(documents.iter().map(|(id, source)| (id.as_str(), source)));

    for principal in principals() {
        let who = Who::User(&principal);
        let filter = access::filter(who).expect("no admin");

        let found = stack.found_by(&filter);

        for (id, source) in &documents {
            let seen = access::sees(who, &ModelGroup::of(source.clone()));
            assert_eq!(seen, found.binary_search(id).is_ok(), "{principal:?} {source}");
        }
    }
}

#[test]
#[ignore = "needs a running stack: cargo xtask test starts one"]
fn a_search_finds_what_a_get_shows() {
    let mut stack = Stack::alone();
    let documents: Vec<_> = documents().into_iter().step_by(7).collect();
    stack.write(documents.iter().map(|(id, source)| (id.as_str(), source)));
    let target = "/_plugins/_ml/model_groups/_search";
    let everything = json!({ "size": 10_000, "query": { "match_all": {} } }).to_string();

    for caller in USERS.into_iter().chain([ADMIN]) {
        let search = Request::new("POST", target).json(everything.as_str());
        let answer = stack.ask(&caller, search).value();
        let hits = answer["hits"]["hits"].as_array().expect("hits");

        for (id, source) in &documents {
            let get = Request::new("GET", &format!("/_plugins/_ml/model_groups/{id}"));
            let shown = stack.ask(&caller, get);

            let found = hits.iter().any(|hit| hit["_id"] == *id);
            assert_eq!(if found { 200 } else { 404 }, shown.status, "{caller:?} {id} {source}");
        }
    }
}
