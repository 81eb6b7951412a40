//! Which handshakes are answered, and how.

use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use rustls::{
    ProtocolVersion, SupportedProtocolVersion,
    version::{TLS12, TLS13},
};

use crate::support::{Gate, Pair, Peer, Run, Secure, World, secure_config as config};

const BOTH: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

fn gate(pair: &Pair, settings: &[&str]) -> Gate {
    let [certificate, key] = pair.settings();
    Gate::start(&[&[certificate.as_str(), key.as_str()], settings].concat())
}

#[test]
fn tls_1_2_and_1_3_are_spoken() {
    let pair = Pair::new();
    let gate = gate(&pair, &[]);

    for (version, agreed) in
        [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)]
    {
        let config = config(&[pair.shown()], &[], &[version]);
        let client = Secure::connect(gate.address(), "localhost", config).unwrap();

        assert_eq!(client.version(), agreed);
    }
}

#[test]
fn the_protocol_is_agreed_on_where_the_client_asks() {
    let pair = Pair::new();
    let gate = gate(&pair, &[]);
    let agreed = |offered: &[&str]| {
        let config = config(&[pair.shown()], offered, &BOTH);
        let client = Secure::connect(gate.address(), "localhost", config)?;
        Ok::<_, std::io::Error>(client.alpn().map(str::to_owned))
    };

    assert_eq!(agreed(&[]).unwrap(), None);
    assert_eq!(agreed(&["http/1.1"]).unwrap().as_deref(), Some("http/1.1"));
    assert_eq!(agreed(&["http/1.1", "h2"]).unwrap().as_deref(), Some("h2"));
    assert!(agreed(&["spdy/3"]).unwrap_err().to_string().contains("NoApplicationProtocol"));
}

#[test]
fn a_client_need_not_tell_a_name_nor_the_right_one() {
    let pair = Pair::new();
    let gate = gate(&pair, &[]);
    let config = config(&[pair.shown()], &[], &BOTH);

    let without = Secure::connect(gate.address(), "127.0.0.1", config.clone()).unwrap();
    let other = Secure::connect(gate.address(), "elsewhere", config).unwrap_err();

    assert_eq!(*without.certificate(), pair.shown());
    assert!(other.to_string().contains("not valid for name"), "{other}");
}

#[test]
fn a_slow_handshake_is_closed_at_its_deadline() {
    let pair = Pair::new();
    let gate = gate(&pair, &["limits.header_timeout=500ms"]);
    let start = Instant::now();

    let mut silent = Peer::connect(gate.address());
    let mut begun = Peer::connect(gate.address());
    begun.send([22, 3, 1, 2, 0, 1]);
    silent.expect_end();
    begun.expect_gone();

    let took = start.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(5), "{took:?}");
    let config = config(&[pair.shown()], &[], &BOTH);
    Secure::connect(gate.address(), "localhost", config).unwrap();
}

#[test]
fn who_speaks_no_tls_is_told_in_an_alert() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = world.client();

    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    let alert = client.expect_gone();
    assert_eq!(alert.first(), Some(&21), "{alert:?}");
}

#[test]
fn a_handshake_does_not_hold_the_end_up() {
    let pair = Pair::new();
    let mut world = World::with_tls(&pair, &[]);
    let mut begun = world.client();
    begun.send([22, 3, 1, 2, 0, 1]);

    world.gate.terminate();

    begun.expect_gone();
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn a_probe_greets_a_gate_behind_tls() {
    let pair = Pair::new();
    let gate = gate(&pair, &[]);
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let [certificate, key] = pair.settings();
    let probe = |address: SocketAddr| {
        let address = address.to_string();
        let flags = ["--probe", "--listen", &address, "--set", &certificate, "--set", &key];
        Run::to_end(&flags).code
    };

    assert_eq!(probe(gate.address()), Some(0));
    let closed = plain.local_addr().unwrap();
    drop(plain);
    assert_eq!(probe(closed), Some(1));
    assert_eq!(TcpStream::connect(closed).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn files_that_are_of_no_use_end_the_start_and_are_named_with_their_key() {
    let (pair, other) = (Pair::new(), Pair::new());
    let path = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let (certificate, key) = (path(pair.certificate()), path(pair.key()));
    for (certificate, key, named) in [
        ("/nowhere/gate.pem", key.as_str(), "tls.certificate: /nowhere/gate.pem: No such file"),
        (&certificate, "/nowhere/gate.key", "tls.key: /nowhere/gate.key: No such file"),
        (&key, &key, "it holds no PEM certificate"),
        (&certificate, &certificate, "tls.key: "),
        (&certificate, &path(other.key()), "tls.certificate and tls.key ("),
    ] {
        let set = [format!("tls.certificate={certificate}"), format!("tls.key={key}")];
        let run = Run::to_end(&["--check-config", "--set", &set[0], "--set", &set[1]]);

        assert_eq!(run.code, Some(64), "{run:?}");
        assert!(run.err.contains(named), "{named}: {run:?}");
    }
}
