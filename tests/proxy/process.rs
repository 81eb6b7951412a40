//! The process: how it starts, refuses to start, and is probed.

use std::net::TcpListener;

use crate::support::{Gate, Run, World};

/// A file that is gone with the test.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("modelgate-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_version_is_told() {
    let run = Run::to_end(&["--version"]);

    assert_eq!(run.code, Some(0));
    assert!(run.out.starts_with(concat!("modelgate ", env!("CARGO_PKG_VERSION"))), "{run:?}");
}

#[test]
fn a_good_configuration_is_called_good() {
    let file = File::new("good.toml", "listen = \"127.0.0.1:9\"\n[limits]\nbody = \"1mb\"\n");

    for arguments in [
        vec!["--check-config"],
        vec!["--check-config", "--config", file.path()],
        vec!["--check-config", "--set", "identity.cache=0s"],
    ] {
        let run = Run::to_end(&arguments);

        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.out.contains("valid") && run.err.is_empty(), "{run:?}");
    }
}

#[test]
fn a_bad_configuration_is_a_64_that_names_file_line_and_key() {
    let file =
        File::new("bad.toml", "listen = \"127.0.0.1:9\"\n\n[limits]\nbody = \"huge\"\nbdy = 1\n");

    for more in [&["--check-config"][..], &[]] {
        let run = Run::to_end(&[&["--config", file.path()], more].concat());

        assert_eq!(run.code, Some(64), "{run:?}");
        for named in [&format!("{}:4", file.path()), "limits.body", "huge", "limits.bdy", ":5"] {
            assert!(run.err.contains(named), "{named}: {run:?}");
        }
    }
}

#[test]
fn whatever_is_wrong_with_the_start_is_a_64() {
    for (arguments, named) in [
        (vec!["--config", "/nowhere/modelgate.toml"], "/nowhere/modelgate.toml"),
        (vec!["--no-such-flag"], "--no-such-flag"),
        (vec!["--set", "limits.body"], "KEY=VALUE"),
        (vec!["--set", "limits.body=much"], "limits.body"),
        (vec!["--set", "no.such.key=1"], "no.such.key"),
        (vec!["--listen", "nowhere"], "--listen"),
        (vec!["--upstream-url", "ftp://a"], "--upstream-url"),
        (vec!["--upstream-url", "https://a:1"], "upstream.ca"),
        (
            vec!["--upstream-url", "https://a:1", "--set", "upstream.ca=/nowhere/ca.pem"],
            "/nowhere/ca.pem",
        ),
        (
            vec!["--set", "identity.source=users", "--set", "identity.users=/nowhere/users.yml"],
            "/nowhere/users.yml",
        ),
    ] {
        let run = Run::to_end(&arguments);

        assert_eq!(run.code, Some(64), "{arguments:?}: {run:?}");
        assert!(run.err.contains(named), "{arguments:?}: {run:?}");
        assert!(!run.err.contains("panicked"), "{run:?}");
    }
}

#[test]
fn a_variable_sets_a_key_and_a_flag_wins_over_it() {
    let mut command = crate::support::modelgate(&["--check-config"]);
    let bad = command.env("MODELGATE_LIMITS_BODY", "much").output().unwrap();
    assert_eq!(bad.status.code(), Some(64));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("MODELGATE_LIMITS_BODY"));

    let mut command = crate::support::modelgate(&["--check-config", "--listen", "127.0.0.1:9"]);
    let good = command.env("MODELGATE_LISTEN", "127.0.0.1:8").output().unwrap();
    assert_eq!(good.status.code(), Some(0));
}

#[test]
fn a_taken_port_is_told_and_ends_the_start() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gate = Gate::start(&[]);

    for taken in [listener.local_addr().unwrap(), gate.address()] {
        let run = Run::to_end(&["--listen", &taken.to_string()]);

        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.err.contains(&taken.to_string()), "{run:?}");
        assert!(run.err.contains("listen"), "{run:?}");
    }
}

#[test]
fn an_address_that_is_not_here_is_told_and_ends_the_start() {
    let run = Run::to_end(&["--listen", "192.0.2.1:9200"]);

    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.err.contains("192.0.2.1:9200"), "{run:?}");
}

#[test]
fn a_port_is_free_again_at_once() {
    let world = World::start();
    world.serves_and_sent_nothing_else();
    let address = world.gate.address().to_string();
    let mut client = world.client();
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    world.accept();
    drop(world);

    let again = Gate::run(vec!["--listen", &address, "--set", "admin.listen=off"]);

    assert_eq!(again.address().to_string(), address);
}

#[test]
fn a_probe_tells_whether_a_modelgate_answers() {
    let gate = Gate::start(&["upstream.url=http://127.0.0.1:9"]);
    let address = gate.address().to_string();

    assert_eq!(Run::to_end(&["--probe", "--listen", &address]).code, Some(0));
    drop(gate);
    assert_eq!(Run::to_end(&["--probe", "--listen", &address]).code, Some(1));
}
