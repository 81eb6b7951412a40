//! The users of the dev stack, as `config/opensearch/internal_users.yml` has them.

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

    const FILE: &str = include_str!("../../../config/opensearch/internal_users.yml");

    fn field<'a>(user: &User, key: &str) -> &'a str {
        let (_, entry) = FILE.split_once(&format!("\n{}:\n", user.name)).expect("an entry");
        let (_, value) = entry.split_once(&format!("  {key}: ")).expect("a field");
        value.lines().next().expect("a line")
    }

    fn list(value: &str) -> Vec<String> {
        serde_json::from_str(value).expect("a list on one line")
    }

    #[test]
    fn the_file_has_every_user_with_these_roles() {
        for user in USERS {
            assert_eq!(list(field(&user, "backend_roles")), user.backend_roles, "{}", user.name);
            assert_eq!(list(field(&user, "opendistro_security_roles")), user.roles);
        }
    }

    #[test]
    fn the_file_has_every_user_with_this_password() {
        for user in USERS {
            let hash = field(&user, "hash").trim_matches('"');
            assert!(bcrypt::verify(user.password, hash).expect("a hash"), "{}", user.name);
        }
    }
}
