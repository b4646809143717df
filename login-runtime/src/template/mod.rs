//! Flask's context processor: `current_user` and `get_flashed_messages` in templates.

#[cfg(feature = "askama")]
mod compiled;
#[cfg(feature = "minijinja")]
mod current_user;
#[cfg(feature = "minijinja")]
mod error;
#[cfg(feature = "minijinja")]
mod flashed_messages;
#[cfg(feature = "minijinja")]
mod templates;

#[cfg(feature = "askama")]
pub use compiled::Compiled;
#[cfg(feature = "minijinja")]
pub use error::TemplateError;
#[cfg(feature = "minijinja")]
pub use templates::Templates;

#[cfg(all(test, feature = "minijinja"))]
mod tests;
