//! A file of users is asked.

use std::{fs, path::PathBuf, thread, time::Duration};

use super::{basic, get_group};
use crate::support::{Cluster, Gate, eventually};

/// A file of users that is gone with the test.
struct File(PathBuf);

impl File {
    fn new(name: &str, users: &[(&str, &str, &str)]) -> Self {
        let name = format!("modelgate-{}-{name}.yml", std::process::id());
        let file = Self(std::env::temp_dir().join(name));
        file.write(users);
        file
    }

    /// Users, each with a password and a role.
    fn write(&self, users: &[(&str, &str, &str)]) {
        let entry = |(user, password, role): &(&str, &str, &str)| {
            let hash = bcrypt::hash(password, 4).unwrap();
            format!("{user}:\n  hash: \"{hash}\"\n  opendistro_security_roles:\n  - {role}\n")
        };
        let meta = "_meta:\n  type: internalusers\n  config_version: 2\n";
        let text: String = users.iter().map(entry).collect();
        fs::write(&self.0, format!("{meta}{text}")).unwrap();
    }

    fn gate(&self, cluster: &Cluster, settings: &[&str]) -> Gate {
        let users = format!("identity.users={}", self.0.display());
        cluster.gate(&[&["identity.source=users", &users], settings].concat())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_user_of_the_file_is_let_in_and_nobody_else() {
    let cluster = Cluster::of_groups();
    let file = File::new(
        "known",
        &[
            ("alice", "secret", "ml_full_access"),
            ("bob", "pass:word ü", "ml_read_access"),
            ("mallory", "m", "own_index"),
        ],
    );
    let gate = file.gate(&cluster, &[]);

    for (fields, status) in [
        (basic("alice", "secret"), 200),
        (basic("bob", "pass:word ü"), 200),
        (basic("mallory", "m"), 403),
        (basic("alice", "Secret"), 401),
        (basic("alice", ""), 401),
        (basic("alice", "pass:word ü"), 401),
        (basic("ALICE", "secret"), 401),
        (basic("nobody", "secret"), 401),
        (basic("", ""), 401),
        ("Authorization: Basic !!!\r\n".to_owned(), 401),
        ("Authorization: Bearer secret\r\n".to_owned(), 401),
        (String::new(), 401),
    ] {
        let answer = get_group(&gate, &fields);

        assert_eq!(answer.status(), status, "{fields}: {answer:?}");
        if status == 401 {
            let challenge = r#"Basic realm="OpenSearch Security""#;
            assert_eq!(answer.field("www-authenticate"), Some(challenge));
            assert_eq!(answer.text(), "Unauthorized");
        }
    }
    assert!(cluster.heard("GET /_plugins/_security").is_empty());
}

#[test]
fn a_changed_file_takes_effect() {
    let cluster = Cluster::of_groups();
    let file = File::new("changed", &[("alice", "old", "ml_full_access")]);
    let gate = file.gate(&cluster, &["identity.cache=300ms"]);
    let status = |password: &str| get_group(&gate, &basic("alice", password)).status();
    assert_eq!((status("old"), status("new")), (200, 401));

    // The file's time must differ from before: some file systems count in coarse steps.
    thread::sleep(Duration::from_millis(20));
    file.write(&[("alice", "new", "ml_full_access")]);

    eventually("the new password is known", || status("new") == 200);
    eventually("the old one is forgotten", || status("old") == 401);
}

#[test]
fn a_file_that_became_useless_leaves_the_old_users() {
    let cluster = Cluster::of_groups();
    let file = File::new("useless", &[("alice", "a", "ml_full_access")]);
    let gate = file.gate(&cluster, &["identity.cache=0s"]);
    assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);

    thread::sleep(Duration::from_millis(20));
    fs::write(&file.0, "alice: [").unwrap();

    assert_eq!(get_group(&gate, &basic("alice", "a")).status(), 200);
    gate.line("the old users stay");
}

#[test]
fn who_is_not_in_the_file_may_be_known_to_the_cluster() {
    let cluster = Cluster::of_groups();
    let file = File::new("both", &[("bob", "b", "ml_read_access")]);
    let gate = file.gate(&cluster, &["identity.source=users,opensearch"]);

    assert_eq!(get_group(&gate, &basic("bob", "b")).status(), 200);
    assert!(cluster.heard("GET /_plugins/_security").is_empty());
    assert_eq!(get_group(&gate, "Authorization: Bearer x\r\n").status(), 200);
    assert_eq!(cluster.heard("GET /_plugins/_security").len(), 1);
    assert_eq!(get_group(&gate, &basic("bob", "wrong")).status(), 401);
    assert_eq!(cluster.heard("GET /_plugins/_security").len(), 1);
}
