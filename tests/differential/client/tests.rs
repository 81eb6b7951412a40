use std::net::TcpListener;
use std::thread;

use super::*;

/// Answers one request per given text, each text on its own connection when it closes.
fn server(answers: Vec<&'static str>) -> (Client, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let served = thread::spawn(move || {
        let mut heads = Vec::new();
        let mut answers = answers.into_iter().peekable();
        while answers.peek().is_some() {
            let (stream, _) = listener.accept().expect("a connection");
            let mut stream = BufReader::new(stream);
            for answer in answers.by_ref() {
                heads.push(read_request(&mut stream));
                stream.get_mut().write_all(answer.as_bytes()).expect("written");
                if answer.is_empty() || answer.contains("close") {
                    break;
                }
            }
        }
        heads
    });
    (Client::new(&base, &Arc::new(no_roots())), served)
}

fn read_request(from: &mut impl BufRead) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        from.read_until(b'\n', &mut head).expect("a head");
    }
    let mut text = String::from_utf8(head).expect("UTF-8");
    let length = text.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
    let length = length.map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    from.read_exact(&mut body).expect("a body");
    text += &String::from_utf8(body).expect("UTF-8");
    text
}

fn no_roots() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

fn request(method: &str, body: Option<&str>) -> Request {
    let headers = vec![("content-type".to_owned(), String::new())];
    let body = body.map(|body| body.as_bytes().to_vec());
    Request { method: method.to_owned(), path: "/a#b".to_owned(), headers, body }
}

#[test]
fn a_request_goes_out_as_it_is_and_the_connection_is_kept() {
    let (mut client, served) = server(vec![
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi",
        "HTTP/1.1 405 No\r\nAllow: GET\r\nallow: PUT\r\ncontent-length: 9\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n",
    ]);

    let first = client.send(&request("TRACE", None));
    let second = client.send(&request("HEAD", None));
    let third = client.send(&request("POST", Some("{}")));

    assert_eq!((first.status, first.text()), (200, "hi".to_owned()));
    assert_eq!((second.status, second.header("ALLOW")), (405, Some("PUT")));
    assert_eq!((third.status, third.text()), (204, String::new()));
    let heads = served.join().expect("served");
    let host = format!("host: {}\r\ncontent-type: \r\n", client.authority);
    assert_eq!(heads[0], format!("TRACE /a#b HTTP/1.1\r\n{host}\r\n"));
    assert_eq!(heads[2], format!("POST /a#b HTTP/1.1\r\n{host}content-length: 2\r\n\r\n{{}}"));
}

#[test]
fn a_body_may_come_in_chunks_or_end_with_the_connection() {
    let (mut client, _) = server(vec![
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n1\r\n!\r\n0\r\nt: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nto the end",
    ]);

    assert_eq!(client.send(&request("GET", None)).text(), "hi!");
    assert_eq!(client.send(&request("GET", None)).text(), "to the end");
}

#[test]
fn a_connection_closed_without_an_answer_is_status_0_after_a_second_try() {
    let (mut client, served) = server(vec!["", ""]);

    let answer = client.send(&request("PUT", None));

    assert_eq!(answer.status, 0);
    assert_eq!(
        answer.text(),
        "client: RemoteDisconnected('Remote end closed connection without response')"
    );
    assert_eq!(served.join().expect("served").len(), 2);
}
