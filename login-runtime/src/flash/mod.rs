//! Messages for the next page that the visitor sees: what they are and how they wait.

mod cookie;
mod message;
mod state;

pub(crate) use cookie::FlashCookie;
pub use message::FlashedMessage;
pub(crate) use state::FlashState;
