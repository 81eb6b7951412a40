//! Requests reach the cluster as they came.

use crate::support::World;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

/// The request goes on byte for byte.
#[track_caller]
fn passes(world: &World, request: impl AsRef<[u8]>) {
    becomes(world, request.as_ref(), request.as_ref());
}

/// The request goes on as these bytes.
#[track_caller]
fn becomes(world: &World, sent: impl AsRef<[u8]>, heard: impl AsRef<[u8]>) {
    world.exchange(sent.as_ref(), heard.as_ref(), OK.as_bytes(), OK.as_bytes());
}

#[test]
fn any_method_goes_on_as_it_is() {
    let world = World::start();

    for method in
        ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "M-SEARCH", "_x!"]
    {
        passes(&world, format!("{method} /i HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
}

#[test]
fn no_byte_of_a_path_or_query_is_changed() {
    let world = World::start();

    for target in [
        "/",
        "//",
        "/a//b///",
        "/a/./b/../c",
        "/a%2Fb%2fc%20d%00%zz%",
        "/a#b",
        "/|{}\"<>^`\\",
        "/;x=1/b;y",
        "/%7E~%41A",
        "/ünï/日本",
        "/i/_search?q=%20+&a=b&&=&a&?x=/../y#z",
        "/?",
        "/i?q={\"a\":[1|2]}",
        "/_plugins/_ml/models/x?pretty",
        "/_plugins/_ml/model_group/x",
    ] {
        passes(&world, format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"));
    }
}

#[test]
fn a_target_as_long_as_the_limit_goes_on() {
    let world = World::start();

    passes(&world, format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(32_000)));
}

#[test]
fn headers_keep_their_case_order_repeats_and_spacing() {
    let world = World::start();

    passes(
        &world,
        "GET / HTTP/1.1\r\nzz:1\r\nhOsT: a\r\nX-A:  two  blanks  \r\nx-a:\ttab\t\r\nB: \r\nC:\r\n\
         X-A: again\r\nAccept-Encoding: gzip, br\r\nCookie: a=1; b=2\r\nCookie: c=3\r\n\
         Authorization: Basic YTpi\r\nUser-Agent: x/1 (y; z)\r\nx-opaque-id: 7\r\n\r\n",
    );
}

#[test]
fn header_values_keep_their_odd_bytes() {
    let world = World::start();

    passes(&world, b"GET / HTTP/1.1\r\nHost: a\r\nX: \xE9t\xE9 \"q\\\" {}|\r\nY: \x80\xFF\r\n\r\n");
    passes(&world, "GET / HTTP/1.1\r\nHost: [::1]:9200\r\n!#$%&'*+-.^_`|~: odd name\r\n\r\n");
}

#[test]
fn as_many_headers_as_the_limit_go_on() {
    let world = World::start();
    let fields: String = (1..128).map(|number| format!("x-{number}: {number}\r\n")).collect();

    passes(&world, format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"));
}

#[test]
fn fields_of_the_clients_connection_do_not_go_on() {
    let world = World::start();

    for fields in [
        "Connection: keep-alive\r\n",
        "Keep-Alive: timeout=5\r\n",
        "Proxy-Connection: keep-alive\r\n",
        "TE: trailers, deflate\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        "X-Mine: 1\r\nConnection: x-mINE ,\t, Other\r\nOther: 2\r\nx-mine: 3\r\n",
        "Connection: a\r\nA: 1\r\nconnection: b\r\nB: 2\r\n",
        "Connection:\r\n",
    ] {
        becomes(
            &world,
            format!("GET / HTTP/1.1\r\nX: 1\r\n{fields}Host: a\r\nY: 2\r\n\r\n"),
            "GET / HTTP/1.1\r\nX: 1\r\nHost: a\r\nY: 2\r\n\r\n",
        );
    }
}

#[test]
fn a_client_that_closes_leaves_the_upstreams_connection_open() {
    let world = World::start();
    let mut client = world.client();

    client.send("GET / HTTP/1.1\r\nX: 1\r\nConnection: Close\r\nHost: a\r\n\r\n");
    let mut upstream = world.accept();
    upstream.expect("GET / HTTP/1.1\r\nX: 1\r\nHost: a\r\n\r\n");
    upstream.send(OK);
    client.expect("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    client.expect_end();

    let mut next = world.client();
    next.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    upstream.expect("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
}

#[test]
fn who_a_client_claims_to_be_to_a_proxy_does_not_go_on() {
    let world = World::start();

    becomes(
        &world,
        "GET / HTTP/1.1\r\nHost: a\r\nx-proxy-user: admin\r\nX-Proxy-Roles: all_access\r\n\
         X-PROXY-EXT-any: 1\r\nx-proxyish: stays\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nx-proxyish: stays\r\n\r\n",
    );
}

#[test]
fn the_same_host_said_twice_goes_on_once() {
    let world = World::start();

    becomes(
        &world,
        "GET / HTTP/1.1\r\nHost: a:1\r\nX: 1\r\nhost: a:1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a:1\r\nX: 1\r\n\r\n",
    );
}

#[test]
fn empty_lines_before_a_request_are_dropped() {
    let world = World::start();

    becomes(
        &world,
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    );
}

#[test]
fn a_head_that_comes_byte_by_byte_goes_on_whole() {
    let world = World::start();
    let request = "POST /a?b HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 2\r\n\r\nhi";
    let mut client = world.client();

    client.send_bytewise(request);
    let mut upstream = world.accept();

    upstream.expect(request);
    upstream.send(OK);
    client.expect(OK);
}
