//! Answers that come before the request's body has ended.

use crate::support::World;

const HEAD: &str = "POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
const CHUNKED: &str = "POST /i HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
const NO: &str = "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\nno";
const NO_MORE: &str = "HTTP/1.1 400 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[test]
fn an_upstream_that_answers_early_and_reads_on_gets_the_whole_body() {
    let world = World::start();
    let mut client = world.client();

    client.send([HEAD, "01234"].concat());
    let mut upstream = world.accept();
    upstream.expect([HEAD, "01234"].concat());
    upstream.send(NO);
    client.expect(NO);
    client.send("56789");
    upstream.expect("56789");

    client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    upstream.expect("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    upstream.send(OK);
    client.expect(OK);
}

#[test]
fn an_answer_streams_while_the_body_does() {
    let world = World::start();
    let mut client = world.client();
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    client.send(CHUNKED);
    let mut upstream = world.accept();
    upstream.expect(CHUNKED);
    upstream.send(head);
    client.expect(head);
    for piece in ["1\r\na\r\n", "1\r\nb\r\n", "0\r\n\r\n"] {
        client.send(piece);
        upstream.expect(piece);
        upstream.send(piece);
        client.expect(piece);
    }

    client.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    upstream.expect("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
}

#[test]
fn an_upstream_that_answers_early_and_closes_is_believed() {
    let world = World::start();
    let mut client = world.client();

    client.send([HEAD, "01234"].concat());
    let mut upstream = world.accept();
    upstream.expect([HEAD, "01234"].concat());
    upstream.send("HTTP/1.1 400 No\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
    drop(upstream);

    client.expect(NO_MORE);
    client.send_in_vain("56789GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(client.expect_gone(), b"");
    world.serves_and_sent_nothing_else();
}

#[test]
fn an_upstream_that_stops_reading_in_the_middle_still_gives_its_answer() {
    let world = World::start();
    let mut client = world.client();
    let length = 64 << 20;

    client.send(format!("POST /i HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"));
    let mut upstream = world.accept();
    upstream.head();
    let mut sender = client.twin();
    let sending = std::thread::spawn(move || {
        for _ in 0..64 {
            sender.send_in_vain(vec![b'x'; 1 << 20]);
        }
    });
    upstream.take(1 << 20);
    upstream.send("HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");

    client.expect("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
    drop(upstream);
    client.expect_gone();
    sending.join().unwrap();
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_body_that_is_cut_after_an_early_answer_ends_both_connections() {
    let world = World::start();
    let mut client = world.client();

    client.send([HEAD, "01234"].concat());
    let mut upstream = world.accept();
    upstream.expect([HEAD, "01234"].concat());
    upstream.send(NO);
    client.expect(NO);
    client.close_sending();

    client.expect_end();
    upstream.expect_gone();
    world.serves_and_sent_nothing_else();
}

#[test]
fn a_body_that_stalls_after_an_early_answer_is_not_waited_for_without_end() {
    let world = World::with(&["upstream.body_timeout=300ms"]);
    let mut client = world.client();

    client.send([HEAD, "01234"].concat());
    let mut upstream = world.accept();
    upstream.expect([HEAD, "01234"].concat());
    upstream.send(NO);
    client.expect(NO);

    client.expect_end();
    upstream.expect_gone();
}
