//! Long lists, a page at a time.

use std::{error::Error, fmt, str::FromStr};

use super::StoreError;
use crate::login::LoginId;

/// A part of a list, and where it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on this page. It may be less than was asked for, and nothing at all.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one, and only there.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page with these items, and where the next one begins if there may be one.
    pub fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self { items, next }
    }
}

/// Where a list goes on.
///
/// What is in it is the business of the store that handed it out. As text it is made of the digits
/// `0-9a-f`, so that it can be part of an address.
///
/// ```
/// use login_runtime::store::Cursor;
///
/// let cursor = Cursor::from_bytes([0x0b, 0xad]);
/// assert_eq!(cursor.to_string(), "0bad");
/// assert_eq!("0bad".parse(), Ok(cursor));
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Cursor(Box<[u8]>);

impl Cursor {
    /// A cursor that a store knows by these bytes.
    pub fn from_bytes(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes of the cursor.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The cursor of a store that lists logins by their ids: the last one on the page.
impl From<LoginId> for Cursor {
    fn from(last: LoginId) -> Self {
        Self::from_bytes(*last.as_bytes())
    }
}

impl TryFrom<&Cursor> for LoginId {
    type Error = StoreError;

    fn try_from(cursor: &Cursor) -> Result<Self, StoreError> {
        let bytes = cursor.as_bytes().try_into();
        bytes
            .map(Self::from_bytes)
            .map_err(|_| StoreError::UnknownCursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({self})")
    }
}

/// The text is not pairs of lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseCursorError;

impl fmt::Display for ParseCursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cursor is written as pairs of lower-case hexadecimal digits")
    }
}

impl Error for ParseCursorError {}

impl FromStr for Cursor {
    type Err = ParseCursorError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(ParseCursorError),
        };
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(ParseCursorError);
        };
        let bytes = pairs
            .iter()
            .map(|[high, low]| Ok(digit(*high)? << 4 | digit(*low)?));
        Ok(Self(bytes.collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for bytes in [&[][..], &[0], &[0xff, 0x0a, 0x00, 0x7f]] {
            let cursor = Cursor::from_bytes(bytes);
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["0", "0x", "AB", "0 ", "ü", "123"] {
            assert_eq!(text.parse::<Cursor>(), Err(ParseCursorError), "{text}");
        }
    }
}
