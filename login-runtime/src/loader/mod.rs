//! How users are found: by the id of a login, or by what a request carries.

mod credential;
mod erased;
mod functions;

use std::{error::Error, future::Future, str::FromStr, sync::Arc};

use axum::{
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};

pub use credential::{Basic, Bearer, Header, Query, WithCredential};
pub(crate) use credential::{Credential, CredentialKind, Source};
pub(crate) use erased::{AnyRequestLoader, AnyUserLoader, bind_request_loader, bind_user_loader};

use crate::{
    boxed::BoxError,
    sealed::Seal,
    user::{AnyUser, UserMixin},
};

/// What a loader found out: a user, nobody, or that it cannot tell.
pub(crate) type Found<U> = Result<Option<U>, LoadError>;

/// Why a loader could not tell who the user is.
#[derive(Debug)]
pub(crate) enum LoadError {
    /// The loader answered with an error.
    Failed(BoxError),
    /// An extractor among the loader's arguments refused the request, with this status.
    Rejected(StatusCode),
}

/// What a loader may return: `Option<U>` or `Result<Option<U>, E>`. Sealed: nothing else is.
#[diagnostic::on_unimplemented(
    message = "a loader returns `Option<User>` or `Result<Option<User>, E>`, not `{Self}`",
    label = "expected `Option<User>` or `Result<Option<User>, E>`",
    note = "`User` implements `UserMixin`, and `E` converts into `Box<dyn Error + Send + Sync>`"
)]
pub trait LoaderOutput: Send {
    /// The type of the user.
    type User: UserMixin;

    // What `#[user_loader]` names to have the return type checked.
    #[doc(hidden)]
    fn check() {}

    #[doc(hidden)]
    fn into_found(self, _: Seal) -> Result<Option<Self::User>, Box<dyn Error + Send + Sync>>;
}

impl<U: UserMixin> LoaderOutput for Option<U> {
    type User = U;

    fn into_found(self, _: Seal) -> Result<Option<U>, BoxError> {
        Ok(self)
    }
}

impl<U, E> LoaderOutput for Result<Option<U>, E>
where
    U: UserMixin,
    E: Into<BoxError> + Send,
{
    type User = U;

    fn into_found(self, _: Seal) -> Result<Option<U>, BoxError> {
        self.map_err(Into::into)
    }
}

/// What the first argument of a user loader may be: anything that is read from text by
/// [`FromStr`]. Implemented for all of it, and for nothing else.
#[diagnostic::on_unimplemented(
    message = "the first argument of a `#[user_loader]` is the user's id, which `{Self}` cannot be",
    label = "expected a type that implements `FromStr`",
    note = "put the id first, as in `async fn load_user(id: i64, State(db): State<Db>)`"
)]
pub trait LoaderId: Sized + Send + 'static {
    // Not a supertrait: the compiler would speak of `FromStr` instead of the id.
    #[doc(hidden)]
    fn read(text: &str, _: Seal) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Send + 'static> LoaderId for T {
    fn read(text: &str, _: Seal) -> Option<Self> {
        text.parse().ok()
    }
}

/// What the credential of a request loader may be: anything that is read from text.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `#[request_loader]` is given the credential as text, which `{Self}` cannot be",
    label = "expected a type that implements `FromStr`",
    note = "put the credential first, as in `async fn load(token: String, State(db): State<Db>)`",
    note = "with `basic` there are two: `async fn load(username: String, password: String, ..)`"
)]
pub trait LoaderCredential: Sized + Send + 'static {
    fn read(text: &str) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Send + 'static> LoaderCredential for T {
    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// An async function that finds a user by id: the id first, then any extractors of request parts.
///
/// Implemented for functions, and sealed: it cannot be implemented for anything else. See
/// [`#[user_loader]`](crate::user_loader).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a user loader with the state `{S}`",
    label = "expected `async fn(id, extractors of request parts..) -> Result<Option<User>, E>`",
    note = "a loader sees only the parts of a request: `Json`, `Form`, `String` and every other \
            extractor of the body cannot be among its arguments",
    note = "what else can be wrong, the attribute `#[user_loader]` on the function says"
)]
pub trait UserLoader<T, S>: Clone + Send + Sync + 'static {
    /// The type of the user.
    type User: UserMixin;

    #[doc(hidden)]
    fn load(
        &self,
        id: &str,
        parts: &mut Parts,
        state: &S,
        _: Seal,
    ) -> impl Future<Output = LoadedBy<Self::User>> + Send;
}

/// An async function that finds a user by what a request carries.
///
/// Implemented for functions, and for nothing else; see
/// [`#[request_loader]`](crate::request_loader).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a request loader with the state `{S}`",
    label = "expected `async fn(extractors of request parts..) -> Result<Option<User>, E>`",
    note = "a loader sees only the parts of a request: `Json`, `Form`, `String` and every other \
            extractor of the body cannot be among its arguments",
    note = "what else can be wrong, the attribute on the function says: `#[request_loader(bearer)]`, \
            `(basic)`, `(header = \"x-api-key\")` or `(query = \"api_key\")` where it takes a credential"
)]
pub trait RequestLoader<T, S>: Clone + Send + Sync + 'static {
    /// The type of the user.
    type User: UserMixin;

    #[doc(hidden)]
    fn source() -> Source;

    #[doc(hidden)]
    fn load(
        &self,
        parts: &mut Parts,
        state: &S,
        _: Seal,
    ) -> impl Future<Output = LoadedBy<Self::User>> + Send;
}

/// The answer of a loader, for the traits above only.
#[doc(hidden)]
#[expect(
    missing_debug_implementations,
    reason = "it is looked into where it is made"
)]
pub struct LoadedBy<U>(Found<U>);

impl<U: UserMixin> LoadedBy<U> {
    fn returned(output: impl LoaderOutput<User = U>) -> Self {
        Self(output.into_found(Seal).map_err(LoadError::Failed))
    }

    fn rejected(rejection: impl IntoResponse) -> Self {
        let status = rejection.into_response().status();
        Self(Err(LoadError::Rejected(status)))
    }

    fn nobody() -> Self {
        Self(Ok(None))
    }

    fn erased(self) -> Found<Arc<dyn AnyUser>> {
        Ok(self.0?.map(|user| Arc::new(user) as Arc<dyn AnyUser>))
    }
}

/// The marker types that keep the implementations below apart.
#[doc(hidden)]
pub(crate) mod marker {
    #[derive(Debug)]
    pub struct Plain;
}
