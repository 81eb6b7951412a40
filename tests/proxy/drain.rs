//! How modelgate stops: what was begun is finished.

use std::{
    net::TcpStream,
    time::{Duration, Instant},
};

use crate::support::{World, eventually};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n";

#[test]
fn a_request_in_flight_is_finished_and_told_of_the_close() {
    let mut world = World::start();
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);

    world.gate.terminate();
    world.gate.line("SIGTERM");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
    client.expect_end();
    assert_eq!(world.gate.ended().code(), Some(0));
    world.gate.line("modelgate has stopped");
}

#[test]
fn a_body_in_flight_is_finished_both_ways() {
    let mut world = World::start();
    let mut client = world.client();
    client.send([POST, "01"].concat());
    let mut upstream = world.accept();
    upstream.expect([POST, "01"].concat());

    world.gate.terminate();
    world.gate.line("SIGTERM");
    client.send("23");
    upstream.expect("23");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n45");
    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n45");
    upstream.send("67");

    client.expect("67");
    client.expect_end();
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn idle_connections_are_closed_and_new_ones_refused() {
    let mut world = World::start();
    let (mut silent, mut idle, mut busy) = (world.client(), world.client(), world.client());
    idle.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    idle.expect("HTTP/1.1 204 No\r\n\r\n");
    busy.send(GET);
    upstream.expect(GET);

    world.gate.terminate();
    silent.expect_end();
    idle.expect_end();
    let address = world.gate.address();
    eventually("new connections are refused", || TcpStream::connect(address).is_err());
    assert!(world.gate.is_alive());
    upstream.send("HTTP/1.1 204 No\r\n\r\n");

    busy.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn a_head_in_flight_is_finished() {
    let mut world = World::start();
    let (begin, end) = GET.split_at(10);
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    client.send(begin);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    client.expect("HTTP/1.1 204 No\r\n\r\n");

    world.gate.terminate();
    world.gate.line("SIGTERM");
    client.send(end);
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");

    client.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn what_outlasts_the_drain_is_cut() {
    let mut world = World::with(&["limits.drain=500ms"]);
    let (mut waiting, mut reading) = (world.client(), world.client());
    waiting.send(GET);
    let mut first = world.accept();
    first.expect(GET);
    reading.send(GET);
    let mut second = world.accept();
    second.expect(GET);
    second.send("HTTP/1.1 200 OK\r\n\r\nhello");
    reading.expect("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");

    let start = Instant::now();
    world.gate.terminate();

    assert_eq!(waiting.expect_gone(), b"");
    reading.expect_reset();
    first.expect_gone();
    second.expect_gone();
    assert!(start.elapsed() >= Duration::from_millis(500), "{:?}", start.elapsed());
    assert_eq!(world.gate.ended().code(), Some(0));
    world.gate.line("requests were cut");
}

#[test]
fn an_interrupt_stops_it_as_well() {
    let mut world = World::start();

    world.gate.signal("INT");

    assert_eq!(world.gate.ended().code(), Some(0));
    world.gate.line("SIGINT");
}

#[test]
fn until_load_balancers_had_time_to_notice_connections_are_accepted_and_served_once() {
    let mut world = World::with(&["limits.drain_wait=3s"]);
    let start = Instant::now();
    world.gate.terminate();
    world.gate.line("SIGTERM");

    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    client.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    client.expect_end();

    let address = world.gate.address();
    eventually("new connections are refused", || TcpStream::connect(address).is_err());
    assert!(start.elapsed() >= Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(world.gate.ended().code(), Some(0));
}

/// The time in which it is, as modelgate has it.
const GRACE: Duration = Duration::from_secs(1);

#[test]
fn a_connection_that_was_just_answered_is_served_once_more() {
    let is_in_time = || {
        let mut world = World::with(&["limits.drain_wait=0s"]);
        let mut client = world.client();
        client.send(GET);
        let mut upstream = world.accept();
        upstream.expect(GET);
        let start = Instant::now();
        upstream.send("HTTP/1.1 204 No\r\n\r\n");
        client.expect("HTTP/1.1 204 No\r\n\r\n");

        world.gate.terminate();
        world.gate.line("SIGTERM");
        client.send_in_vain(GET);
        if start.elapsed() > GRACE {
            return false;
        }
        upstream.expect(GET);
        upstream.send("HTTP/1.1 204 No\r\n\r\n");

        client.expect("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
        assert_eq!(world.gate.ended().code(), Some(0));
        true
    };

    // A machine that is very busy may take longer than that to send a signal.
    assert!((0..5).any(|_| is_in_time()));
}
