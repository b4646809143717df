//! Flask-Login for axum.

mod clock;
mod login;
mod login_url;
mod next_url;
mod query;
pub mod store;
#[cfg(feature = "minijinja")]
mod template;

pub use clock::{Clock, SystemClock};
pub use login_url::{login_url, make_next_param};
pub use next_url::NextRule;
#[cfg(feature = "minijinja")]
pub use template::{TemplateError, Templates};
