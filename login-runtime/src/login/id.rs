//! The names of login records.

use std::{fmt, str::FromStr};

/// The name of a login record: 128 random bits.
///
/// An id is not a secret. It is only ever accepted inside a signed cookie, so knowing one does not
/// log anybody in; it may be shown in a list of devices and sent back to end one of them.
///
/// ```
/// use login_runtime::store::LoginId;
///
/// let id = LoginId::from_bytes([7; 16]);
/// assert_eq!(id.to_string().parse::<LoginId>(), Ok(id));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginId([u8; 16]);

impl LoginId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LoginId({self})")
    }
}

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseLoginIdError;

impl fmt::Display for ParseLoginIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a login id is written as 32 lower-case hexadecimal digits")
    }
}

impl std::error::Error for ParseLoginIdError {}

/// As the text that [`Display`](fmt::Display) writes, so that `Path<LoginId>` and JSON have it.
#[cfg(feature = "serde")]
impl serde::Serialize for LoginId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for LoginId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl serde::de::Visitor<'_> for Text {
            type Value = LoginId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a login id as text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LoginId, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Text)
    }
}

impl FromStr for LoginId {
    type Err = ParseLoginIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(ParseLoginIdError),
        };
        let text: &[u8; 32] = text.as_bytes().try_into().map_err(|_| ParseLoginIdError)?;
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}
