//! Requests that two readers could read differently: each is refused, or goes on in one form.

mod chunks;
mod framing;
mod heads;

use crate::support::World;

/// Bytes behind a request, which nobody may take for a second one.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

/// It is answered with that status and no other, the connection ends, and the upstream hears
/// nothing of it. (What is long may not be read to its end: then it ends with a reset.)
#[track_caller]
fn refused(world: &World, payload: impl AsRef<[u8]>, status: u16) {
    let mut client = world.client();
    client.send_in_vain(payload.as_ref());

    let answer = client.message();
    let kind = match status {
        431 => "too_long_http_header_exception",
        _ => "illegal_argument_exception",
    };
    answer.expect_fault(status, kind);
    assert_eq!(answer.field("connection"), Some("close"), "{answer:?}");
    assert_eq!(client.expect_gone(), b"");
    world.serves_and_sent_nothing_else();
}

/// All of these are 400s.
#[track_caller]
fn all_refused(payloads: &[&[u8]]) {
    let world = World::start();
    for payload in payloads {
        println!("{}", payload.escape_ascii());
        refused(&world, payload, 400);
    }
}

/// It goes on as these bytes, and as one request.
#[track_caller]
fn goes_on(world: &World, payload: impl AsRef<[u8]>, heard: impl AsRef<[u8]>) {
    let mut client = world.client();
    client.send(payload.as_ref());

    let mut upstream = world.accept();
    upstream.expect(heard.as_ref());
    upstream.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(client.message().status(), 200);
    client.close_sending();
    client.expect_end();
    upstream.expect_end();
    world.serves_and_sent_nothing_else();
}
