//! What may stand between tokens: white space and comments.

use super::error::JsonError;
use super::reader::{Reader, described};

impl Reader<'_> {
    /// The next byte that is neither white space nor inside a comment.
    #[inline]
    pub(super) fn skip_space(&mut self) -> Result<Option<u8>, JsonError> {
        match self.peek() {
            Some(byte) if byte > b' ' && byte != b'/' => {
                self.at += 1;
                Ok(Some(byte))
            }
            _ => self.skip_more_space(),
        }
    }

    fn skip_more_space(&mut self) -> Result<Option<u8>, JsonError> {
        while let Some(byte) = self.bump() {
            match byte {
                b' ' | b'\t' => {}
                b'\n' => self.new_line(),
                b'\r' => self.skip_return(),
                b'/' => self.skip_comment()?,
                0..b' ' => return Err(self.invalid_space(byte)),
                _ => return Ok(Some(byte)),
            }
        }
        Ok(None)
    }

    fn skip_comment(&mut self) -> Result<(), JsonError> {
        match self.bump() {
            Some(b'/') => self.skip_line(),
            Some(b'*') => self.skip_block(),
            Some(other) => {
                Err(self.unexpected(other.into(), "was expecting either '*' or '/' for a comment"))
            }
            None => Err(self.ended(" in a comment")),
        }
    }

    /// Skips to the end of the line, which itself is white space.
    fn skip_line(&mut self) -> Result<(), JsonError> {
        while let Some(byte) = self.peek().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            self.at += 1;
            self.skip_in_comment(byte)?;
        }
        Ok(())
    }

    fn skip_block(&mut self) -> Result<(), JsonError> {
        while let Some(byte) = self.bump() {
            match byte {
                b'*' if self.peek() == Some(b'/') => {
                    self.at += 1;
                    return Ok(());
                }
                b'\n' => self.new_line(),
                b'\r' => self.skip_return(),
                _ => self.skip_in_comment(byte)?,
            }
        }
        Err(self.ended(" in a comment"))
    }

    fn skip_in_comment(&mut self, byte: u8) -> Result<(), JsonError> {
        match byte {
            b'\t' | b' '..0x80 => Ok(()),
            0..b' ' => Err(self.invalid_space(byte)),
            _ => self.whole_char(byte).map(drop),
        }
    }

    /// A carriage return ends a line, alone or with the line feed behind it.
    fn skip_return(&mut self) {
        if self.peek() == Some(b'\n') {
            self.at += 1;
        }
        self.new_line();
    }

    fn invalid_space(&self, byte: u8) -> JsonError {
        self.malformed(&format!(
            "Illegal character ({}): only regular white space (\\r, \\n, \\t) is allowed between tokens",
            described(byte.into())
        ))
    }
}
