//! The user of a request, as handlers take it.

use std::{fmt, ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
    response::Response,
};

use crate::{
    identify,
    refusal::{self, RefusalReason, Refused},
    request::{LoginHandle, Via},
    user::{AnyUser, UserMixin},
};

/// The user of this request, or that there is none: Flask's `current_user`.
///
/// An extractor that never refuses a visitor. Where it cannot be told who is asking, because a
/// loader or the store failed, it answers 503; a missing layer is 500.
///
/// ```
/// use login_runtime::{CurrentUser, UserMixin};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: i64, name: String }
/// async fn home(current_user: CurrentUser<User>) -> String {
///     match current_user.user() {
///         Some(user) => format!("Hi {}!", user.name),
///         None => "Hi, stranger.".to_owned(),
///     }
/// }
/// # let _ = home;
/// ```
pub struct CurrentUser<U> {
    pub(crate) user: Option<Arc<U>>,
    pub(crate) anonymous: Option<Arc<U>>,
}

impl<U> Clone for CurrentUser<U> {
    fn clone(&self) -> Self {
        Self {
            user: self.user.clone(),
            anonymous: self.anonymous.clone(),
        }
    }
}

impl<U> fmt::Debug for CurrentUser<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The user's own `Debug` may show a password hash.
        f.debug_struct("CurrentUser")
            .field("is_authenticated", &self.user.is_some())
            .finish_non_exhaustive()
    }
}

impl<U: UserMixin> CurrentUser<U> {
    /// Whether somebody is logged in.
    pub fn is_authenticated(&self) -> bool {
        self.user.is_some()
    }

    /// Whether somebody is logged in whose account is active.
    pub fn is_active(&self) -> bool {
        self.user().is_some_and(UserMixin::is_active)
    }

    /// Whether the visitor is not logged in.
    pub fn is_anonymous(&self) -> bool {
        self.user.is_none()
    }

    /// The user's id, if somebody is logged in.
    pub fn get_id(&self) -> Option<String> {
        self.user().map(UserMixin::get_id)
    }

    /// The user, if somebody is logged in.
    pub fn user(&self) -> Option<&U> {
        self.user.as_deref()
    }

    /// The user, or else the stand-in that
    /// [`anonymous_user`](crate::LoginManagerBuilder::anonymous_user) makes.
    pub fn user_or_anonymous(&self) -> Option<&U> {
        self.user.as_deref().or(self.anonymous.as_deref())
    }

    /// What holds for the rest of the request: a user whom the handler logs in is the current one.
    pub(crate) fn present(handle: &LoginHandle) -> Self {
        let user = handle.present_user().and_then(downcast);
        let anonymous = handle.realm.anonymous.clone().and_then(downcast);
        Self { user, anonymous }
    }
}

impl<S, U> FromRequestParts<S> for CurrentUser<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        identify::user(&handle, parts)
            .await
            .map_err(|failure| refusal::failed(failure, parts))?;
        Ok(Self::present(&handle))
    }
}

/// The user of this request, where there is one; refuses like
/// [`#[login_required]`](crate::login_required).
///
/// Derefs to the user, so `user.clone()` clones the user where the type can be cloned. As
/// `Option<LoggedIn<U>>` it is `None` for a visitor without a login.
///
/// ```
/// use login_runtime::{LoggedIn, UserMixin, login_required};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: i64, name: String }
/// #[login_required]
/// async fn dashboard(user: LoggedIn<User>) -> String {
///     format!("Hi {}!", user.name)
/// }
/// # let _ = dashboard;
/// ```
pub struct LoggedIn<U> {
    user: Arc<U>,
}

#[cfg(feature = "serde")]
impl<U: serde::Serialize> serde::Serialize for LoggedIn<U> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.user.serialize(serializer)
    }
}

impl<U> fmt::Debug for LoggedIn<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedIn").finish_non_exhaustive()
    }
}

impl<U> Deref for LoggedIn<U> {
    type Target = U;

    fn deref(&self) -> &U {
        &self.user
    }
}

impl<U> LoggedIn<U> {
    /// The user, to be kept beyond the request.
    pub fn into_inner(self) -> Arc<U> {
        self.user
    }

    /// A user who came from no request, to call a handler from a unit test.
    #[cfg(feature = "testing")]
    pub fn for_test(user: U) -> Self {
        Self {
            user: Arc::new(user),
        }
    }
}

impl<S, U> FromRequestParts<S> for LoggedIn<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions).map_err(refusal::no_handle)?;
        // Behind a guard, nearly always, and then there is nothing to ask and no handle to clone.
        if let Some(user) = handle.present_user().and_then(downcast) {
            return Ok(Self { user });
        }
        let handle = handle.clone();
        match user_of(&handle, parts).await? {
            Some(user) => Ok(Self { user }),
            None => {
                let refused = Refused::new(RefusalReason::Unauthorized, Via::Any);
                Err(refusal::refuse(&handle, parts, refused).await)
            }
        }
    }
}

impl<S, U> OptionalFromRequestParts<S> for LoggedIn<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        Ok(user_of(&handle, parts).await?.map(|user| Self { user }))
    }
}

async fn user_of<U: UserMixin>(
    handle: &LoginHandle,
    parts: &mut Parts,
) -> Result<Option<Arc<U>>, Response> {
    let user = identify::user(handle, parts)
        .await
        .map_err(|failure| refusal::failed(failure, parts))?;
    Ok(user.and_then(downcast))
}

fn downcast<U: UserMixin>(user: Arc<dyn AnyUser>) -> Option<Arc<U>> {
    user.into_any().downcast().ok()
}
