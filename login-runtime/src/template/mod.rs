//! Flask's context processor: `current_user` and `get_flashed_messages` in `MiniJinja` templates.

mod current_user;
mod error;
mod flashed_messages;
mod templates;

pub use error::TemplateError;
pub use templates::Templates;

#[cfg(test)]
mod tests;
