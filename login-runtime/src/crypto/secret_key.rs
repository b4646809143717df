//! The key that signs cookies, and what is derived from it.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub(crate) type HmacSha256 = Hmac<Sha256>;

/// The secret that signs every cookie of a login manager: at least 32 bytes.
///
/// Its `Debug` shows nothing, its memory is overwritten when it is dropped, and comparing two keys
/// takes the same time whatever they are.
/// `openssl rand -hex 32` makes a good one. Keep it out of the source; to change it without
/// logging anybody out, put the new one in
/// [`secret_key`](crate::LoginManagerBuilder::secret_key) and the old one in
/// [`fallback_key`](crate::LoginManagerBuilder::fallback_key) until the longest remembered login
/// has ended.
///
/// ```
/// use login_runtime::SecretKey;
///
/// let key = SecretKey::from_bytes("7d1f0c9a5e3b48c2a6f4e8d0b1c2a3f4")?;
/// assert_eq!(format!("{key:?}"), "SecretKey(..)");
/// assert!(SecretKey::from_bytes("too short").is_err());
/// # Ok::<(), login_runtime::SecretKeyError>(())
/// ```
#[derive(Clone)]
pub struct SecretKey(Zeroizing<Vec<u8>>);

/// Why there is no usable secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretKeyError {
    /// The environment variable of this name is not set, or not text.
    Missing(String),
    /// The key has this many bytes, which is fewer than 32.
    TooShort(usize),
    /// Every byte of the key is the same.
    Uniform,
    /// The operating system gave no random bytes.
    NoRandomness,
}

impl fmt::Display for SecretKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAKE: &str = "make one with `openssl rand -hex 32`";
        match self {
            Self::Missing(name) => write!(
                f,
                "the environment variable `{name}` holds no secret key; set it to at least \
                 32 random bytes: {MAKE}"
            ),
            Self::TooShort(bytes) => {
                write!(
                    f,
                    "a secret key needs at least 32 bytes, this one has {bytes}: {MAKE}"
                )
            }
            Self::Uniform => write!(f, "a secret key of one repeated byte is no secret: {MAKE}"),
            Self::NoRandomness => f.write_str(
                "the operating system gave no random bytes for a secret key; \
                 pass a key of your own with `SecretKey::from_bytes`",
            ),
        }
    }
}

impl std::error::Error for SecretKeyError {}

impl SecretKey {
    /// The shortest key that is accepted, in bytes.
    pub const MIN_BYTES: usize = 32;

    /// A key from bytes of your own.
    ///
    /// # Errors
    ///
    /// The bytes are fewer than 32, or all the same.
    pub fn from_bytes(bytes: impl AsRef<[u8]>) -> Result<Self, SecretKeyError> {
        let bytes = bytes.as_ref();
        if bytes.len() < Self::MIN_BYTES {
            return Err(SecretKeyError::TooShort(bytes.len()));
        }
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(SecretKeyError::Uniform);
        }
        Ok(Self(Zeroizing::new(bytes.into())))
    }

    /// A key from the text of an environment variable; surrounding white space does not count.
    ///
    /// ```
    /// let error = login_runtime::SecretKey::from_env("NO_SUCH_KEY").unwrap_err();
    /// assert!(error.to_string().contains("`NO_SUCH_KEY`"));
    /// ```
    ///
    /// # Errors
    ///
    /// The variable is not set, is not text, or is too short.
    pub fn from_env(name: &str) -> Result<Self, SecretKeyError> {
        let text = std::env::var(name).map_err(|_| SecretKeyError::Missing(name.to_owned()))?;
        let text = Zeroizing::new(text);
        Self::from_bytes(text.trim())
    }

    /// A new random key, for tests and for programs whose logins may end with the process.
    ///
    /// # Errors
    ///
    /// The operating system gave no random bytes.
    pub fn generate() -> Result<Self, SecretKeyError> {
        let mut bytes = Zeroizing::new(vec![0; Self::MIN_BYTES]);
        getrandom::fill(&mut bytes).map_err(|_| SecretKeyError::NoRandomness)?;
        Ok(Self(bytes))
    }

    /// The key for one use, prepared for signing.
    ///
    /// The labels go in with their lengths, so that no two lists of labels give the same subkey.
    pub(crate) fn subkey(&self, labels: &[&str]) -> HmacSha256 {
        let mut mac = keyed(&self.0);
        mac.update(b"login-runtime subkey v1");
        for label in labels {
            mac.update(&(label.len() as u64).to_be_bytes());
            mac.update(label.as_bytes());
        }
        keyed(&mac.finalize().into_bytes())
    }
}

fn keyed(key: &[u8]) -> HmacSha256 {
    // HMAC takes keys of every length; the error type exists for other MACs.
    HmacSha256::new_from_slice(key).unwrap_or_else(|_| unreachable!("HMAC takes any key"))
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl PartialEq for SecretKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for SecretKey {}
