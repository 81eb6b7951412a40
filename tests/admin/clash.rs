//! What becomes of a modelgate whose admin address is taken.

use std::{
    net::TcpListener,
    process::{Child, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::operator::Operator;
use crate::support::{Gate, PATIENCE, Peer, modelgate};

const OWN: [&str; 2] = ["listen=127.0.0.1:0", "upstream.url=http://127.0.0.1:9"];

#[test]
fn a_configured_address_that_is_taken_ends_the_start() {
    let gate = Gate::start(&[&OWN[..], &["admin.listen=127.0.0.1:0"]].concat());
    let operator = Operator::of(&gate);
    let taken = format!("admin.listen={}", operator.address());

    let mut second = modelgate(&["--set", OWN[0], "--set", &taken]);
    let second = second.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let ended = ended(second);

    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    let expected = format!("cannot listen on {} (key admin.listen)", operator.address());
    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(told.contains(&expected), "{told}");
}

#[test]
fn the_usual_address_that_is_taken_is_a_warning() {
    // Where this fails, it is taken already.
    let _taken = TcpListener::bind("127.0.0.1:9600");

    // `Gate::start` would say where the pages are.
    let gate = Gate::run(vec!["--set", OWN[0], "--set", OWN[1]]);

    let warning = gate.line("cannot listen on 127.0.0.1:9600 (key admin.listen)");
    assert!(warning.contains("WARN"), "{warning}");
    assert_serves(&gate);
    assert!(!gate.log().contains("the admin listener is up"));
}

#[test]
fn without_an_admin_listener_modelgate_serves() {
    let gate = Gate::start(&[&OWN[..], &["admin.listen=off"]].concat());

    assert_serves(&gate);
    assert!(!gate.log().contains("admin"), "{}", gate.log());
}

/// Waits for its own end; one that serves is killed in time.
fn ended(mut child: Child) -> Output {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

fn assert_serves(gate: &Gate) {
    let mut client = Peer::connect(gate.address());
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    client.message().expect_fault(502, "connect_exception");
}
