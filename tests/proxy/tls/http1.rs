//! HTTP/1.1 behind TLS: the same bytes as without.

use rustls::version::TLS13;

use crate::support::{End, Pair, Secure, World, noise, secure_config as config};

const GET: &str = "GET /i HTTP/1.1\r\nHost: a\r\n\r\n";

fn client(world: &World, pair: &Pair) -> Secure {
    let config = config(&[pair.shown()], &["http/1.1"], &[&TLS13]);
    Secure::connect(world.gate.address(), "localhost", config).unwrap()
}

#[test]
fn bytes_pass_both_ways_as_they_came() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = client(&world, &pair);
    let sent = noise(1 << 20);
    let head =
        format!("POST /i?q=%20 HTTP/1.1\r\nhOST: a\r\nContent-Length: {}\r\n\r\n", sent.len());
    let answer = "HTTP/1.1 200 Fine\r\nX-a: 1\r\nTransfer-Encoding: chunked\r\n\r\n\
                  5;x=y\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n";

    let mut upstream = std::thread::scope(|scope| {
        let hearing = scope.spawn(|| {
            let mut upstream = world.accept();
            upstream.expect([head.as_bytes(), &sent].concat());
            upstream
        });
        client.send([head.as_bytes(), &sent].concat());
        hearing.join().unwrap()
    });
    upstream.send(answer);
    client.expect(answer);
    client.send(GET);
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    client.expect("HTTP/1.1 204 No\r\n\r\n");
}

#[test]
fn requests_in_one_record_are_answered_one_after_the_other() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = client(&world, &pair);
    let filler = format!("X-Filler: {}\r\n", "x".repeat(8 * 1024 - GET.len() - 12));
    let long = GET.replace("\r\n\r\n", &format!("\r\n{filler}\r\n"));

    client.send([long.as_str(), GET].concat());

    let mut upstream = world.accept();
    for heard in [long.as_str(), GET] {
        upstream.expect(heard);
        upstream.send("HTTP/1.1 204 No\r\n\r\n");
        client.expect("HTTP/1.1 204 No\r\n\r\n");
    }
}

#[test]
fn an_answer_that_ends_by_close_ends_with_a_word() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let mut client = client(&world, &pair);
    client.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 200 OK\r\n\r\nhello");
    drop(upstream);

    let (read, end) = client.rest();

    assert_eq!(read, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
    assert_eq!(end, End::Told);
}

#[test]
fn an_answer_that_was_cut_does_not_end_with_a_word() {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let cut = |head: &str| {
        let mut client = client(&world, &pair);
        client.send(GET);
        let mut upstream = world.accept();
        upstream.expect(GET);
        upstream.send([head, "hello"].concat());
        client.expect(&head[..15]);
        upstream.reset();
        client.rest().1
    };

    assert_eq!(cut("HTTP/1.1 200 OK\r\n\r\n"), End::Reset);
    assert_ne!(cut("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), End::Told);
}

#[test]
fn an_idle_connection_is_told_of_its_end() {
    let pair = Pair::new();
    let mut world = World::with_tls(&pair, &["limits.keep_alive=300ms"]);
    let (mut idle, mut draining) = (client(&world, &pair), client(&world, &pair));
    idle.send(GET);
    let mut upstream = world.accept();
    upstream.expect(GET);
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    idle.expect("HTTP/1.1 204 No\r\n\r\n");

    assert_eq!(idle.rest(), (Vec::new(), End::Told));
    world.gate.terminate();
    assert_eq!(draining.rest(), (Vec::new(), End::Told));
    assert_eq!(world.gate.ended().code(), Some(0));
}
