//! Connections beyond the limits.

use std::time::Duration;

use crate::support::{Peer, World, eventually};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const NO: &str = "HTTP/1.1 204 No\r\n\r\n";
const LAST: &str = "HTTP/1.1 204 No\r\nConnection: close\r\n\r\n";

#[test]
fn an_address_has_no_more_connections_than_it_may() {
    let world = World::with(&["limits.connections_per_address=2"]);
    let (mut first, second) = (world.client(), world.client());
    first.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);

    for _ in 0..3 {
        world.client().expect_gone();
    }
    upstream.send(NO);
    first.expect(NO);
    drop(second);
    eventually("there is a place again", || {
        let mut third = world.client();
        third.send_in_vain(GET);
        std::thread::sleep(Duration::from_millis(20));
        !third.is_gone()
    });

    world.gate.line("their address has too many");
    assert_eq!(world.gate.log().matches("their address has too many").count(), 1);
}

#[test]
fn a_connection_serves_as_many_requests_as_it_may() {
    let world = World::with(&["limits.requests_per_connection=3"]);
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    let answers = [NO, NO, LAST];
    for (at, told) in answers.iter().enumerate() {
        if at > 0 {
            client.send(GET);
        }
        upstream.expect(GET);
        upstream.send(NO);
        client.expect(told);
    }

    client.expect_end();
}

#[test]
fn the_last_request_that_modelgate_answers_itself_ends_the_connection_too() {
    let world = World::with(&["limits.requests_per_connection=1"]);
    let mut client = world.client();

    client.send("GET /_plugins/_ml/model_groups HTTP/1.1\r\nHost: a\r\n\r\n");

    assert_eq!(client.message().field("connection"), Some("close"));
    client.expect_end();
}

#[test]
fn where_no_seat_is_free_the_connection_that_was_idle_longest_makes_room() {
    let world = World::with(&["limits.connections=3"]);
    let mut clients = [world.client(), world.client(), world.client()];
    let mut upstreams: Vec<Peer> = Vec::new();
    for client in &mut clients {
        client.send(GET);
        if upstreams.is_empty() {
            upstreams.push(world.accept());
        }
        upstreams[0].expect(GET);
        upstreams[0].send(NO);
        client.expect(NO);
    }
    let [mut busy, mut oldest, mut younger] = clients;
    busy.send(GET);
    upstreams[0].expect(GET);

    let mut fourth = world.client();
    fourth.send(GET);
    oldest.expect_end();
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send(NO);
    fourth.expect(NO);

    younger.send(GET);
    upstream.expect(GET);
    upstream.send(NO);
    younger.expect(NO);
    upstreams[0].send(NO);
    busy.expect(NO);
}
