//! The renderer, as an extractor.

use std::{fmt, sync::Arc};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
    response::{Html, Response},
};
use minijinja::{
    Environment, context,
    value::{Value, ValueKind, merge_maps},
};
use serde::Serialize;

use super::{TemplateError, current_user::TemplateUser, flashed_messages::get_flashed_messages};
use crate::{
    extract::{CurrentUser, PageContext},
    flash::FlashedMessage,
    user::UserMixin,
};

/// Renders `MiniJinja` templates that know who is asking.
///
/// Every template, included and imported ones among them, has
///
/// - `current_user`, with `is_authenticated`, `is_active`, `is_anonymous` and `get_id`, each with or
///   without parentheses, and every field that the user serialises, by its name. A field that
///   `#[serde(skip)]` leaves out is not there. `current_user.has_role('admin')` and
///   `has_permission` ask as guards do, and are false for a visitor; where the roles are an enum that
///   derives `Role`, rendering fails on a name that is none of them. For a visitor without a login the fields are those of
///   the [`anonymous_user`](crate::LoginManagerBuilder::anonymous_user), where there is one.
/// - `get_flashed_messages(with_categories=false, category_filter=[])`, which shows messages once
///   per request. A response that shows any is sent with `Cache-Control: no-store`.
///
/// One deviation from Flask: there `{% if current_user %}` is always true, since an anonymous user
/// is an object too; here it is true for somebody who is logged in, which is what its author
/// means.
///
/// As an extractor it finds out who is asking, since rendering cannot wait for a loader; it refuses
/// no visitor, and answers 503 where that cannot be told. A user whom the handler logs in before it
/// renders is the current one. The state has to hold the environment, as an
/// `Arc<Environment<'static>>` that is given out through [`FromRef`]. `MiniJinja` escapes values in
/// templates whose name ends with `.html`.
///
/// ```
/// use std::sync::Arc;
/// use axum::{extract::FromRef, response::Html};
/// use login_runtime::{TemplateError, Templates, UserMixin};
/// use minijinja::{Environment, context};
///
/// #[derive(UserMixin, serde::Serialize)]
/// struct User {
///     id: u32,
///     name: String,
///     #[login(auth_hash)]
///     #[serde(skip)]
///     password_hash: String,
/// }
///
/// #[derive(Clone, FromRef)]
/// struct App {
///     environment: Arc<Environment<'static>>,
/// }
///
/// // {% if current_user.is_authenticated %}Hi {{ current_user.name }}!{% endif %}
/// async fn index(templates: Templates<User>) -> Result<Html<String>, TemplateError> {
///     templates.render("index.html", context! { title => "Home" })
/// }
/// # let _: axum::routing::MethodRouter<App> = axum::routing::get(index);
/// ```
pub struct Templates<U> {
    environment: Arc<Environment<'static>>,
    page: PageContext<U>,
}

impl<U> fmt::Debug for Templates<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates").finish_non_exhaustive()
    }
}

impl<S, U> FromRequestParts<S> for Templates<U>
where
    S: Send + Sync,
    Arc<Environment<'static>>: FromRef<S>,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let page = PageContext::from_request_parts(parts, state).await?;
        let environment = Arc::from_ref(state);
        Ok(Self { environment, page })
    }
}

impl<U: UserMixin> Templates<U> {
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
    ) -> Result<Html<String>, TemplateError>
    where
        // Here and not above: serde has a good sentence for a user that cannot be serialised.
        U: Serialize,
    {
        let page = self.page.clone();
        let take_messages = move || page.get_flashed_messages();
        let current = self.page.current_user();
        render(
            &self.environment,
            name,
            context.into(),
            current,
            take_messages,
        )
    }
}

/// What every template sees, and then the template.
pub(super) fn render<U: UserMixin + Serialize>(
    environment: &Environment<'_>,
    name: &str,
    context: Value,
    current: CurrentUser<U>,
    take_messages: impl FnOnce() -> Vec<FlashedMessage> + Send + 'static,
) -> Result<Html<String>, TemplateError> {
    let template = environment.get_template(name)?;
    // A context that could not be serialised is an error, which merging would hide.
    let context = if context.kind() == ValueKind::Invalid {
        context
    } else {
        let shared = context! {
            current_user => Value::from_object(TemplateUser::from(current)),
            get_flashed_messages => get_flashed_messages(take_messages),
        };
        merge_maps([shared, context])
    };
    Ok(Html(template.render(context)?))
}
