//! Class files in a jar, as far as their constants go (JVM specification, §4.4; PKZIP, §4.3).

use std::{collections::HashMap, fs, io::Read, path::Path};

use flate2::read::DeflateDecoder;

/// The constants of a class.
pub(super) struct Class {
    /// Its path in the jar.
    pub(super) file: String,
    /// Names of everything it refers to, and its texts.
    pub(super) names: Vec<String>,
    /// Its texts alone.
    pub(super) texts: Vec<String>,
}

/// The classes in a jar.
pub(super) fn classes(jar: &Path) -> Vec<Class> {
    let bytes = fs::read(jar).expect("a jar can be read");
    let mut directory = Reader { bytes: &bytes, at: start_of_directory(&bytes) };
    let mut classes = Vec::new();
    while directory.u32() == 0x0201_4b50 {
        directory.at += 6;
        let is_deflated = directory.u16() == 8;
        directory.at += 8;
        let packed = directory.u32() as usize;
        directory.at += 4;
        let [name, extra, comment] = [(); 3].map(|()| directory.u16() as usize);
        directory.at += 8;
        let offset = directory.u32() as usize;
        let file = String::from_utf8_lossy(directory.take(name)).into_owned();
        directory.at += extra + comment;
        if file.ends_with(".class") && file.contains("opensearch") {
            classes.push(class(file, &unpacked(&bytes, offset, packed, is_deflated)));
        }
    }
    classes
}

/// The last record of the file says where its directory starts.
fn start_of_directory(bytes: &[u8]) -> usize {
    let end = bytes.windows(4).rposition(|sign| sign == b"PK\x05\x06").expect("a zip file");
    Reader { bytes, at: end + 16 }.u32() as usize
}

fn unpacked(bytes: &[u8], offset: usize, packed: usize, is_deflated: bool) -> Vec<u8> {
    let mut header = Reader { bytes, at: offset + 26 };
    let [name, extra] = [(); 2].map(|()| header.u16() as usize);
    header.at += name + extra;
    let data = header.take(packed);
    if !is_deflated {
        return data.to_owned();
    }
    let mut plain = Vec::new();
    DeflateDecoder::new(data).read_to_end(&mut plain).expect("deflated data");
    plain
}

fn class(file: String, bytes: &[u8]) -> Class {
    let mut pool = Reader { bytes, at: 8 };
    let count = pool.u16_of_a_class();
    let (mut names, mut texts) = (HashMap::new(), Vec::new());
    let mut number = 1;
    while number < count {
        match pool.take(1)[0] {
            1 => {
                let length = pool.u16_of_a_class() as usize;
                names.insert(number, String::from_utf8_lossy(pool.take(length)).into_owned());
            }
            8 => texts.push(pool.u16_of_a_class()),
            7 | 16 | 19 | 20 => pool.at += 2,
            15 => pool.at += 3,
            3 | 4 | 9..=12 | 17 | 18 => pool.at += 4,
            // A long and a double take two numbers.
            5 | 6 => {
                pool.at += 8;
                number += 1;
            }
            tag => panic!("{file}: constant of kind {tag}"),
        }
        number += 1;
    }
    let texts = texts.iter().filter_map(|text| names.get(text).cloned()).collect();
    Class { file, texts, names: names.into_values().collect() }
}

/// Bytes, read from the front: zip files have the low byte of a number first, classes the high one.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> &'b [u8] {
        self.at += length;
        &self.bytes[self.at - length..self.at]
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take(2).try_into().expect("two bytes"))
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().expect("four bytes"))
    }

    fn u16_of_a_class(&mut self) -> u16 {
        self.u16().swap_bytes()
    }
}
