//! Clients that go away.

use crate::support::{Cluster, Gate, Peer, World, eventually};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";

/// Upstream connections are not kept, so that each socket that is left is a leak.
fn world() -> World {
    World::with(&["upstream.idle_connections=0"])
}

/// Runs it ten times; then modelgate holds as many sockets as before.
#[track_caller]
fn leaks_nothing(world: &World, scene: impl Fn()) {
    world.serves_and_sent_nothing_else();
    leaves_no_socket(&world.gate, scene);
    world.serves_and_sent_nothing_else();
}

#[track_caller]
fn leaves_no_socket(gate: &Gate, scene: impl Fn()) {
    scene();
    let base = gate.settled_sockets();
    for _ in 0..10 {
        scene();
    }
    eventually("as many sockets as before", || gate.sockets() <= base);
}

#[test]
fn a_client_that_goes_before_it_asks_leaves_nothing() {
    let world = world();

    leaks_nothing(&world, || drop(world.client()));
    leaks_nothing(&world, || world.client().reset());
    leaks_nothing(&world, || {
        let mut client = world.client();
        client.send("GET /i HT");
        client.reset();
    });
}

#[test]
fn a_client_that_goes_in_the_middle_of_its_body_ends_the_request() {
    let world = world();

    for orderly in [true, false] {
        leaks_nothing(&world, || {
            let mut client = world.client();
            client.send([POST, "01234"].concat());
            let mut upstream = world.accept();
            upstream.expect([POST, "01234"].concat());
            if orderly {
                drop(client);
            } else {
                client.reset();
            }
            assert_eq!(upstream.expect_gone(), b"");
        });
    }
}

#[test]
fn a_client_that_goes_in_the_middle_of_a_chunk_ends_the_request() {
    let world = world();
    let part = "POST /i HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel";

    leaks_nothing(&world, || {
        let mut client = world.client();
        client.send(part);
        let mut upstream = world.accept();
        upstream.expect(part);
        drop(client);
        assert_eq!(upstream.expect_gone(), b"");
    });
}

#[test]
fn a_client_that_resets_while_it_waits_ends_the_request() {
    let world = world();

    for request in [GET.to_owned(), [POST, "0123456789"].concat()] {
        leaks_nothing(&world, || {
            let mut client = world.client();
            client.send(&request);
            let mut upstream = world.accept();
            upstream.expect(&request);
            client.reset();
            assert_eq!(upstream.expect_gone(), b"");
        });
    }
}

#[test]
fn a_client_that_goes_while_it_waits_is_found_gone_when_it_is_answered() {
    let world = world();

    leaks_nothing(&world, || {
        let mut client = world.client();
        client.send(GET);
        let mut upstream = world.accept();
        upstream.expect(GET);
        drop(client);
        upstream.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while !upstream.is_gone() {
            upstream.send_in_vain("1\r\na\r\n");
        }
    });
}

#[test]
fn a_client_that_goes_in_the_middle_of_its_answer_ends_the_request() {
    let world = world();
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";

    for orderly in [true, false] {
        leaks_nothing(&world, || {
            let mut client = world.client();
            client.send(GET);
            let mut upstream = world.accept();
            upstream.expect(GET);
            upstream.send(head);
            client.expect(head);
            if orderly {
                drop(client);
            } else {
                client.reset();
            }
            while !upstream.is_gone() {
                upstream.send_in_vain([0; 10_000]);
            }
        });
    }
}

#[test]
fn clients_that_go_after_their_answer_leave_nothing() {
    let world = world();

    leaks_nothing(&world, || {
        let mut client = world.client();
        client.send(GET);
        let mut upstream = world.accept();
        upstream.expect(GET);
        upstream.send("HTTP/1.1 204 No\r\n\r\n");
        client.expect("HTTP/1.1 204 No\r\n\r\n");
        upstream.expect_end();
    });
}

#[test]
fn clients_that_go_in_the_middle_of_a_model_group_leave_nothing() {
    let cluster = Cluster::start(|_| Vec::new());
    let gate = cluster.gate(&["identity.source=none", "upstream.idle_connections=0"]);
    let register = "POST /_plugins/_ml/model_groups/_register HTTP/1.1\r\nHost: a\r\n\
                    Content-Type: application/json\r\nContent-Length: 12\r\n\r\n{\"name\"";

    for rest in ["", ":\"g\"}"] {
        leaves_no_socket(&gate, || {
            let mut client = Peer::connect(gate.address());
            client.send([register, rest].concat());
            drop(client);
        });
        leaves_no_socket(&gate, || {
            let mut client = Peer::connect(gate.address());
            client.send([register, rest].concat());
            client.reset();
        });
    }
}

#[test]
fn what_a_closed_upstream_left_in_the_pool_is_cleared_away() {
    let world = World::start();
    world.serves_and_sent_nothing_else();
    let base = world.gate.settled_sockets();

    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    client.expect("HTTP/1.1 204 No\r\n\r\n");
    drop((client, upstream));

    eventually("the dead connection is closed", || world.gate.sockets() <= base);
}
