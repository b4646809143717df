//! What a page shows of its visitor, for any template engine.

use std::{fmt, marker::PhantomData};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::CurrentUser;
use crate::{
    flash::FlashedMessage,
    identify, refusal,
    request::{LoginHandle, messages},
    user::UserMixin,
};

/// Who is asking and which messages wait: what a template of any engine shows on every page.
///
/// An extractor that refuses nobody; it answers 503 where it cannot be told who is asking. Give it to
/// the template whole. For `MiniJinja` there is `Templates`, where nothing has to be given.
///
/// ```
/// use axum::response::Html;
/// use login_runtime::{PageContext, UserMixin};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: i64, name: String }
/// async fn home(page: PageContext<User>) -> Html<String> {
///     let mut html = String::new();
///     for message in page.get_flashed_messages() {
///         html += &format!("<p class=message>{}</p>", escape(&message.text));
///     }
///     match page.current_user().user() {
///         Some(user) => html += &format!("Hi {}!", escape(&user.name)),
///         None => html += "<a href=/login>Log in</a>",
///     }
///     Html(html)
/// }
/// # fn escape(text: &str) -> String { text.replace('<', "&lt;") }
/// # let _ = home;
/// ```
pub struct PageContext<U> {
    /// Of the manager whose users are `U`.
    handle: LoginHandle,
    /// Of the innermost layer, where the list of those that have messages begins.
    innermost: LoginHandle,
    user: PhantomData<fn() -> U>,
}

impl<U> Clone for PageContext<U> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
            innermost: self.innermost.clone(),
            user: PhantomData,
        }
    }
}

impl<U> fmt::Debug for PageContext<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageContext").finish_non_exhaustive()
    }
}

impl<S, U> FromRequestParts<S> for PageContext<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        let innermost = LoginHandle::innermost(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        identify::user(&handle, parts)
            .await
            .map_err(|failure| refusal::failed(failure, parts))?;
        for handle in innermost.chain() {
            messages::load(handle, parts);
        }
        Ok(Self {
            handle,
            innermost,
            user: PhantomData,
        })
    }
}

impl<U: UserMixin> PageContext<U> {
    /// Who is asking, as of now: a user whom the handler has logged in is the current one.
    pub fn current_user(&self) -> CurrentUser<U> {
        CurrentUser::present(&self.handle)
    }

    /// The messages that wait, the oldest first. Asking for them is showing them: they are on no later
    /// page, and the response is sent with `Cache-Control: no-store` where there are any.
    ///
    /// Asked again during the same request, it gives the same, and what was flashed meanwhile.
    pub fn get_flashed_messages(&self) -> Vec<FlashedMessage> {
        messages::take_all(&self.innermost, None)
    }
}
