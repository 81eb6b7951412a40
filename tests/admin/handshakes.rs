//! Clients whose TLS handshake fails are counted by why it failed.

use rustls::{pki_types::CertificateDer, version::TLS13};

use crate::operator::{Operator, PAGES};
use crate::support::{Gate, Pair, Peer, Secure, secure_config};

const REASONS: [&str; 4] = ["certificate", "closed", "protocol", "timeout"];

/// The beginning of a greeting.
const BEGUN: [u8; 6] = [22, 3, 1, 2, 0, 1];

/// Nobody listens at the discard port: no handshake needs a cluster.
fn gate(pair: &Pair, settings: &[&str]) -> (Gate, Operator) {
    let [certificate, key] = pair.settings();
    let own = ["listen=127.0.0.1:0", "upstream.url=http://127.0.0.1:9", &certificate, &key];
    let gate = Gate::start(&[&own[..], &PAGES, settings].concat());
    let operator = Operator::of(&gate);
    (gate, operator)
}

fn failed(reason: &str) -> String {
    format!(r#"modelgate_tls_handshake_failures_total{{reason="{reason}"}}"#)
}

fn connects(gate: &Gate, trusted: &[CertificateDer<'static>], alpn: &[&str]) -> bool {
    let config = secure_config(trusted, alpn, &[&TLS13]);
    Secure::connect(gate.address(), "localhost", config).is_ok()
}

#[test]
fn a_handshake_that_fails_is_counted_by_why() {
    let pair = Pair::new();
    let (gate, operator) = gate(&pair, &[]);
    let mut expected = [0.0; 4];
    let mut came = |reason: &str| {
        for (other, count) in REASONS.iter().zip(&mut expected) {
            *count += f64::from(u8::from(*other == reason));
            operator.expect(&failed(other), *count);
        }
    };

    assert!(connects(&gate, &[pair.shown()], &[]));
    came("none of them");

    // Of no known authority; and of one that is known by name, with another key.
    for trusted in [&[][..], &[Pair::new().shown()]] {
        assert!(!connects(&gate, trusted, &[]));
        came("certificate");
    }

    assert!(!connects(&gate, &[pair.shown()], &["spdy/3"]));
    came("protocol");

    let mut plain = Peer::connect(gate.address());
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    plain.expect_gone();
    came("protocol");

    let mut begun = Peer::connect(gate.address());
    begun.send(BEGUN);
    begun.reset();
    came("closed");

    drop(Peer::connect(gate.address()));
    came("closed");
}

#[test]
fn a_handshake_that_takes_too_long_is_counted_as_such() {
    let pair = Pair::new();
    let (gate, operator) = gate(&pair, &["limits.header_timeout=100ms"]);

    let mut silent = Peer::connect(gate.address());
    silent.expect_end();

    operator.expect(&failed("timeout"), 1.0);
    operator.expect(&failed("closed"), 0.0);
}
