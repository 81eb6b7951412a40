//! Where JSON has brackets outside of its strings, found for 64 bytes at a time.
//!
//! Of each block bitmaps are made, in which a bit is a byte: how simdjson begins (Langdale and Lemire, "Parsing
//! Gigabytes of JSON per Second", 2019).

use wide::u8x64;

const BLOCK: usize = 64;

/// The places of `{`, `[`, `]` and `}` outside of strings, in their order.
///
/// What is no JSON may have `|` and `\` there, too. They are given as well, and nothing behind `\` is to be relied on.
#[derive(Debug)]
pub(crate) struct Brackets<'a> {
    json: &'a [u8],
    /// Where the block ends.
    end: usize,
    /// Those of the block that are not given yet.
    left: u64,
    /// Whether a string goes on behind the block: all bits or none.
    inside: u64,
    /// Whether the first byte behind the block is escaped: the first bit or none.
    escaped: u64,
}

impl<'a> Brackets<'a> {
    /// Those of this document.
    pub(crate) fn of(json: &'a [u8]) -> Self {
        Self { json, end: 0, left: 0, inside: 0, escaped: 0 }
    }

    /// Those of the next block.
    #[inline(always)]
    fn block(&mut self) -> Option<u64> {
        let rest = self.json.get(self.end..).filter(|rest| !rest.is_empty())?;
        let bytes = rest.first_chunk().map_or_else(|| padded(rest), |block| u8x64::new(*block));
        self.end += BLOCK;

        let quotes = bytes.simd_eq(u8x64::splat(b'"')).to_bitmask();
        let backslashes = bytes.simd_eq(u8x64::splat(b'\\'));
        // Nothing but the midst of a long string.
        if quotes == 0 && self.inside != 0 && !backslashes.any() {
            self.escaped = 0;
            return Some(0);
        }
        // This bit makes `{`, `|` and `}`, which follow each other, of `[`, `\` and `]`, and of nothing else.
        let curly = bytes | u8x64::splat(b'[' ^ b'{');
        let clamped = curly.max(u8x64::splat(b'{')).min(u8x64::splat(b'}'));
        let marks = clamped.simd_eq(curly).to_bitmask();
        let mut strings = self.strings(quotes);
        // There may be a backslash. The first shows: nothing before it is escaped, so that its string is found.
        if self.escaped | (marks & strings) != 0 {
            let escaped = escaped(backslashes.to_bitmask(), self.escaped);
            (self.escaped, strings) = (escaped.behind, self.strings(quotes & !escaped.bytes));
        }
        self.inside = 0_u64.wrapping_sub(strings >> (BLOCK - 1));
        Some(marks & !strings)
    }

    /// The bytes from each opening quote to before its closing one: behind an odd number of quotes.
    #[inline(always)]
    fn strings(&self, quotes: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].into_iter().fold(quotes, |odd, by| odd ^ (odd << by)) ^ self.inside
    }
}

/// What backslashes escape.
struct Escaped {
    /// In their block.
    bytes: u64,
    /// The first byte behind it.
    behind: u64,
}

/// Each byte behind a backslash that is not escaped, and that which is `before`.
#[cold]
fn escaped(backslashes: u64, before: u64) -> Escaped {
    let mut escaped = Escaped { bytes: before, behind: 0 };
    let mut left = backslashes & !before;
    while left != 0 {
        let first = left & left.wrapping_neg();
        let next = first << 1;
        escaped.bytes |= next;
        escaped.behind = first >> (BLOCK - 1);
        left &= !(first | next);
    }
    escaped
}

/// The last bytes, where they are no whole block.
#[cold]
fn padded(bytes: &[u8]) -> u8x64 {
    let mut block = [0; BLOCK];
    block[..bytes.len()].copy_from_slice(bytes);
    u8x64::new(block)
}

impl Iterator for Brackets<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            self.left = self.block()?;
        }
        let place = self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(self.end - BLOCK + place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKSLASH: u8 = b'\\';

    /// One byte after the other, up to a backslash outside of strings.
    fn naive(json: &[u8]) -> Vec<usize> {
        let (mut inside, mut escaped, mut found) = (false, false, Vec::new());
        for (at, byte) in json.iter().enumerate() {
            match byte {
                _ if escaped => escaped = false,
                b'"' => inside = !inside,
                &BACKSLASH if inside => escaped = true,
                b'{' | b'[' | b']' | b'}' | b'|' | &BACKSLASH if !inside => found.push(at),
                _ => {}
            }
            if found.last() == Some(&at) && *byte == BACKSLASH {
                break;
            }
        }
        found
    }

    fn assert_found(json: &[u8]) {
        let wanted = naive(json);
        let mut found: Vec<_> = Brackets::of(json).collect();
        if wanted.last().is_some_and(|last| json[*last] == BACKSLASH) {
            found.truncate(wanted.len());
        }
        assert_eq!(found, wanted, "{:?}", String::from_utf8_lossy(json));
    }

    #[test]
    fn every_byte_is_told_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 1..2 * BLOCK + 2 {
                for first in [b' ', b'"'] {
                    let mut json = [b'a'; 2 * BLOCK + 2];
                    json[0] = first;
                    json[place] = byte;
                    assert_found(&json);
                    assert_found(&json[..=place]);
                }
            }
        }
    }

    #[test]
    fn strings_and_escapes_go_on_behind_a_block() {
        for first in [b' ', b'"'] {
            for length in 1..7 {
                for number in 0..5_usize.pow(length) {
                    let mut json = vec![b'a'; BLOCK - 3];
                    json[0] = first;
                    json.extend(
                        (0..length).map(|place| br#""\[}a"#[number / 5_usize.pow(place) % 5]),
                    );
                    json.extend(br#"[""{"#);
                    assert_found(&json);
                }
            }
        }
    }

    #[test]
    fn a_run_of_backslashes_may_be_longer_than_a_block() {
        for before in [0, 1, BLOCK - 2, BLOCK - 1, BLOCK] {
            for run in 0..3 * BLOCK {
                let (text, run) = ("a".repeat(before), r"\".repeat(run));
                assert_found(format!(r#"["{text}{run}"]"{{"#).as_bytes());
                assert_found(format!(r#""{run}{text}"{{"#).as_bytes());
            }
        }
    }
}
