//! Connections to the cluster that are used again.

use crate::support::World;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")
}

#[test]
fn clients_share_the_upstreams_connection_one_after_the_other() {
    let world = World::start();
    let mut first = world.client();
    first.send(get("/0"));
    let mut upstream = world.accept();
    upstream.expect(get("/0"));
    upstream.send(OK);
    first.expect(OK);

    for _ in 0..3 {
        let mut other = world.client();
        other.send(get("/1"));
        upstream.expect(get("/1"));
        upstream.send(OK);
        other.expect(OK);
    }
}

#[test]
fn a_stale_connection_costs_no_request() {
    let world = World::start();
    let mut client = world.client();
    client.send(get("/1"));
    let mut stale = world.accept();
    stale.expect(get("/1"));
    stale.send(OK);
    client.expect(OK);

    drop(stale);
    client.send(get("/2"));
    let mut fresh = world.accept();
    fresh.expect(get("/2"));
    fresh.send(OK);

    client.expect(OK);
}

#[test]
fn a_get_on_a_connection_that_dies_under_it_is_sent_again() {
    let world = World::start();
    let mut client = world.client();
    client.send(get("/1"));
    let mut dying = world.accept();
    dying.expect(get("/1"));
    dying.send(OK);
    client.expect(OK);

    client.send(get("/2"));
    dying.expect(get("/2"));
    drop(dying);
    let mut fresh = world.accept();
    fresh.expect(get("/2"));
    fresh.send(OK);

    client.expect(OK);
}

#[test]
fn a_write_on_a_connection_that_dies_under_it_is_not_sent_again() {
    let world = World::start();

    for request in [
        "POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
        "POST /2 HTTP/1.1\r\nHost: a\r\n\r\n",
        "DELETE /2 HTTP/1.1\r\nHost: a\r\n\r\n",
    ] {
        let mut client = world.client();
        client.send(get("/1"));
        let mut dying = world.accept();
        dying.expect(get("/1"));
        dying.send(OK);
        client.expect(OK);
        client.send(request);
        dying.expect(request);
        drop(dying);

        client.message().expect_fault(502, "connection_closed_exception");
        client.expect_end();
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn what_an_upstream_says_unasked_is_nobodys_answer() {
    let world = World::start();
    let mut client = world.client();
    client.send(get("/1"));
    let mut upstream = world.accept();
    upstream.expect(get("/1"));
    upstream.send([OK, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"].concat());
    client.expect(OK);
    upstream.expect_end();

    client.send(get("/2"));
    let mut fresh = world.accept();
    fresh.expect(get("/2"));
    fresh.send(OK);
    client.expect(OK);
    fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    client.send(get("/3"));
    let mut third = world.accept();
    third.expect(get("/3"));
    third.send(OK);

    client.expect(OK);
}

#[test]
fn unused_upstream_connections_are_kept_up_to_their_number() {
    let world = World::with(&["upstream.idle_connections=1"]);
    let mut clients = [world.client(), world.client()];
    let mut upstreams = clients.each_mut().map(|client| {
        client.send(get("/1"));
        let mut upstream = world.accept();
        upstream.expect(get("/1"));
        upstream
    });
    for (client, upstream) in clients.iter_mut().zip(&mut upstreams) {
        upstream.send(OK);
        client.expect(OK);
    }

    upstreams[1].expect_end();
    clients[1].send(get("/2"));
    upstreams[0].expect(get("/2"));
}
