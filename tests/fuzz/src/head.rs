//! The bytes of a request: what modelgate reads as one, a strict reader of RFC 9112 reads as the same one.

mod strict;

use modelgate::wire::{Chunks, Framing, RequestHead, Version};

use strict::{Body, Strict};

const MOST_FIELDS: usize = 100;

/// Fails where a head, its framing or its chunks are read otherwise than strictly.
pub fn check(input: &[u8]) {
    let read = RequestHead::parse(input, MOST_FIELDS);
    check_beginnings(input, read.as_ref().ok().and_then(Option::as_ref));
    let Ok(Some(head)) = read else { return };
    let strict = Strict::read(&input[..head.len]).expect("a strict reader takes the head, too");

    assert_eq!((head.method, head.target), (strict.method, strict.target));
    assert_eq!(head.version == Version::Http11, strict.minor == b'1');
    let fields: Vec<_> = head.fields.iter().map(|field| (field.name, field.value)).collect();
    assert_eq!(fields, strict.fields);
    let Ok(framing) = Framing::of_request(&head) else { return };
    match (framing, strict.framing().expect("a strict reader knows where the body ends")) {
        (Framing::Length(length), Body::Length(strict)) => assert_eq!(length, strict),
        (Framing::Chunked, Body::Chunked) => check_chunks(&input[head.len..]),
        (framing, _) => panic!("{framing:?}"),
    }
}

/// Until a head has ended there is none, and what becomes one is not refused before.
fn check_beginnings(input: &[u8], whole: Option<&RequestHead<'_>>) {
    let Some(whole) = whole else { return };
    for length in [0, 1, whole.len / 2, whole.len.saturating_sub(2), whole.len - 1] {
        let beginning = RequestHead::parse(&input[..length], MOST_FIELDS);
        assert!(matches!(beginning, Ok(None)), "{length} bytes of {}", whole.len);
    }
}

/// A chunked body ends where a strict reader ends it, in whatever pieces it comes.
fn check_chunks(body: &[u8]) {
    let whole = scanned(body, body.len().max(1));
    assert_eq!(whole, scanned(body, 1), "in pieces of one byte");
    assert_eq!(whole, scanned(body, 5), "in pieces of five bytes");
    if let Some((taken, data)) = whole {
        assert_eq!(strict::chunks(body), Some((taken, data)));
    }
}

/// Where a body ends, and its data.
fn scanned(body: &[u8], piece: usize) -> Option<(usize, Vec<u8>)> {
    let (mut chunks, mut data, mut taken) = (Chunks::default(), Vec::new(), 0);
    for mut part in body.chunks(piece) {
        while !part.is_empty() && !chunks.ended() {
            let step = chunks.step(part).ok()?;
            data.extend_from_slice(step.data);
            (taken, part) = (taken + step.taken, &part[step.taken..]);
        }
    }
    chunks.ended().then_some((taken, data))
}
