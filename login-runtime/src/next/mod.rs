//! The way to the login page and back: the addresses alone.

mod login_url;
mod query;
mod rule;

pub use login_url::{LoginUrl, login_url};
pub use rule::NextRule;
pub(crate) use rule::{MAX_TARGET, original_target};
