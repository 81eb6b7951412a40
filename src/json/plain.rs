//! The characters of a string that stand for themselves, sixteen at a time.

use wide::i8x16;

const BLOCK: usize = 16;

/// How many bytes of ASCII the text begins with before a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some((block, behind)) = rest.split_first_chunk() {
        let specials = specials(block);
        if specials != 0 {
            return text.len() - rest.len() + specials.trailing_zeros() as usize;
        }
        rest = behind;
    }
    // What fills the last block up is special.
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    text.len() - rest.len() + specials(&last).trailing_zeros() as usize
}

/// Which bytes are no plain ones, a bit for each: those beyond ASCII are negative, and so below a space.
#[inline]
fn specials(block: &[u8; BLOCK]) -> u32 {
    let bytes = i8x16::new(block.map(u8::cast_signed));
    let sign = |sign: u8| i8x16::splat(sign.cast_signed());
    let below = bytes.simd_lt(sign(b' '));
    (below | bytes.simd_eq(sign(b'"')) | bytes.simd_eq(sign(b'\\'))).to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            let is_plain = (b' '..0x80).contains(&byte) && !b"\"\\".contains(&byte);
            for length in 1..40 {
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
