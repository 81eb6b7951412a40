//! What a string says, its escapes undone.

use std::borrow::Cow;

/// The text of a quoted string with escapes, unless it has lone surrogates.
pub(super) fn decoded(quoted: &str) -> Option<String> {
    String::from_utf8(units(quoted.as_bytes(), true).into_owned()).ok()
}

/// The text of a quoted string in UTF-8, lone surrogates written as if they were characters: to compare by.
pub(super) fn units(quoted: &[u8], escaped: bool) -> Cow<'_, [u8]> {
    let inside = &quoted[1..quoted.len() - 1];
    if escaped { Cow::Owned(unescaped(inside)) } else { Cow::Borrowed(inside) }
}

fn unescaped(inside: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let [first, after @ ..] = rest {
        rest = match (first, after) {
            (b'\\', [b'u', hex @ ..]) => unicode(hex, &mut text),
            (b'\\', [short, after @ ..]) => push(&mut text, meaning(*short), after),
            (plain, after) => push(&mut text, *plain, after),
        };
    }
    text
}

fn push<'r>(text: &mut Vec<u8>, byte: u8, rest: &'r [u8]) -> &'r [u8] {
    text.push(byte);
    rest
}

fn meaning(short: u8) -> u8 {
    match short {
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        itself => itself,
    }
}

/// Appends the character of an escape, or of a pair of them, and gives what follows.
fn unicode<'r>(hex: &'r [u8], text: &mut Vec<u8>) -> &'r [u8] {
    let (high, rest) = unit(hex);
    if let (0xd800..=0xdbff, [b'\\', b'u', more @ ..]) = (high, rest)
        && let (low @ 0xdc00..=0xdfff, rest) = unit(more)
    {
        encode(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), text);
        return rest;
    }
    encode(high, text);
    rest
}

fn unit(hex: &[u8]) -> (u32, &[u8]) {
    let (digits, rest) = hex.split_at(hex.len().min(4));
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or_default();
    (digits.iter().fold(0, |value, byte| value << 4 | digit(byte)), rest)
}

fn encode(point: u32, text: &mut Vec<u8>) {
    match char::from_u32(point) {
        Some(character) => text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.extend_from_slice(&surrogate(point)),
    }
}

/// A lone surrogate in three bytes, which no valid UTF-8 has.
fn surrogate(point: u32) -> [u8; 3] {
    let six = |shift: u32| (point >> shift & 0x3f) as u8 | 0x80;
    [0xe0 | (point >> 12) as u8, six(6), six(0)]
}
