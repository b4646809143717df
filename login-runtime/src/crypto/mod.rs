//! Keys, and what is signed and digested with them.

mod digest;
mod mac;
mod seal;
mod secret_key;

pub(crate) use digest::{Compared, Digest, Digester};
pub(crate) use seal::{Envelope, Seal};
pub use secret_key::{SecretKey, SecretKeyError};
