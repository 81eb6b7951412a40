//! Connections: kept on both sides, requests sent ahead, sides closed by halves.

use std::time::Duration;

use crate::support::{World, eventually};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const LONG: Duration = Duration::from_millis(900);

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

#[test]
fn both_connections_serve_many_requests() {
    let world = World::start();
    let mut client = world.client();
    client.send(get("/0"));
    let mut upstream = world.accept();
    upstream.expect(get("/0"));
    upstream.send(OK);
    client.expect(OK);

    for number in 1..20 {
        client.send(get(&format!("/{number}")));
        upstream.expect(get(&format!("/{number}")));
        upstream.send(OK);
        client.expect(OK);
    }
}

#[test]
fn requests_sent_ahead_are_answered_in_their_order() {
    let world = World::start();
    let mut client = world.client();
    let post = "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nGET";
    let chunked = "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\
                   2\r\nhi\r\n0\r\n\r\n";
    let head = "HEAD /4 HTTP/1.1\r\nHost: a\r\n\r\n";
    let all = [&get("/1"), post, chunked, head, &get("/5")].concat();

    client.send(&all);
    let mut upstream = world.accept();
    for request in [&get("/1"), post, chunked, head, &get("/5")] {
        upstream.expect(request);
        let path = request.split(' ').nth(1).unwrap();
        let answer = format!("HTTP/1.1 200 OK\r\nX: {path}\r\nContent-Length: 0\r\n\r\n");
        upstream.send(&answer);
        client.expect(&answer);
    }
}

#[test]
fn a_request_sent_ahead_waits_for_the_answer_before_it() {
    let world = World::start();
    let mut client = world.client();

    client.send([get("/1"), get("/2")].concat());
    let mut upstream = world.accept();
    upstream.expect(get("/1"));
    upstream.expect_silence(Duration::from_millis(200));
    upstream.send(OK);

    upstream.expect(get("/2"));
}

#[test]
fn requests_sent_ahead_may_come_byte_by_byte() {
    let world = World::start();
    let mut client = world.client();

    client.send_bytewise([get("/1"), get("/2"), get("/3")].concat());
    let mut upstream = world.accept();
    for path in ["/1", "/2", "/3"] {
        upstream.expect(get(path));
        upstream.send(OK);
        client.expect(OK);
    }
}

#[test]
fn a_client_that_closed_its_sending_side_gets_its_answers() {
    let world = World::start();
    let post = "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";

    for requests in [vec![get("/1")], vec![post.to_owned()], vec![get("/1"), post.to_owned()]] {
        let mut client = world.client();
        client.send(requests.concat());
        client.close_sending();
        let mut upstream = world.accept();
        for request in &requests {
            upstream.expect(request);
            upstream.send(OK);
            client.expect(OK);
        }

        client.expect_end();
    }
}

#[test]
fn a_client_that_closes_its_sending_side_while_it_waits_gets_its_answer() {
    let world = World::start();
    let mut client = world.client();

    client.send(get("/1"));
    let mut upstream = world.accept();
    upstream.expect(get("/1"));
    client.close_sending();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha");
    upstream.send("lf");

    client.expect("lf");
    client.expect_end();
}

#[test]
fn half_a_request_before_a_closed_side_reaches_nobody() {
    let world = World::start();

    for half in ["GET", "GET /x HTTP/1.1\r\nHost: a\r\n"] {
        let mut client = world.client();
        client.send(half);
        client.close_sending();

        client.expect_end();
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn an_idle_client_is_kept_as_long_as_it_was_said() {
    let world = World::with(&["limits.keep_alive=300ms", "limits.header_timeout=60s"]);
    let mut client = world.client();

    client.send(get("/1"));
    let mut upstream = world.accept();
    upstream.expect(get("/1"));
    upstream.send(OK);
    client.expect(OK);

    client.expect_end();
}

#[test]
fn an_idle_client_is_not_hurried_by_the_time_for_headers() {
    let world = World::with(&["limits.header_timeout=300ms"]);

    // A head of as many bytes as are read at once leaves the socket looking readable.
    for length in [100, 4096, 8192] {
        let bare = "GET /?x= HTTP/1.1\r\nHost: a\r\n\r\n".len();
        let request = get(&format!("/?x={}", "a".repeat(length - bare)));
        let mut client = world.client();
        client.send(&request);
        let mut upstream = world.accept();
        upstream.expect(&request);
        upstream.send(OK);
        client.expect(OK);
        client.expect_silence(LONG);
        client.send(&request);
        upstream.expect(&request);
        upstream.send(OK);

        client.expect(OK);
    }
}

#[test]
fn more_clients_than_seats_wait_for_one() {
    let world = World::with(&["limits.connections=2"]);
    let (first, _second) = (world.client(), world.client());
    let base = world.gate.sockets();
    eventually("two are seated", || world.gate.sockets() >= base);
    let mut third = world.client();

    third.send(get("/3"));
    third.expect_silence(Duration::from_millis(200));
    drop(first);
    let mut upstream = world.accept();
    upstream.expect(get("/3"));
    upstream.send(OK);

    third.expect(OK);
}
