//! Every kind of message, word for word.

use super::*;

/// Lines that are wrong, and what is said of each behind `<file>:<line>: `.
#[rustfmt::skip]
const WRONG: &[(&str, &str)] = &[
    (r#"listen = "localhost:9200""#, r#"1: listen: "localhost:9200" is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#),
    ("[admin]\nlisten = \"9600\"", r#"2: admin.listen: "9600" is neither an IP address and port nor "off": write it as "127.0.0.1:9600""#),
    ("[admin]\nlisten = false", r#"2: admin.listen: false is neither an IP address and port nor "off": write it as "127.0.0.1:9600""#),
    ("listen = 9200", r#"1: listen: 9200 is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#),
    ("access_control = true", r#"1: access_control: true is no choice: write "on" or "off""#),
    (r#"hidden_groups = "hidden""#, r#"1: hidden_groups: "hidden" is no choice: write "absent" or "revealed""#),
    (r#"guard = "Enforce""#, r#"1: guard: "Enforce" is no choice: write "enforce" or "upstream""#),
    (r#"log.format = "xml""#, r#"1: log.format: "xml" is no choice: write "text" or "json""#),
    (r#"upstream.url = "127.0.0.1:9201""#, r#"1: upstream.url: "127.0.0.1:9201" is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#),
    (r#"upstream.url = "http://host""#, r#"1: upstream.url: "http://host" is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#),
    (r#"upstream.url = "http://host:9200/path""#, r#"1: upstream.url: "http://host:9200/path" is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#),
    (r#"upstream.url = "http://host:0""#, r#"1: upstream.url: "http://host:0" is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#),
    (r#"upstream.url = "http://::1:9200""#, r#"1: upstream.url: "http://::1:9200" is not a URL of scheme, host and port: write it as "https://127.0.0.1:9201""#),
    (r#"upstream.url = "http://me:secret@host:9200""#, r#"1: upstream.url: "http://…@host:9200" carries credentials: write upstream.user and upstream.password_file instead"#),
    (r#"upstream.ca = """#, r#"1: upstream.ca: "" is not a file: write its path, as "ca.pem""#),
    (r#"upstream.user = "me:secret""#, r#"1: upstream.user: "me:secret" is not a user name: write one without a colon and control characters"#),
    (r#"upstream.user = """#, r#"1: upstream.user: "" is not a user name: write one without a colon and control characters"#),
    (r#"upstream.user = "a\nb""#, r#"1: upstream.user: "a\nb" is not a user name: write one without a colon and control characters"#),
    (r#"upstream.connect_timeout = "0s""#, r#"1: upstream.connect_timeout: "0s" is no time to wait: write a number above zero with a unit, as "10s" or "500ms""#),
    (r#"upstream.connect_timeout = "9000h""#, r#"1: upstream.connect_timeout: "9000h" is longer than a year: write less"#),
    ("upstream.idle_connections = -1", "1: upstream.idle_connections: -1 is not a count: write a whole number up to 4294967295"),
    (r#"identity.source = "ldap""#, r#"1: identity.source: "ldap" is no source of identities: write "opensearch", "users", "none" or ["users", "opensearch"]"#),
    (r#"identity.source = ["opensearch", "users"]"#, r#"1: identity.source: ["opensearch", "users"] is no source of identities: write "opensearch", "users", "none" or ["users", "opensearch"]"#),
    (r#"identity.cache = "10 bananas""#, r#"1: identity.cache: "10 bananas" is not a duration: write a number with a unit, as "10s" or "500ms""#),
    ("identity.cache = 10", r#"1: identity.cache: 10 is not a duration: write a number with a unit, as "10s" or "500ms""#),
    (r#"identity.read_roles = "readers""#, r#"1: identity.read_roles: "readers" is not a list of roles: write their names, as ["all_access", "ml_full_access"]"#),
    (r#"identity.read_roles = [""]"#, r#"1: identity.read_roles: [""] is not a list of roles: write their names, as ["all_access", "ml_full_access"]"#),
    (r#"limits.body = "100""#, r#"1: limits.body: "100" is not a size: write a number above zero with a unit, as "100mb" or "32kb""#),
    (r#"limits.body = "99999999999gb""#, r#"1: limits.body: "99999999999gb" is not a size: write a number above zero with a unit, as "100mb" or "32kb""#),
    (r#"limits.body = "0b""#, r#"1: limits.body: "0b" is not a size: write a number above zero with a unit, as "100mb" or "32kb""#),
    ("runtime.threads = 0x10", "1: runtime.threads: 0x10 is not a count: write a whole number up to 4294967295"),
    ("limits.header_count = 257", "1: limits.header_count: 257 is not a count of headers: write a whole number from 1 to 256"),
    ("limits.header_count = 0", "1: limits.header_count: 0 is not a count of headers: write a whole number from 1 to 256"),
    ("limits.connections = 0", "1: limits.connections: 0 is not a count above zero: write a whole number from 1 to 4294967295"),
    ("limits.connections = 4294967296", "1: limits.connections: 4294967296 is not a count above zero: write a whole number from 1 to 4294967295"),
    (r#"log.level = "inof""#, r#"1: log.level: "inof" is not a level: write "error", "warn", "info", "debug" or "trace", or a filter as "info,modelgate::access=warn""#),
    (r#"log.access = "yes""#, r#"1: log.access: "yes" is neither true nor false: write one of them"#),
    ("\n\nhiden_groups = 1", "3: hiden_groups: no such key; did you mean hidden_groups?"),
    ("[identity]\ncahce = \"1s\"", "2: identity.cahce: no such key; did you mean identity.cache?"),
    ("connect_timeout = \"1s\"", "1: connect_timeout: no such key; did you mean upstream.connect_timeout?"),
    ("[limits]\nlisten = \"127.0.0.1:1\"", "2: limits.listen: no such key; did you mean listen?"),
    ("[identiy]\ncache = \"1s\"", "1: identiy: no such key; did you mean identity?"),
    ("[metrics]\nport = 1", "1: metrics: no such key"),
    (r#"upstream = "http://host:9200""#, "1: upstream: is a section: write [upstream] with its keys below"),
    ("[[upstream]]", "1: upstream: is a section: write [upstream] with its keys below"),
    ("[upstream]\nurl = \"https://host:9200\"", "2: upstream.url is https: upstream.ca must name the file of the CA that signed the cluster's certificate"),
    (r#"upstream.certificate = "c.pem""#, "1: upstream.certificate stands alone: upstream.key must name the file of its private key"),
    (r#"upstream.key = "c.key""#, "1: upstream.key stands alone: upstream.certificate must name the file of its certificate"),
    (r#"upstream.user = "me""#, "1: upstream.user stands alone: upstream.password_file must name the file of the password"),
    (r#"upstream.password_file = "p""#, "1: upstream.password_file stands alone: upstream.user must name the user"),
    ("[upstream]\ncertificate = \"c\"\nkey = \"k\"\nuser = \"me\"\npassword_file = \"p\"", "4: upstream.user and upstream.certificate exclude each other: remove one of them"),
    (r#"identity.source = "users""#, r#"1: identity.source asks "users": identity.users must name the file of users"#),
    ("listen = on", "1: string values must be quoted, expected literal string"),
    ("listen = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"", "2: duplicate key"),
];

#[test]
fn a_wrong_file_is_told_by_its_line_its_key_and_what_would_be_right() {
    for (text, expected) in WRONG {
        let file = Scratch::file(text);

        let errors = read(&["--config", file.path()], &[]).unwrap_err();

        assert_eq!(errors.to_string(), format!("{}:{expected}", file.path()), "{text}");
    }
}

#[test]
fn a_wrong_variable_is_told_by_its_name() {
    #[rustfmt::skip]
    let wrong = [
        ("MODELGATE_IDENTITY_CACHE", "10 bananas", r#"MODELGATE_IDENTITY_CACHE: "10 bananas" is not a duration: write a number with a unit, as "10s" or "500ms""#),
        ("MODELGATE_LISTEN", "", r#"MODELGATE_LISTEN: "" is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#),
        ("MODELGATE_LOG_ACCESS", "1", r#"MODELGATE_LOG_ACCESS: "1" is neither true nor false: write one of them"#),
        ("MODELGATE_RUNTIME_THREADS", "+1", r#"MODELGATE_RUNTIME_THREADS: "+1" is not a count: write a whole number up to 4294967295"#),
        ("MODELGATE_IDENTITY_CAHCE", "1s", "MODELGATE_IDENTITY_CAHCE: no such variable; did you mean MODELGATE_IDENTITY_CACHE?"),
        ("MODELGATE_CONFG", "x", "MODELGATE_CONFG: no such variable; did you mean MODELGATE_CONFIG?"),
        ("MODELGATE_PORT", "9200", "MODELGATE_PORT: no such variable"),
        ("MODELGATE_UPSTREAM_URL", "https://host:9200", "MODELGATE_UPSTREAM_URL: upstream.url is https: upstream.ca must name the file of the CA that signed the cluster's certificate"),
    ];
    for (name, value, expected) in wrong {
        assert_eq!(read(&[], &[(name, value)]).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_wrong_flag_is_told_by_its_name() {
    #[rustfmt::skip]
    let wrong = [
        (["--listen", "here"], r#"--listen: "here" is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#),
        (["--log-level", "loud"], r#"--log-level: "loud" is not a level: write "error", "warn", "info", "debug" or "trace", or a filter as "info,modelgate::access=warn""#),
        (["--set", "identity.cache=soon"], r#"--set identity.cache: "soon" is not a duration: write a number with a unit, as "10s" or "500ms""#),
        (["--set", "identity.cahce=1s"], "--set identity.cahce: no such key; did you mean identity.cache?"),
        (["--set", "listen"], r#"--set: "listen" has no value: write KEY=VALUE"#),
        (["--set", "tls.key=k"], "--set tls.key: tls.key stands alone: tls.certificate must name the file of its certificate"),
        (["--set", "upstream.key=k"], "--set upstream.key: upstream.key stands alone: upstream.certificate must name the file of its certificate"),
    ];
    for (flags, expected) in wrong {
        assert_eq!(read(&flags, &[]).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_what_named_it() {
    let by_flag = read(&["--config", "/no/such/file"], &[]).unwrap_err().to_string();
    let by_variable = read(&[], &[("MODELGATE_CONFIG", "/no/such/file")]).unwrap_err().to_string();

    let reason = "/no/such/file cannot be read: No such file or directory (os error 2)";
    assert_eq!(by_flag, format!("--config: {reason}"));
    assert_eq!(by_variable, format!("MODELGATE_CONFIG: {reason}"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_told_by_its_name() {
    use std::os::unix::ffi::OsStringExt;
    let value = OsString::from_vec(vec![0xff]);

    let errors = Config::load(&Flags::default(), [("MODELGATE_LISTEN".into(), value)]).unwrap_err();

    assert_eq!(errors.to_string(), "MODELGATE_LISTEN: is not UTF-8");
}

#[test]
fn every_problem_is_told_the_files_by_their_lines_first() {
    let text = "guard = 1\naccess_control = 2\n[identity]\ncache = 3\n[limits]\nbody = 4";
    let file = Scratch::file(text);
    let flags = ["--config", file.path(), "--listen", "here"];

    let errors = read(&flags, &[("MODELGATE_GUARD", "none")]).unwrap_err().to_string();

    let name = file.path();
    let lines = [
        format!(r#"{name}:1: guard: 1 is no choice: write "enforce" or "upstream""#),
        format!(r#"{name}:2: access_control: 2 is no choice: write "on" or "off""#),
        format!(r#"{name}:4: identity.cache: 3 is not a duration: write a number with a unit, as "10s" or "500ms""#),
        format!(r#"{name}:6: limits.body: 4 is not a size: write a number above zero with a unit, as "100mb" or "32kb""#),
        r#"MODELGATE_GUARD: "none" is no choice: write "enforce" or "upstream""#.to_owned(),
        r#"--listen: "here" is not an IP address and port: write both, as "127.0.0.1:9200" or "[::]:9200""#.to_owned(),
    ];
    assert_eq!(errors, lines.join("\n"));
}

#[test]
fn the_rules_between_keys_are_asked_where_each_value_is_right_by_itself() {
    let text = "[identity]\nsource = \"users\"\nusers = 5";

    let errors = from_file(text).unwrap_err().to_string();

    assert!(
        errors.ends_with(r#":3: identity.users: 5 is not a file: write its path, as "ca.pem""#)
    );
    assert_eq!(errors.lines().count(), 1, "{errors}");
}

#[test]
fn a_long_or_many_lined_value_is_shown_on_one_line_and_cut() {
    let text = format!("guard = [\n  \"{}\",\n]", "x".repeat(200));

    let errors = from_file(&text).unwrap_err().to_string();

    let start = errors.find("guard: ").unwrap();
    let shown = format!("[   \"{}…", "x".repeat(75));
    assert_eq!(
        errors[start..],
        format!(r#"guard: {shown} is no choice: write "enforce" or "upstream""#)
    );
}
