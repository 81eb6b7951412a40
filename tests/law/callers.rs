//! The users of the dev stack, as `config/opensearch/internal_users.yml` has them.

use modelgate::principal::{Principal, Who};

/// Somebody who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Caller {
    pub(crate) name: &'static str,
    password: Option<&'static str>,
    pub(crate) backend_roles: &'static [&'static str],
    pub(crate) admin: bool,
}

pub(crate) const ALICE: Caller = user("alice", "pw-alice-123!", &["IT", "HR"]);
pub(crate) const BOB: Caller = user("bob", "pw-bob-123!", &["IT"]);
pub(crate) const CAROL: Caller = user("carol", "pw-carol-123!", &["Finance"]);
pub(crate) const DAVE: Caller = user("dave", "pw-dave-123!", &[]);
pub(crate) const ERIN: Caller = user("erin", "pw-erin-123!", &["HR", "Legal"]);
pub(crate) const ADMIN: Caller = Caller { admin: true, ..user("admin", "admin", &["admin"]) };
/// Who may not use the API at all.
pub(crate) const MALLORY: Caller = user("mallory", "pw-mallory-123!", &["IT"]);
pub(crate) const NOBODY: Caller = Caller { password: None, ..user("", "", &[]) };
pub(crate) const IMPOSTOR: Caller = user("alice", "wrong", &[]);

/// Who does not see everything.
pub(crate) const USERS: [Caller; 5] = [ALICE, BOB, CAROL, DAVE, ERIN];
/// Who is refused whatever is asked.
pub(crate) const REFUSED: [Caller; 3] = [MALLORY, NOBODY, IMPOSTOR];

impl Caller {
    pub(crate) fn credential(&self) -> Option<String> {
        self.password.map(|password| format!("{}:{password}", self.name))
    }

    pub(crate) fn principal(&self) -> Principal {
        Principal {
            name: self.name.to_owned(),
            backend_roles: self.backend_roles.iter().map(ToString::to_string).collect(),
            admin: self.admin,
            ..Principal::default()
        }
    }

    /// Whether modelgate's own predicate says that the caller sees a group of this source.
    pub(crate) fn sees(&self, source: &serde_json::Value) -> bool {
        let group = modelgate::group::ModelGroup::of(source.clone());
        modelgate::access::sees(Who::User(&self.principal()), &group)
    }
}

const fn user(
    name: &'static str,
    password: &'static str,
    backend_roles: &'static [&'static str],
) -> Caller {
    Caller { name, password: Some(password), backend_roles, admin: false }
}
