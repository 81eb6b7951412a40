//! The bytes of a request: what is ours is never passed, what is passed reads the same again and reaches nothing that is
//! protected.

use modelgate::config;
use modelgate::guard::Guard;
use modelgate::route::{Ours, Route, Routed, Untouched, sort};
use modelgate::wire::{Framing, RequestHead};

use crate::opensearch::reaches;

/// Fails where a request goes a way that it may not.
pub fn check(input: &[u8]) {
    let Ok(Some(head)) = RequestHead::parse(input, 100) else { return };
    let Ok(routed) = sorted(&head) else { return };
    match routed {
        Routed::Ours(ours) => check_ours(&head, &ours),
        Routed::Untouched(untouched) => {
            assert!(!is_ours(head.target), "{} passed", head.target);
            check_untouched(&head, &untouched);
        }
    }
}

fn sorted(head: &RequestHead<'_>) -> Result<Routed, modelgate::route::Refused> {
    sort(head, "up:9200", &Guard::new(config::Guard::Enforce, 64 * 1024))
}

fn check_ours(head: &RequestHead<'_>, ours: &Ours) {
    let speaks = |path: &String| path.to_ascii_lowercase().contains("model_groups");
    assert!(readings(head.target).iter().any(speaks), "{} is not ours", head.target);
    assert_eq!((head.method, head.target), (ours.method.as_str(), ours.target.as_str()));
    match &ours.route {
        Route::Delete(id) | Route::Get(id) | Route::Update(id) => assert!(!id.is_empty()),
        Route::Register => assert_eq!(head.method, "POST"),
        Route::Search => assert!(matches!(head.method, "GET" | "POST")),
        Route::BadEscape | Route::NotAllowed(_) | Route::Nothing | Route::Options(_) => {}
    }
}

/// The head that goes upstream says what the client said, is framed as that, and is sorted the same.
fn check_untouched(head: &RequestHead<'_>, untouched: &Untouched) {
    let sent = RequestHead::parse(untouched.head(), 101).expect("a head").expect("a whole head");
    assert_eq!(sent.len, untouched.head().len());
    assert_eq!(sent.method, head.method);
    assert!(!reaches(sent.method, sent.target, b""), "{} passed", sent.target);
    assert_eq!(Framing::of_request(&sent), Framing::of_request(head));
    assert_eq!(untouched.framing(), Framing::of_request(&sent).expect("a framing"));
    check_fields(head, &sent);

    let Ok(Routed::Untouched(again)) = sorted(&sent) else { panic!("it would not pass again") };
    assert_eq!(again.head(), untouched.head());
}

/// The lines are the client's, in their order; all that must arrive are there.
fn check_fields(head: &RequestHead<'_>, sent: &RequestHead<'_>) {
    let mut left = head.fields.iter();
    for field in sent.fields.iter().filter(|field| field.line != b"Host: up:9200") {
        assert!(left.any(|other| other.line == field.line), "{} is new", field.name);
    }
    for name in ["authorization", "cookie", "content-type", "content-length", "transfer-encoding"] {
        let lines = |head: &RequestHead<'_>| head.fields.iter().filter(|one| one.is(name)).count();
        assert_eq!(lines(head), lines(sent), "{name}");
    }
    assert_eq!(sent.fields.iter().filter(|field| field.is("host")).count(), 1);
    let hops = ["connection", "te", "upgrade", "keep-alive", "x-proxy-user", "x-proxy-roles"];
    assert!(!sent.fields.iter().any(|field| hops.iter().any(|name| field.is(name))));
}

/// Whether any reader, OpenSearch or one that is more lenient, could take a target for the model-group API.
fn is_ours(target: &str) -> bool {
    let names = ["_plugins", "_ml", "model_groups"];
    readings(target).iter().any(|path| names == *leading(path))
}

/// A path as it stands, and with its escapes undone up to three times.
fn readings(target: &str) -> Vec<String> {
    let mut readings = vec![target.split('?').next().unwrap_or_default().to_owned()];
    for _ in 0..3 {
        readings.push(unescaped(readings.last().map_or("", String::as_str)));
    }
    readings
}

fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, behind @ ..] = rest {
        let code = behind.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        let is_code = |code: &&str| code.bytes().all(|byte| byte.is_ascii_hexdigit());
        match code.filter(|_| *first == b'%').filter(is_code) {
            Some(code) => {
                bytes.push(u8::from_str_radix(code, 16).expect("two digits"));
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The first three segments, once dots, doubled slashes and parameters are gone.
fn leading(path: &str) -> Vec<String> {
    let mut segments: Vec<String> = Vec::new();
    for segment in path.to_ascii_lowercase().split(['/', '\\']) {
        match segment.split([';', '?', '#']).next().unwrap_or_default() {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name.to_owned()),
        }
    }
    segments.truncate(3);
    segments
}
