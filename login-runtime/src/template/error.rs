//! A template that could not be rendered.

use std::{error::Error, fmt};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// A template is missing, is not valid or failed while it was rendered.
///
/// As a response it is an empty 500: the reason, with the template's name and line, goes to the
/// log, and nothing of the template or its values to the visitor.
#[derive(Debug)]
pub struct TemplateError(minijinja::Error);

impl TemplateError {
    /// What `MiniJinja` says.
    pub fn inner(&self) -> &minijinja::Error {
        &self.0
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An included template's error is the source of the including one's, and is the one that
        // helps.
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl Error for TemplateError {}

impl From<minijinja::Error> for TemplateError {
    fn from(error: minijinja::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for TemplateError {
    fn into_response(self) -> Response {
        tracing::error!(target: "login_runtime", error = %self, "a template could not be rendered");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
