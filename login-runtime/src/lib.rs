//! Flask-Login for axum.

mod clock;
mod login;
pub mod store;

pub use clock::{Clock, SystemClock};
