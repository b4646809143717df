//! The signed envelope.
//!
//! A sealed value is `base64url(payload)` followed by 43 characters of `base64url(HMAC-SHA256)`.
//! The MAC covers the text of the payload, and its key is derived from the secret key, the
//! purpose, the realm and the cookie's name, so that a value is good in one place only. The payload
//! is a format version, the time of issue, the time of expiry and a body. Nothing of it is
//! decoded before the MAC has been checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    mac::{is_same, mac},
    secret_key::{HmacSha256, SecretKey},
};

const FORMAT: u8 = 1;
const HEAD: usize = 1 + 8 + 8;
const TAG_TEXT: usize = 43;

/// The longest text that is decoded without an allocation, and the room for what is in it.
const SHORT_TEXT: usize = 60;
const SHORT: usize = SHORT_TEXT / 4 * 3;

/// Signs and verifies the values of one cookie.
pub(crate) struct Seal {
    /// The first signs, all verify. Prepared once: a signature then hashes two short blocks.
    macs: Box<[HmacSha256]>,
}

/// What was in a sealed value whose signature is right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    payload: Payload,
}

/// A decoded payload: that of a session cookie is short, and takes no allocation.
#[derive(Debug, PartialEq, Eq)]
enum Payload {
    Short([u8; SHORT], usize),
    Long(Vec<u8>),
}

impl Payload {
    fn decode(text: &[u8]) -> Option<Self> {
        if text.len() > SHORT_TEXT {
            return URL_SAFE_NO_PAD.decode(text).ok().map(Self::Long);
        }
        let mut bytes = [0; SHORT];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        Some(Self::Short(bytes, length))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes, length) => bytes.get(..*length).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

impl Envelope {
    pub(crate) fn body(&self) -> &[u8] {
        self.payload.bytes().get(HEAD..).unwrap_or_default()
    }

    /// Whether the envelope counts at `now`: not expired, and not from the future, but for the
    /// clock skew.
    pub(crate) fn is_current(&self, now: i64, skew: i64) -> bool {
        now < self.expires_at && self.issued_at <= now.saturating_add(skew)
    }
}

impl Seal {
    pub(crate) fn new(keys: &[SecretKey], purpose: &str, realm: &str, cookie: &str) -> Self {
        let macs = keys
            .iter()
            .map(|key| key.subkey(&["cookie", purpose, realm, cookie]))
            .collect();
        Self { macs }
    }

    pub(crate) fn seal(&self, issued_at: i64, expires_at: i64, body: &[u8]) -> String {
        let mut payload = Vec::with_capacity(HEAD + body.len());
        payload.push(FORMAT);
        payload.extend_from_slice(&issued_at.to_be_bytes());
        payload.extend_from_slice(&expires_at.to_be_bytes());
        payload.extend_from_slice(body);
        let mut text = String::with_capacity(payload.len().div_ceil(3) * 4 + TAG_TEXT);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut text);
        let tag = mac(&self.macs[0], text.as_bytes());
        URL_SAFE_NO_PAD.encode_string(tag, &mut text);
        text
    }

    /// How long the text of [`seal`](Self::seal) is for a body of so many bytes.
    pub(crate) fn sealed_len(body: usize) -> usize {
        ((HEAD + body) * 4).div_ceil(3) + TAG_TEXT
    }

    #[inline]
    pub(crate) fn open(&self, value: &[u8]) -> Option<Envelope> {
        let (text, tag) = value.split_last_chunk::<TAG_TEXT>()?;
        // As text: of what a stranger sends, nothing at all is decoded before this.
        let is_ours = |key: &&HmacSha256| {
            let mut ours = [0; TAG_TEXT];
            URL_SAFE_NO_PAD.encode_slice(mac(key, text), &mut ours) == Ok(TAG_TEXT)
                && is_same(&ours, tag)
        };
        self.macs.iter().find(is_ours)?;
        let payload = Payload::decode(text)?;
        let (&FORMAT, rest) = payload.bytes().split_first()? else {
            return None;
        };
        let (issued_at, rest) = rest.split_first_chunk()?;
        let (expires_at, _) = rest.split_first_chunk()?;
        Some(Envelope {
            issued_at: i64::from_be_bytes(*issued_at),
            expires_at: i64::from_be_bytes(*expires_at),
            payload,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SecretKey {
        SecretKey::from_bytes([&[byte; 31][..], b"!"].concat()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_under_its_own_name_only() {
        let keys = [key(1)];
        let seal = Seal::new(&keys, "session", "login", "a");
        let value = seal.seal(5, 10, b"body");
        let open = seal.open(value.as_bytes()).unwrap();
        assert_eq!(
            (open.issued_at, open.expires_at, open.body()),
            (5, 10, &b"body"[..])
        );
        for other in [
            Seal::new(&keys, "remember", "login", "a"),
            Seal::new(&keys, "session", "admin", "a"),
            Seal::new(&keys, "session", "login", "b"),
            Seal::new(&[key(2)], "session", "login", "a"),
        ] {
            assert_eq!(other.open(value.as_bytes()), None);
        }
    }

    #[test]
    fn every_changed_character_is_refused() {
        let seal = Seal::new(&[key(1)], "session", "login", "a");
        let value = seal.seal(5, 10, &[9; 24]).into_bytes();
        for at in 0..value.len() {
            for bit in 0..8 {
                let mut changed = value.clone();
                changed[at] ^= 1 << bit;
                assert_eq!(seal.open(&changed), None, "byte {at}, bit {bit}");
            }
            assert_eq!(seal.open(&value[..at]), None);
            assert_eq!(seal.open(&value[at + 1..]), None);
        }
    }

    #[test]
    fn the_session_cookie_is_signed_in_one_block() {
        // 17 bytes of head and 24 of body are 55 characters, the most that fits one SHA-256 block.
        let seal = Seal::new(&[key(1)], "session", "login", "a");
        assert_eq!(seal.seal(5, 10, &[9; 24]).len(), 55 + TAG_TEXT);
        for body in 0..100 {
            let sealed = seal.seal(5, 10, &vec![9; body]);
            assert_eq!(Seal::sealed_len(body), sealed.len());
        }
    }
}
