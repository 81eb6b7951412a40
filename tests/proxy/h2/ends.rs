//! How streams and connections end: cut, given up, drained, idle.

use std::time::{Duration, Instant};

use h2::Reason;
use rustls::version::TLS13;

use crate::support::{Http2, Pair, Secure, World, request2 as request, secure_config};

fn world(settings: &[&str]) -> (World, Http2, Pair) {
    let pair = Pair::new();
    let world = World::with_tls(&pair, settings);
    let client = Http2::connect(&world.gate, &pair);
    (world, client, pair)
}

const GET: &str = "GET /i HTTP/1.1\r\nhost: localhost\r\n\r\n";
const NO_BODY: &str = "HTTP/1.1 204 No\r\n\r\n";

#[test]
fn an_answer_that_was_cut_is_a_reset_and_never_an_end() {
    let (world, mut client, _files) = world(&[]);

    for part in [
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
    ] {
        let response = client.get("/i");
        let mut upstream = world.accept();
        upstream.expect(GET);
        upstream.send(part);
        let mut response = client.wait(response).unwrap();
        let data = client.wait(response.body_mut().data()).unwrap().unwrap();
        assert_eq!(&data[..], b"hello");
        upstream.reset();

        let answer = client.rest(response);

        assert_eq!(answer.end.unwrap_err().reason(), Some(Reason::INTERNAL_ERROR), "{part}");
    }
    let response = client.get("/i");
    world.accept().send(NO_BODY);
    assert_eq!(client.answer(response).status, 204);
}

#[test]
fn a_cluster_that_cannot_be_reached_is_told_as_ever() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &["upstream.url=http://127.0.0.1:9"]);
    let mut client = Http2::connect(&world.gate, &pair);

    let response = client.get("/i");

    assert_eq!(client.answer(response).status, 502);
}

#[test]
fn a_request_that_is_given_up_is_given_up_at_the_cluster() {
    let (world, mut client, _files) = world(&[]);
    let (waiting, mut stream) = client.begin(request("GET", "/i").body(()).unwrap(), true);
    let mut first = world.accept();
    first.expect(GET);
    let (sending, mut body) = client.begin(request("POST", "/i").body(()).unwrap(), false);
    body.send_data("hello".into(), false).unwrap();
    let mut second = world.accept();
    second.head();
    let reading = client.get("/i");
    let mut third = world.accept();
    third.expect(GET);
    third.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    let reading = client.wait(reading).unwrap();

    stream.send_reset(Reason::CANCEL);
    body.send_reset(Reason::CANCEL);
    drop((waiting, sending, reading));

    first.expect_gone();
    second.expect_gone();
    third.expect_gone();
    assert!(world.gate.access_lines(3).iter().all(|line| line.contains("fault=\"client\"")));
    let response = client.get("/i");
    world.accept().send(NO_BODY);
    assert_eq!(client.answer(response).status, 204);
}

#[test]
fn an_answer_before_its_requests_end_is_whole() {
    let (world, mut client, _files) = world(&[]);
    let (response, _body) = client.begin(request("POST", "/i").body(()).unwrap(), false);
    let mut upstream = world.accept();
    upstream.head();
    upstream.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");

    let answer = client.answer(response);

    assert_eq!((answer.status, answer.body.as_slice()), (413, &b"hello"[..]));
    assert!(answer.end.is_ok());
}

#[test]
fn requests_in_flight_are_finished_and_the_connection_is_told_of_the_end() {
    let (mut world, mut client, _files) = world(&[]);
    let response = client.get("/i");
    let mut upstream = world.accept();
    upstream.expect(GET);

    world.gate.terminate();
    world.gate.line("SIGTERM");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");

    let answer = client.answer(response);
    assert_eq!((answer.body.as_slice(), answer.end.is_ok()), (&b"hello"[..], true));
    client.expect_end();
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn what_outlasts_the_drain_is_cut() {
    let (mut world, mut client, _files) = world(&["limits.drain=500ms"]);
    let response = client.get("/i");
    let mut upstream = world.accept();
    upstream.expect(GET);

    world.gate.terminate();

    client.wait(response).unwrap_err();
    upstream.expect_gone();
    assert_eq!(world.gate.ended().code(), Some(0));
}

#[test]
fn an_idle_connection_is_told_of_its_end_but_a_waiting_one_stays() {
    let (world, mut client, _files) = world(&["limits.keep_alive=300ms"]);
    let response = client.get("/i");
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.expect_silence(Duration::from_millis(600));
    let start = Instant::now();
    upstream.send(NO_BODY);
    assert_eq!(client.answer(response).status, 204);

    client.expect_end();

    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
}

#[test]
fn a_connection_ends_behind_its_last_request_and_where_others_need_room() {
    let pair = Pair::new();
    let settings = ["limits.requests_per_connection=2", "limits.connections=1"];
    let world = World::with_tls(&pair, &settings);
    let mut first = Http2::connect(&world.gate, &pair);
    let (one, two) = (first.get("/i"), first.get("/i"));
    for _ in 0..2 {
        world.accept().send("HTTP/1.1 204 No\r\nConnection: close\r\n\r\n");
    }

    assert_eq!((first.answer(one).status, first.answer(two).status), (204, 204));
    first.expect_end();

    let idle = Http2::connect(&world.gate, &pair);
    let mut other = Http2::connect(&world.gate, &pair);
    idle.expect_end();
    let response = other.get("/i");
    world.accept().send(NO_BODY);
    assert_eq!(other.answer(response).status, 204);
}

#[test]
fn who_begins_nothing_is_closed_in_time() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &["limits.header_timeout=500ms"]);
    let config = secure_config(&[pair.shown()], &["h2"], &[&TLS13]);
    let connect = || Secure::connect(world.gate.address(), "localhost", config.clone()).unwrap();
    let start = Instant::now();

    let (mut silent, mut begun) = (connect(), connect());
    begun.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    // The head of a request that never ends.
    begun.send(b"\0\0\x01\x01\0\0\0\0\x01\x82");
    silent.rest();
    begun.rest();

    let took = start.elapsed();
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(8), "{took:?}");
}
