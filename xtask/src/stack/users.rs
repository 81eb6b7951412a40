//! The users of the dev stack, as `config/opensearch/internal_users.yml` has them.

const FILE: &str = include_str!("../../../config/opensearch/internal_users.yml");

/// A user of the dev stack.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    /// The user's name.
    pub(crate) name: &'static str,
    /// The user's password: no secret.
    pub(crate) password: &'static str,
    /// The backend roles.
    pub(crate) backend_roles: &'static [&'static str],
    /// The security roles.
    pub(crate) roles: &'static [&'static str],
}

const ML: &[&str] = &["ml_full_access", "own_index"];
const ALL: &[&str] = &["all_access", "own_index"];

/// Who tries things out.
pub(crate) const ALICE: User = user("alice", "pw-alice-123!", &["IT", "HR"], ML);

/// All of them.
pub(crate) const USERS: [User; 8] = [
    ALICE,
    user("bob", "pw-bob-123!", &["IT"], ML),
    user("carol", "pw-carol-123!", &["Finance"], ML),
    user("dave", "pw-dave-123!", &[], ML),
    user("erin", "pw-erin-123!", &["HR", "Legal"], ML),
    user("mallory", "pw-mallory-123!", &["IT"], &["own_index"]),
    user("admin", "admin", &["admin"], ALL),
    user("root2", "pw-root2-123!", &[], ALL),
];

impl User {
    /// The hash of the password that the file has: the REST API finds the passwords themselves
    /// too much like the names.
    pub(crate) fn hash(&self) -> Option<&'static str> {
        self.field("hash").map(|hash| hash.trim_matches('"'))
    }

    fn field(&self, key: &str) -> Option<&'static str> {
        let (_, entry) = FILE.split_once(&format!("\n{}:\n", self.name))?;
        let (_, value) = entry.split_once(&format!("  {key}: "))?;
        value.lines().next()
    }
}

const fn user(
    name: &'static str,
    password: &'static str,
    backend_roles: &'static [&'static str],
    roles: &'static [&'static str],
) -> User {
    User { name, password, backend_roles, roles }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(value: &str) -> Vec<String> {
        serde_json::from_str(value).expect("a list on one line")
    }

    #[test]
    fn the_file_has_every_user_with_these_roles() {
        for user in USERS {
            let of = |key| list(user.field(key).expect("a field"));

            assert_eq!(of("backend_roles"), user.backend_roles, "{}", user.name);
            assert_eq!(of("opendistro_security_roles"), user.roles, "{}", user.name);
        }
    }

    #[test]
    fn the_file_has_every_user_with_this_password() {
        for user in USERS {
            let hash = user.hash().expect("a hash");

            assert!(bcrypt::verify(user.password, hash).expect("bcrypt"), "{}", user.name);
        }
    }
}
