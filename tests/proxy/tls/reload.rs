//! Another certificate, while connections stay.

use std::{
    fs,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
};

use rustls::{
    pki_types::CertificateDer,
    version::{TLS12, TLS13},
};

use crate::support::{
    Cluster, Gate, Pair, Secure, eventually, json_answer, replace, secure_config as config,
};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

fn cluster() -> Cluster {
    Cluster::start(|_| json_answer("200 OK", &serde_json::json!({})))
}

fn gate(cluster: &Cluster, pair: &Pair) -> Gate {
    let [certificate, key] = pair.settings();
    cluster.gate(&[&certificate, &key, "identity.source=none"])
}

fn connect(gate: &Gate, trusted: &[CertificateDer<'static>]) -> std::io::Result<Secure> {
    Secure::connect(gate.address(), "localhost", config(trusted, &[], &[&TLS12, &TLS13]))
}

fn shows(gate: &Gate, certificate: &CertificateDer<'static>) -> bool {
    connect(gate, std::slice::from_ref(certificate)).is_ok()
}

fn ask(client: &mut Secure) -> std::io::Result<()> {
    client.try_send(GET)?;
    let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\n\
                 Content-Length: 2\r\n\r\n{}";
    client.expect(head);
    Ok(())
}

#[test]
fn a_changed_file_is_taken_up_and_open_connections_stay() {
    let (cluster, pair) = (cluster(), Pair::new());
    let gate = gate(&cluster, &pair);
    let old = pair.shown();
    let mut client = connect(&gate, std::slice::from_ref(&old)).unwrap();
    ask(&mut client).unwrap();

    let new = pair.renew();
    eventually("the new certificate is shown", || shows(&gate, &new));

    assert!(!shows(&gate, &old));
    ask(&mut client).unwrap();
    gate.line("the certificate was read anew");
}

#[test]
fn a_hangup_reads_the_files_even_if_they_look_the_same() {
    let (cluster, pair) = (cluster(), Pair::new());
    let mut gate = gate(&cluster, &pair);

    gate.signal("HUP");

    gate.line("the certificate was read anew");
    assert!(gate.is_alive());
}

#[test]
fn a_broken_certificate_leaves_the_old_one_and_is_told_once() {
    let (cluster, pair, other) = (cluster(), Pair::new(), Pair::new());
    let gate = gate(&cluster, &pair);
    let old = pair.shown();
    let broken = [
        ("no PEM".to_owned(), "it holds no PEM certificate"),
        (fs::read_to_string(other.certificate()).unwrap(), "tls.certificate and tls.key ("),
    ];

    for (text, said) in broken {
        replace(&pair.certificate(), &text);
        gate.line(said);
    }
    fs::remove_file(pair.certificate()).unwrap();
    gate.line("No such file");

    assert!(shows(&gate, &old));
    let new = pair.renew();
    eventually("a good one is shown again", || shows(&gate, &new));
    let log = gate.log();
    for said in ["it holds no PEM certificate", "tls.certificate and tls.key (", "No such file"] {
        assert_eq!(log.matches(said).count(), 1, "{log}");
    }
}

#[test]
fn no_request_fails_while_certificates_change() {
    let (cluster, pair) = (cluster(), Pair::new());
    let gate = gate(&cluster, &pair);
    let certificates: Vec<_> = (0..5).map(|_| Pair::new()).collect();
    let mut trusted: Vec<_> = certificates.iter().map(Pair::shown).collect();
    trusted.push(pair.shown());
    let (ended, kept, new) = (AtomicBool::new(false), AtomicU32::new(0), AtomicU32::new(0));

    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut client = connect(&gate, &trusted).unwrap();
                while !ended.load(SeqCst) {
                    ask(&mut client).unwrap();
                    kept.fetch_add(1, SeqCst);
                }
            });
            scope.spawn(|| {
                while !ended.load(SeqCst) {
                    ask(&mut connect(&gate, &trusted).unwrap()).unwrap();
                    new.fetch_add(1, SeqCst);
                }
            });
        }
        for next in &certificates {
            replace(&pair.key(), &fs::read_to_string(next.key()).unwrap());
            replace(&pair.certificate(), &fs::read_to_string(next.certificate()).unwrap());
            eventually("the new certificate is shown", || shows(&gate, &next.shown()));
        }
        ended.store(true, SeqCst);
    });

    assert!(kept.load(SeqCst) > 0 && new.load(SeqCst) > 0);
}
