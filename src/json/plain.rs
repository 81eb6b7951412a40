//! The characters of a string that stand for themselves, eight at a time.

const ONES: u64 = u64::MAX / 0xff;
const HIGHEST_BITS: u64 = ONES << 7;

/// How many bytes of ASCII the text begins with before a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some((word, behind)) = rest.split_first_chunk() {
        let specials = specials(u64::from_le_bytes(*word));
        if specials != 0 {
            return text.len() - rest.len() + specials.trailing_zeros() as usize / 8;
        }
        rest = behind;
    }
    let is_special = |byte: &u8| !matches!(byte, b' '..0x80) || matches!(byte, b'"' | b'\\');
    text.len() - rest.len() + rest.iter().position(is_special).unwrap_or(rest.len())
}

/// The highest bit of the first byte that is no plain one, and of some behind it.
///
/// Taking one number from another borrows from the bytes behind those that are smaller, and from none before.
fn specials(word: u64) -> u64 {
    let controls = word.wrapping_sub(ONES * 0x20);
    let quotes = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let backslashes = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    (word | controls | quotes | backslashes) & HIGHEST_BITS
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            let is_plain = (b' '..0x80).contains(&byte) && !b"\"\\".contains(&byte);
            for length in 1..20 {
                for place in 0..length {
                    for filler in [b' ', b'!', b'#', b'[', b']', 0x7f] {
                        let mut text = vec![filler; length];
                        text[place] = byte;
                        let wanted = if is_plain { length } else { place };
                        assert_eq!(plain(&text), wanted, "{text:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_first_of_several_counts() {
        for (text, wanted) in [(&b"ab\x1f\"cdefgh"[..], 2), (b"abc\"\"\"\\\x00\x80", 3), (b"", 0)] {
            assert_eq!(plain(text), wanted, "{text:?}");
        }
    }
}
