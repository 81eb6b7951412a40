//! Who may see a group: as a predicate and as a query, side by side.
//!
//! They differ from ML Commons on purpose in two things: the owner always sees the own group (D7),
//! and roles left over on a private group open nothing (D8).

use serde_json::{Value, json};

use crate::{
    group::{AccessMode, ModelGroup},
    principal::{Principal, Who},
};

/// Whether `who` may see `group`.
pub fn sees(who: Who<'_>, group: &ModelGroup) -> bool {
    let Some(user) = who.user().filter(|_| !sees_all(who)) else { return true };
    if !group.has_owner() || owns(user, group) {
        return true;
    }
    match group.access() {
        Some(AccessMode::Public) => true,
        Some(AccessMode::Private) => false,
        Some(AccessMode::Restricted) | None => shares_a_role(user, group),
    }
}

/// Whether nothing is hidden from `who`.
pub fn sees_all(who: Who<'_>) -> bool {
    who.user().is_none_or(|user| user.admin)
}

/// The query that matches exactly the groups that `who` [`sees`]; `None` where that is all.
pub fn filter(who: Who<'_>) -> Option<Value> {
    let user = who.user().filter(|_| !sees_all(who))?;
    let owner = |query: Value| json!({ "nested": { "path": "owner", "query": query } });
    // Owners are documents of their own, and have none: the background of significant terms would
    // count them.
    let is_owner = json!({ "term": { "_nested_path": "owner" } });
    let mut query = json!({ "bool": { "should": [
        { "bool": { "must_not": [owner(json!({ "match_all": {} })), is_owner] } },
        owner(json!({ "term": { "owner.name.keyword": user.name } })),
        { "term": { "access": "public" } },
    ] } });
    // As the background of `significant_text`, `terms` of nothing are a 500 of OpenSearch's.
    let ways = query["bool"]["should"].as_array_mut().filter(|_| !user.backend_roles.is_empty());
    if let Some(ways) = ways {
        ways.push(json!({ "bool": {
            "filter": [{ "terms": { "backend_roles.keyword": user.backend_roles } }],
            "must_not": [{ "term": { "access": "private" } }],
        } }));
    }
    Some(query)
}

/// Ownership is the name alone (`model-groups.md` 4).
pub fn owns(user: &Principal, group: &ModelGroup) -> bool {
    group.owners().iter().any(|owner| is_indexed(owner) && *owner == user.name)
}

fn shares_a_role(user: &Principal, group: &ModelGroup) -> bool {
    let roles = group.backend_roles();
    roles.iter().any(|role| is_indexed(role) && user.backend_roles.contains(role))
}

/// Whether a search finds a role or a name: the mapping has no keyword of a longer one
/// (`ignore_above`), and what a search hides nothing else may show.
fn is_indexed(text: &str) -> bool {
    text.encode_utf16().count() <= 256
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(name: &str, roles: &[&str]) -> Principal {
        let backend_roles = roles.iter().map(ToString::to_string).collect();
        Principal { name: name.to_owned(), backend_roles, ..Principal::default() }
    }

    fn group(access: Option<&str>, roles: &[&str], owner: Option<&str>) -> ModelGroup {
        let owner = owner.map(|name| json!({ "name": name }));
        ModelGroup::of(json!({ "access": access, "backend_roles": roles, "owner": owner }))
    }

    /// The filter, evaluated as OpenSearch would, over the clauses that it uses.
    fn found(query: &Value, group: &Value) -> bool {
        let clause = query.as_object().unwrap();
        let (kind, body) = clause.iter().next().unwrap();
        let all = |key: &str| body[key].as_array().cloned().unwrap_or_default();
        match kind.as_str() {
            "bool" => {
                let should = all("should");
                (should.is_empty() || should.iter().any(|query| found(query, group)))
                    && all("filter").iter().all(|query| found(query, group))
                    && !all("must_not").iter().any(|query| found(query, group))
            }
            "nested" => group["owner"].is_object() && found(&body["query"], group),
            "match_all" => true,
            "term" if body.get("access").is_some() => group["access"] == body["access"],
            "term" if body.get("_nested_path").is_some() => false,
            "term" => group["owner"]["name"] == body["owner.name.keyword"],
            "terms" => {
                let wanted = body["backend_roles.keyword"].as_array().unwrap();
                group["backend_roles"].as_array().unwrap().iter().any(|role| wanted.contains(role))
            }
            other => panic!("{other}"),
        }
    }

    #[test]
    fn the_filter_finds_exactly_what_is_seen() {
        let lists: [&[&str]; 4] = [&[], &["a"], &["b"], &["a", "b"]];
        for name in ["x", "y"] {
            for roles in lists {
                let caller = user(name, roles);
                let query = filter(Who::User(&caller)).unwrap();
                for access in
                    [None, Some("public"), Some("private"), Some("restricted"), Some("odd")]
                {
                    for held in lists {
                        for owner in [None, Some("x"), Some("z")] {
                            let group = group(access, held, owner);
                            let source = json!({
                                "access": access,
                                "backend_roles": held,
                                "owner": owner.map(|name| json!({ "name": name })),
                            });

                            assert_eq!(
                                sees(Who::User(&caller), &group),
                                found(&query, &source),
                                "{caller:?} {source}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn roles_left_on_a_private_group_open_nothing() {
        let bob = user("bob", &["IT"]);

        assert!(!sees(Who::User(&bob), &group(Some("private"), &["IT"], Some("alice"))));
        assert!(sees(Who::User(&bob), &group(Some("restricted"), &["IT"], Some("alice"))));
        assert!(sees(Who::User(&bob), &group(None, &["IT"], Some("alice"))));
    }

    #[test]
    fn an_owner_who_lost_the_role_still_sees_the_group() {
        let alice = user("alice", &[]);

        assert!(sees(Who::User(&alice), &group(Some("restricted"), &["IT"], Some("alice"))));
    }

    #[test]
    fn names_and_roles_that_the_index_has_no_keyword_of_open_nothing() {
        for (length, is_found) in [(128, true), (129, false)] {
            // Two UTF-16 units each.
            let long = "\u{1f511}".repeat(length);
            let (holder, owner) = (user("bob", &[&long]), user(&long, &[]));

            let shared = group(Some("restricted"), &[&long], Some("alice"));
            let owned = group(Some("private"), &[], Some(&long));
            assert_eq!(sees(Who::User(&holder), &shared), is_found, "{length}");
            assert_eq!(sees(Who::User(&owner), &owned), is_found, "{length}");
        }
    }

    #[test]
    fn admins_and_everybody_without_access_control_see_all() {
        let admin = Principal { admin: true, ..user("root", &[]) };

        for who in [Who::User(&admin), Who::Anyone] {
            assert!(sees(who, &group(Some("private"), &[], Some("alice"))));
            assert_eq!(filter(who), None);
        }
    }
}
