//! A template that the compiler has made, as a response.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

/// A page of an Askama template, as a response.
///
/// A template that cannot be rendered is an empty 500: the reason goes to the log. The template takes
/// the [`PageContext`](crate::PageContext), which knows who is asking:
///
/// ```
/// use askama::Template;
/// use login_runtime::{Compiled, PageContext, UserMixin};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: i64, name: String }
/// #[derive(Template)]
/// #[template(ext = "html", source = "
/// {%- for message in page.get_flashed_messages() %}<p class=message>{{ message.text }}</p>{% endfor %}
/// {%- if let Some(user) = page.current_user().user() %}Hi {{ user.name }}!
/// {%- else %}<a href=/login>Log in</a>{% endif %}")]
/// struct Home {
///     page: PageContext<User>,
/// }
///
/// async fn home(page: PageContext<User>) -> Compiled<Home> {
///     Compiled(Home { page })
/// }
/// # let _ = home;
/// ```
#[expect(clippy::exhaustive_structs, reason = "it is made by naming it")]
#[derive(Clone, Copy, Debug)]
pub struct Compiled<T>(pub T);

impl<T: Template> IntoResponse for Compiled<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(page) => Html(page).into_response(),
            Err(error) => {
                tracing::error!(target: "login_runtime", %error, "a template could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
