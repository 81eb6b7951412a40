//! Either side may be slow, for a time; then it is told so.

use std::time::{Duration, Instant};

use crate::support::{Peer, World, eventually};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";
const POST: &str = "POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
const REGISTER: &str = "POST /_plugins/_ml/model_groups/_register HTTP/1.1\r\nHost: a\r\n\
                        Content-Type: application/json\r\nContent-Length: 12\r\n\r\n";
const TIMEOUT: Duration = Duration::from_millis(400);

/// What happens takes the configured time, and less than any that nobody configured.
#[track_caller]
fn in_time(start: Instant) {
    let passed = start.elapsed();
    assert!(passed >= TIMEOUT && passed < 20 * TIMEOUT, "{passed:?}");
}

fn hasty() -> World {
    World::with(&["upstream.response_timeout=400ms"])
}

fn hasty_with_bodies() -> World {
    World::with(&["upstream.body_timeout=400ms"])
}

fn hasty_with_headers() -> World {
    World::with(&["limits.header_timeout=400ms"])
}

#[test]
fn a_silent_cluster_is_a_504() {
    let world = hasty();

    for request in [GET.to_owned(), [POST, "0123456789"].concat()] {
        let mut client = world.client();
        let start = Instant::now();
        client.send(&request);
        let mut upstream = world.accept();
        upstream.expect(&request);

        client.message().expect_fault(504, "receive_timeout_exception");
        in_time(start);
        client.expect_end();
        upstream.expect_end();
        world.serves_and_sent_nothing_else();
    }
}

#[test]
fn a_head_that_drips_is_a_504() {
    let world = hasty();
    let mut client = world.client();
    let start = Instant::now();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);

    let dripping = std::thread::spawn(move || {
        for byte in b"HTTP/1.1 200 OK\r\nX: ".iter().chain(std::iter::repeat_n(&b'a', 200)) {
            upstream.send_in_vain([*byte]);
            std::thread::sleep(Duration::from_millis(20));
        }
    });

    client.message().expect_fault(504, "receive_timeout_exception");
    in_time(start);
    dripping.join().unwrap();
}

#[test]
fn interim_answers_do_not_hold_the_clock() {
    let world = hasty();
    let mut client = world.client();
    let start = Instant::now();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);

    let waiting = std::thread::spawn(move || {
        for _ in 0..100 {
            upstream.send_in_vain("HTTP/1.1 102 Processing\r\n\r\n");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    while client.head().starts_with("HTTP/1.1 102") {}

    in_time(start);
    client.expect_gone();
    waiting.join().unwrap();
}

#[test]
fn a_slow_request_does_not_take_from_the_time_for_its_answer() {
    let world = World::with(&["upstream.response_timeout=2s"]);
    let mut client = world.client();

    client.send(POST);
    let mut upstream = world.accept();
    upstream.expect(POST);
    client.expect_silence(Duration::from_millis(2_200));
    client.send("0123456789");
    upstream.expect("0123456789");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
}

#[test]
fn an_answer_that_stops_in_the_middle_is_cut() {
    let world = hasty_with_bodies();
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    let start = Instant::now();
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");

    assert_eq!(client.expect_gone(), b"");
    in_time(start);
    upstream.expect_gone();
}

#[test]
fn a_body_that_stops_in_the_middle_is_a_408() {
    let world = hasty_with_bodies();
    let mut client = world.client();
    let start = Instant::now();
    client.send([POST, "01234"].concat());
    let mut upstream = world.accept();
    upstream.expect([POST, "01234"].concat());

    client.message().expect_fault(408, "request_timeout_exception");
    in_time(start);
    client.expect_end();
    upstream.expect_gone();
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_cluster_that_never_asks_for_a_body_is_a_504() {
    let world = hasty_with_bodies();
    let mut client = world.client();
    let head =
        "PUT /i/_doc/1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";

    client.send(head);
    let mut upstream = world.accept();
    upstream.expect(head);

    client.message().expect_fault(504, "receive_timeout_exception");
    upstream.expect_gone();
}

#[test]
fn a_body_for_modelgate_must_come_whole_in_its_time() {
    let world = hasty_with_bodies();

    let mut silent = world.client();
    silent.send(REGISTER);
    silent.message().expect_fault(408, "request_timeout_exception");
    silent.expect_end();

    let mut dripping = world.client();
    let start = Instant::now();
    dripping.send(REGISTER.replace("12\r", "1000\r"));
    let mut drip = dripping.twin();
    let sending = std::thread::spawn(move || {
        for _ in 0..150 {
            drip.send_in_vain(" ");
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    dripping.message().expect_fault(408, "request_timeout_exception");
    in_time(start);
    sending.join().unwrap();
    world.serves_and_sent_nothing_else();
}

#[test]
fn an_answer_that_needs_no_body_does_not_wait_for_it() {
    let world = World::start();
    let mut client = world.client();
    client.send(REGISTER.replace("POST", "PUT"));

    let answer = client.message();

    assert_eq!(answer.status(), 405);
    client.send("{\"name\":\"g\"}");
    client.send(REGISTER.replace("POST", "PATCH"));
    assert_eq!(client.message().status(), 405);
}

#[test]
fn headers_that_come_too_slowly_are_a_408() {
    let world = hasty_with_headers();

    for part in ["G", "GET /i HTTP/1.1\r\nHost: a\r\n", "\r\n"] {
        let mut client = world.client();
        let start = Instant::now();
        client.send(part);

        client.message().expect_fault(408, "request_timeout_exception");
        in_time(start);
        client.expect_end();
    }
    world.serves_and_sent_nothing_else();
}

#[test]
fn headers_that_drip_are_a_408() {
    let world = hasty_with_headers();
    let mut client = world.client();
    let start = Instant::now();
    client.send("GET /i HTTP/1.1\r\n");
    let mut drip = client.twin();

    let sending = std::thread::spawn(move || {
        for _ in 0..100 {
            drip.send_in_vain("X: y\r\n");
            std::thread::sleep(Duration::from_millis(20));
        }
    });

    client.message().expect_fault(408, "request_timeout_exception");
    in_time(start);
    sending.join().unwrap();
}

#[test]
fn a_second_request_has_no_more_time_for_its_headers_than_the_first() {
    let world = hasty_with_headers();
    let mut client = world.client();
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    client.expect("HTTP/1.1 204 No\r\n\r\n");
    let start = Instant::now();

    client.send("GET");

    client.message().expect_fault(408, "request_timeout_exception");
    in_time(start);
}

#[test]
fn a_client_that_says_nothing_is_closed_without_a_word() {
    let world = hasty_with_headers();
    let start = Instant::now();
    let mut client = world.client();

    client.expect_end();

    in_time(start);
}

#[test]
fn a_client_that_reads_nothing_is_left() {
    let world = hasty_with_bodies();
    let mut client = Peer::connect_narrow(world.gate.address());
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    let start = Instant::now();

    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
    let piece = vec![b'a'; 1 << 20];
    let stuck = std::thread::spawn(move || {
        for _ in 0..1000 {
            upstream.send_in_vain(&piece);
        }
    });

    stuck.join().unwrap();
    assert!(start.elapsed() >= TIMEOUT, "{:?}", start.elapsed());
    client.expect_gone();
    eventually("the log tells of it", || world.gate.log().contains("fault=\"client\""));
}
