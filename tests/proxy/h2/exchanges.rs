//! What of a request of HTTP/2 the cluster hears, and what of its answer the client.

use http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::support::{Http2, Pair, World, request2 as request};

fn world() -> (World, Http2, Pair) {
    let pair = Pair::new();
    let world = World::with_tls(&pair, &[]);
    let client = Http2::connect(&world.gate, &pair);
    (world, client, pair)
}

#[test]
fn a_request_is_heard_with_its_fields_in_their_order() {
    let (world, mut client, _files) = world();
    let mut asked = request("GET", "/a%2Fb/_doc/1?q=%20&x")
        .header("x-b", "2")
        .header("x-a", "1")
        .header("te", "trailers")
        .header("x-b", "3 ")
        .header("x-proxy-user", "root")
        .body(())
        .unwrap();
    for cookie in ["a=1", "b=2"] {
        asked.headers_mut().append(COOKIE, HeaderValue::from_static(cookie));
    }

    let response = client.begin(asked, true).0;

    let mut upstream = world.accept();
    upstream.expect(
        "GET /a%2Fb/_doc/1?q=%20&x HTTP/1.1\r\nhost: localhost\r\nx-b: 2\r\nx-b: 3 \r\nx-a: 1\r\n\
         cookie: a=1; b=2\r\n\r\n",
    );
    upstream.send("HTTP/1.1 200 Fine\r\nX-Sum: a\r\nKeep-Alive: 9\r\nContent-Length: 5\r\nx-sum: b\r\n\r\nhello");
    let answer = client.answer(response);
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"hello"[..]));
    let fields: Vec<_> = answer
        .fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
        .collect();
    assert_eq!(fields, [("x-sum", "a"), ("x-sum", "b"), ("content-length", "5")]);
    assert!(answer.end.unwrap().is_none());
}

#[test]
fn a_body_goes_on_with_its_length_or_in_chunks() {
    let (world, mut client, _files) = world();

    let with_length = request("POST", "/i").header("content-length", "5").body(()).unwrap();
    let (response, mut body) = client.begin(with_length, false);
    client.send_body(&mut body, "hello".into());
    let mut upstream = world.accept();
    upstream.expect("POST /i HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nhello");
    upstream.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(client.answer(response).status, 201);

    let (response, mut body) = client.begin(request("POST", "/i").body(()).unwrap(), false);
    body.send_data("hel".into(), false).unwrap();
    upstream.expect(
        "POST /i HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n",
    );
    body.send_data("".into(), false).unwrap();
    body.send_data("lo".into(), false).unwrap();
    upstream.expect("2\r\nlo\r\n");
    let mut trailers = HeaderMap::new();
    trailers.append("x-sum", HeaderValue::from_static("1"));
    body.send_trailers(trailers).unwrap();
    upstream.expect("0\r\nx-sum: 1\r\n\r\n");
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    let answer = client.answer(response);
    assert_eq!((answer.status, answer.body.len()), (204, 0));
}

#[test]
fn a_chunked_answer_is_heard_with_its_trailers_as_it_comes() {
    let (world, mut client, _files) = world();
    let response = client.get("/i");
    let mut upstream = world.accept();
    upstream.expect("GET /i HTTP/1.1\r\nhost: localhost\r\n\r\n");

    upstream.send(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5;x=y\r\nhello\r\n",
    );
    let mut response = client.wait(response).unwrap();
    let first = client.wait(response.body_mut().data()).unwrap().unwrap();
    upstream.send("2\r\n, \r\n0\r\nX-Sum: 1\r\nX-Sum: 2\r\n\r\n");
    let answer = client.rest(response);

    assert_eq!((&first[..], answer.body.as_slice()), (&b"hello"[..], &b", "[..]));
    assert_eq!(answer.field("trailer"), Some("X-Sum"));
    assert_eq!(answer.field("transfer-encoding"), None);
    let trailers = answer.end.unwrap().unwrap();
    assert_eq!(trailers.get_all("x-sum").iter().collect::<Vec<_>>(), ["1", "2"]);
}

#[test]
fn an_answer_that_ends_by_close_ends_its_stream_alone() {
    let (world, mut client, _files) = world();
    let response = client.get("/i");
    let mut upstream = world.accept();
    upstream.expect("GET /i HTTP/1.1\r\nhost: localhost\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\n\r\nhello");
    drop(upstream);

    let answer = client.answer(response);

    assert_eq!(answer.body, b"hello");
    assert!(answer.end.unwrap().is_none() && answer.fields.is_empty());
    let response = client.get("/again");
    world.accept().send("HTTP/1.1 204 No\r\n\r\n");
    assert_eq!(client.answer(response).status, 204);
}

#[test]
fn an_answer_to_head_has_no_body() {
    let (world, mut client, _files) = world();
    let response = client.begin(request("HEAD", "/i").body(()).unwrap(), true).0;
    let mut upstream = world.accept();
    upstream.expect("HEAD /i HTTP/1.1\r\nhost: localhost\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");

    let answer = client.answer(response);

    assert_eq!((answer.field("content-length"), answer.body.len()), (Some("5"), 0));
    let response = client.get("/i");
    upstream.expect("GET /i HTTP/1.1\r\nhost: localhost\r\n\r\n");
    upstream.send("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
    assert_eq!(client.answer(response).status, 304);
}

#[test]
fn interim_answers_pass() {
    let (world, mut client, _files) = world();
    let asked = request("POST", "/i").header("expect", "100-continue").body(()).unwrap();
    let (mut response, mut body) = client.begin(asked, false);
    let mut upstream = world.accept();
    upstream.expect(
        "POST /i HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n\
         transfer-encoding: chunked\r\n\r\n",
    );
    let interim = |response: &mut h2::client::ResponseFuture| {
        client.wait(std::future::poll_fn(|context| response.poll_informational(context)))
    };

    upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(interim(&mut response).unwrap().unwrap().status(), 100);
    upstream.send("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n");
    let hints = interim(&mut response).unwrap().unwrap();
    assert_eq!((hints.status().as_u16(), hints.headers()["link"].as_bytes()), (103, &b"a"[..]));
    client.send_body(&mut body, "hello".into());
    upstream.expect("5\r\nhello\r\n0\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(client.answer(response).status, 200);
}

#[test]
fn requests_of_one_connection_do_not_wait_for_each_other() {
    let (world, mut client, _files) = world();
    let slow = client.get("/slow");
    let mut first = world.accept();
    first.expect("GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let quick = client.get("/quick");
    let mut second = world.accept();
    second.expect("GET /quick HTTP/1.1\r\nhost: localhost\r\n\r\n");

    second.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nquick");
    assert_eq!(client.answer(quick).body, b"quick");
    first.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
    assert_eq!(client.answer(slow).body, b"slow");
}

#[test]
fn an_authority_alone_is_enough_and_two_that_differ_are_too_much() {
    let (world, mut client, _files) = world();
    let same = request("GET", "/i").header("host", "localhost").body(()).unwrap();
    let response = client.begin(same, true).0;
    let mut upstream = world.accept();
    upstream.expect("GET /i HTTP/1.1\r\nhost: localhost\r\n\r\n");
    upstream.send("HTTP/1.1 204 No\r\n\r\n");
    assert_eq!(client.answer(response).status, 204);

    let other = request("GET", "/i").header("host", "elsewhere").body(()).unwrap();
    let response = client.begin(other, true).0;
    client.answer(response).expect_fault(400, "illegal_argument_exception");
}
