//! The renderer, as an extractor.

use std::{marker::PhantomData, sync::Arc};

use axum::response::Html;
use minijinja::{
    Environment, context,
    value::{Value, ValueKind, merge_maps},
};
use serde::Serialize;

use super::{
    TemplateError,
    current_user::TemplateUser,
    flashed_messages::{Flashed, get_flashed_messages},
};

/// Renders `MiniJinja` templates that know who is asking.
///
/// Every template, included and imported ones among them, has
///
/// - `current_user`, with `is_authenticated`, `is_active`, `is_anonymous` and `get_id`, each with or
///   without parentheses, and every field that the user serialises, by its name. A field that
///   `#[serde(skip)]` leaves out is not there. For a visitor without a login there are no fields
///   and `{% if current_user %}` is false.
/// - `get_flashed_messages(with_categories=false, category_filter=[])`, which shows messages once
///   per request.
///
/// As an extractor it finds out who is asking; the state has to hold the environment, as an
/// `Arc<Environment<'static>>` that is given out through [`FromRef`](axum::extract::FromRef).
/// `MiniJinja` escapes values in templates whose name ends with `.html`.
///
/// ```
/// use axum::response::Html;
/// use login_runtime::{TemplateError, Templates};
/// use minijinja::context;
///
/// #[derive(serde::Serialize)]
/// struct User {
///     id: u32,
///     name: String,
///     #[serde(skip)]
///     password_hash: String,
/// }
///
/// // {% if current_user.is_authenticated %}Hi {{ current_user.name }}!{% endif %}
/// async fn index(templates: Templates<User>) -> Result<Html<String>, TemplateError> {
///     templates.render("index.html", context! { title => "Home" })
/// }
/// ```
pub struct Templates<U> {
    environment: Arc<Environment<'static>>,
    /// What every template sees.
    shared: Value,
    user: PhantomData<fn() -> U>,
}

impl<U: Serialize + Send + Sync + 'static> Templates<U> {
    pub(super) fn new(
        environment: Arc<Environment<'static>>,
        user: TemplateUser<U>,
        take_messages: impl FnOnce() -> Vec<Flashed> + Send + 'static,
    ) -> Self {
        let shared = context! {
            current_user => Value::from_object(user),
            get_flashed_messages => get_flashed_messages(take_messages),
        };
        Self {
            environment,
            shared,
            user: PhantomData,
        }
    }

    /// Renders a template of the environment with this context besides `current_user` and
    /// `get_flashed_messages`.
    ///
    /// The context is what [`context!`] makes, `()` for none, or
    /// [`Serde(value)`](minijinja::value::Serde) for anything that can be serialised. As in Flask, a
    /// variable of the same name in it goes before them.
    ///
    /// # Errors
    ///
    /// There is no such template, it is not valid, or rendering it failed.
    pub fn render(
        &self,
        name: &str,
        context: impl Into<Value>,
    ) -> Result<Html<String>, TemplateError> {
        let template = self.environment.get_template(name)?;
        let context = context.into();
        // A context that could not be serialised is an error, which merging would hide.
        let context = match context.kind() {
            ValueKind::Invalid => context,
            _ => merge_maps([self.shared.clone(), context]),
        };
        Ok(Html(template.render(context)?))
    }
}
