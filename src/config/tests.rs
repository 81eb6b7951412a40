//! What a person who configures can see: values, layers, messages.

use std::collections::BTreeSet;
use std::time::Duration;

use clap::Parser;

use super::keys::KEYS;
use super::*;

const REFERENCE: &str = include_str!("../../config/modelgate.toml");

/// A value other than the default for each key, and what goes with it where the key does not stand alone.
#[rustfmt::skip]
const OTHERS: &[(&str, &str, &str)] = &[
    ("listen", "[::1]:0", ""),
    ("reuse_port", "true", ""),
    ("access_control", "off", ""),
    ("hidden_groups", "revealed", ""),
    ("scoring", "constant", ""),
    ("guard", "upstream", ""),
    ("tls.certificate", "gate.pem", "tls.key=gate.key"),
    ("tls.key", "gate.key", "tls.certificate=gate.pem"),
    ("upstream.url", "http://one:9200, http://two:9200", ""),
    ("upstream.ca", "ca.pem", ""),
    ("upstream.certificate", "own.pem", "upstream.key=own.key"),
    ("upstream.key", "own.key", "upstream.certificate=own.pem"),
    ("upstream.user", "modelgate", "upstream.password_file=password"),
    ("upstream.password_file", "password", "upstream.user=modelgate"),
    ("upstream.connect_timeout", "250ms", ""),
    ("upstream.response_timeout", "2m", ""),
    ("upstream.body_timeout", "1h", ""),
    ("upstream.idle_timeout", "5s", ""),
    ("upstream.idle_connections", "0", ""),
    ("upstream.health_interval", "0s", ""),
    ("identity.source", "users,opensearch", "identity.users=users.yml"),
    ("identity.cache", "0s", ""),
    ("identity.cache_entries", "1", ""),
    ("identity.users", "users.yml", ""),
    ("identity.admin_roles", "", ""),
    ("identity.write_roles", "writers, all_access", ""),
    ("identity.read_roles", "readers", ""),
    ("limits.body", "1gb", ""),
    ("limits.headers", "512b", ""),
    ("limits.header_count", "256", ""),
    ("limits.header_timeout", "1s", ""),
    ("limits.keep_alive", "1s", ""),
    ("limits.body_deadline", "0s", ""),
    ("limits.requests", "1", ""),
    ("limits.requests_per_connection", "1", ""),
    ("limits.connections", "1", ""),
    ("limits.connections_per_address", "1", ""),
    ("limits.drain_wait", "0s", ""),
    ("limits.drain", "0s", ""),
    ("admin.listen", "off", ""),
    ("log.format", "json", ""),
    ("log.level", "warn,modelgate::access=info", ""),
    ("log.access", "false", ""),
    ("runtime.threads", "3", ""),
];

#[test]
fn without_file_variables_and_flags_everything_is_at_its_default() {
    assert_eq!(read(&[], &[]), Ok(Config::default()));
}

#[test]
fn the_reference_file_is_the_default() {
    assert_eq!(from_file(REFERENCE), Ok(Config::default()));
}

#[test]
fn the_reference_file_has_every_key_in_its_order() {
    let mut section = String::new();
    let mut keys = Vec::new();
    for line in REFERENCE.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.split(']').next()) {
            section = format!("{name}.");
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ") {
            keys.push(format!("{section}{key}"));
        }
    }

    assert_eq!(keys, KEYS.iter().map(|key| key.name).collect::<Vec<_>>());
}

#[test]
fn the_reference_file_is_right_with_its_comments_taken_away() {
    let all: String = REFERENCE
        .lines()
        .map(|line| line.strip_prefix("# ").filter(|rest| rest.contains(" = \"")).unwrap_or(line))
        .filter(|line| !line.starts_with("user =") && !line.starts_with("password_file ="))
        .flat_map(|line| [line, "\n"])
        .collect();

    let config = from_file(&all).unwrap();

    assert!(config.upstream.ca.is_some() && config.upstream.certificate.is_some());
    assert!(config.tls.certificate.is_some() && config.tls.key.is_some());
    assert!(config.upstream.key.is_some() && config.identity.users.is_some());
}

#[test]
fn each_key_can_be_set_by_variable_by_flag_and_in_the_file_alike() {
    let tried: BTreeSet<_> = OTHERS.iter().map(|(key, ..)| *key).collect();
    assert_eq!(tried, KEYS.iter().map(|key| key.name).collect());

    for (key, value, beside) in OTHERS {
        let pairs = [format!("{key}={value}"), (*beside).to_owned()];
        let pairs: Vec<&str> = pairs.iter().map(String::as_str).filter(|p| !p.is_empty()).collect();

        let by_flag = by_flags(&pairs).unwrap();
        let by_variable = by_variables(&pairs).unwrap();
        let by_file = from_file(&toml_of(&pairs)).map(|config| without_folder(config, &by_flag));

        assert_ne!(by_flag, Config::default(), "{key}");
        assert_eq!(by_variable, by_flag, "{key}");
        assert_eq!(by_file, Ok(by_flag), "{key}");
    }
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let file =
        Scratch::file("listen = \"127.0.0.1:1\"\nguard = \"upstream\"\n[identity]\ncache = \"1s\"");
    let environment = [
        ("MODELGATE_CONFIG", "/no/such/file"),
        ("MODELGATE_LISTEN", "127.0.0.1:2"),
        ("MODELGATE_IDENTITY_CACHE", "2s"),
    ];
    let flags = ["--config", file.path(), "--set", "listen=127.0.0.1:3", "--listen", "127.0.0.1:4"];

    let config = read(&flags, &environment).unwrap();

    assert_eq!(config.listen.port(), 4);
    assert_eq!(*config.identity.cache, Duration::from_secs(2));
    assert_eq!(config.guard, Guard::Upstream);
}

#[test]
fn the_variable_names_the_file_too() {
    let file = Scratch::file("listen = \"127.0.0.1:1\"");

    let config = read(&[], &[("MODELGATE_CONFIG", file.path())]).unwrap();

    assert_eq!(config.listen.port(), 1);
}

#[test]
fn a_relative_path_in_the_file_starts_at_its_folder() {
    let file =
        Scratch::file("[upstream]\nca = \"certs/ca.pem\"\n[identity]\nusers = \"/etc/users.yml\"");

    let config = read(&["--config", file.path()], &[]).unwrap();

    let folder = std::path::Path::new(file.path()).parent().unwrap();
    assert_eq!(config.upstream.ca, Some(folder.join("certs/ca.pem")));
    assert_eq!(config.identity.users, Some("/etc/users.yml".into()));
}

#[test]
fn an_empty_variable_or_flag_takes_away_what_the_file_says() {
    let file = "[upstream]\ncertificate = \"own.pem\"\nkey = \"own.key\"";
    let file = Scratch::file(file);
    let flags = ["--config", file.path(), "--set", "upstream.key="];

    let config = read(&flags, &[("MODELGATE_UPSTREAM_CERTIFICATE", "")]).unwrap();

    assert_eq!(config.upstream.login(), Login::Anonymous);
}

#[test]
fn variables_of_the_tests_of_kubernetes_and_of_others_are_left_alone() {
    let others = [
        ("MODELGATE_TEST_URL", "x"),
        ("MODELGATE_DIFF_URL", "x"),
        ("MODELGATE_PORT", "tcp://10.0.0.1:9200"),
        ("MODELGATE_PORT_9200_TCP_ADDR", "10.0.0.1"),
        ("MODELGATE_SERVICE_HOST", "10.0.0.1"),
        ("MODELGATE_SERVICE_PORT_HTTP", "9200"),
        ("modelgate_listen", "x"),
        ("PATH", "x"),
    ];

    assert_eq!(read(&[], &others), Ok(Config::default()));
}

#[test]
fn values_mean_what_they_say() {
    let times = [("1ms", 1), ("0250ms", 250), ("3s", 3_000), ("2m", 120_000), ("1h", 3_600_000)];
    for (text, millis) in times {
        assert_eq!(text.parse().map(|time: Timeout| time.as_millis()), Ok(millis));
        assert_eq!(text.parse().map(|time: Period| time.as_millis()), Ok(millis));
    }
    for (text, bytes) in [("7b", 7), ("2kb", 2048), ("3mb", 3 << 20), ("1gb", 1 << 30)] {
        assert_eq!(text.parse().map(|size: Size| *size), Ok(bytes));
    }
    for (text, whole, host) in [
        ("http://127.0.0.1:1", "http://127.0.0.1:1", "127.0.0.1"),
        ("https://search.example:9200/", "https://search.example:9200", "search.example"),
        ("http://[::1]:9200", "http://[::1]:9200", "::1"),
    ] {
        let origin: Origin = text.parse().unwrap();
        assert_eq!((origin.to_string().as_str(), origin.host()), (whole, host));
    }
}

#[test]
fn modelgate_speaks_to_the_cluster_as_whom_it_is_told() {
    let certificate = by_flags(&["upstream.certificate=c.pem", "upstream.key=c.key"]).unwrap();
    let basic = by_flags(&["upstream.user=me", "upstream.password_file=p"]).unwrap();

    let (c, key) = ("c.pem".as_ref(), "c.key".as_ref());
    assert_eq!(certificate.upstream.login(), Login::Certificate { certificate: c, key });
    let basic_login = Login::Basic { user: "me", password_file: "p".as_ref() };
    assert_eq!(basic.upstream.login(), basic_login);
    assert_eq!(Config::default().upstream.login(), Login::Anonymous);
}

#[test]
fn the_command_line_is_well_formed() {
    <Flags as clap::CommandFactory>::command().debug_assert();
}

mod messages;
mod shipped;
mod support;

use support::*;
