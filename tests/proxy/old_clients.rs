//! HTTP/1.0 clients.

use crate::support::World;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// What the upstream hears of each.
const HEARD: &str = "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n";

#[test]
fn an_old_client_is_served_and_closed() {
    let world = World::start();
    let mut client = world.client();

    client.send("GET /1 HTTP/1.0\r\n\r\n");
    let mut upstream = world.accept();
    let authority = world.authority();
    upstream.expect(format!("GET /1 HTTP/1.1\r\nHost: {authority}\r\n\r\n"));
    upstream.send(OK);

    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    client.expect_end();
}

#[test]
fn an_old_client_that_asks_to_stay_is_kept() {
    let world = World::start();
    let mut client = world.client();
    let request = "GET /1 HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n";

    client.send(request);
    let mut upstream = world.accept();
    for _ in 0..2 {
        upstream.expect(HEARD);
        upstream.send(OK);
        client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
        client.send(request);
    }
}

#[test]
fn an_old_client_gets_no_chunks() {
    let world = World::start();
    let mut client = world.client();

    client.send("GET /1 HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n");
    let mut upstream = world.accept();
    upstream.expect(HEARD);
    upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\r\n5;a\r\nhello\r\n");
    client.expect("HTTP/1.1 200 OK\r\nX: 1\r\nConnection: close\r\n\r\nhello");
    upstream.send("2\r\n, \r\n0\r\nT: 1\r\n\r\n");

    client.expect(", ");
    client.expect_end();
}

#[test]
fn an_old_client_hears_of_no_interim_answer() {
    let world = World::start();
    let mut client = world.client();

    client.send("GET /1 HTTP/1.0\r\nHost: a\r\n\r\n");
    let mut upstream = world.accept();
    upstream.expect(HEARD);
    upstream.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    upstream.send(OK);

    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    client.expect_end();
}
