//! How users are found: by the id of a login, or by what a request carries.

use std::{error::Error, future::Future, str::FromStr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
    response::IntoResponse,
};

use crate::{
    credential::{Credential, CredentialKind, Source, WithCredential},
    store::BoxFuture,
    user::{AnyUser, UserMixin},
};

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

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

/// What a loader may return: `Option<U>` or `Result<Option<U>, E>`.
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
    fn into_found(self) -> Result<Option<Self::User>, Box<dyn Error + Send + Sync>>;
}

impl<U: UserMixin> LoaderOutput for Option<U> {
    type User = U;

    fn into_found(self) -> Result<Option<U>, BoxError> {
        Ok(self)
    }
}

impl<U, E> LoaderOutput for Result<Option<U>, E>
where
    U: UserMixin,
    E: Into<BoxError> + Send,
{
    type User = U;

    fn into_found(self) -> Result<Option<U>, BoxError> {
        self.map_err(Into::into)
    }
}

/// What the first argument of a user loader may be: anything that is read from text.
#[diagnostic::on_unimplemented(
    message = "the first argument of a `#[user_loader]` is the user's id, which `{Self}` cannot be",
    label = "expected a type that implements `FromStr`",
    note = "put the id first, as in `async fn load_user(id: i64, State(db): State<Db>)`"
)]
pub trait LoaderId: Sized + Send + 'static {
    // Not a supertrait: the compiler would speak of `FromStr` instead of the id.
    #[doc(hidden)]
    fn read(text: &str) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr + Send + 'static> LoaderId for T {
    fn read(text: &str) -> Option<Self> {
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
/// Implemented for functions; see [`#[user_loader]`](crate::user_loader).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a user loader with the state `{S}`",
    label = "expected `async fn(id, extractors of request parts..) -> Result<Option<User>, E>`",
    note = "a loader sees only the parts of a request: `Json`, `Form`, `String` and every other \
            extractor of the body cannot be among its arguments",
    note = "`#[user_loader]` on the function says which part of it is wrong"
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
    ) -> impl Future<Output = LoadedBy<Self::User>> + Send;
}

/// An async function that finds a user by what a request carries.
///
/// Implemented for functions; see [`#[request_loader]`](crate::request_loader).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a request loader with the state `{S}`",
    label = "expected `async fn(extractors of request parts..) -> Result<Option<User>, E>`",
    note = "a loader sees only the parts of a request: `Json`, `Form`, `String` and every other \
            extractor of the body cannot be among its arguments",
    note = "a loader with a credential needs its attribute: `#[request_loader(bearer)]`, `(basic)`, \
            `(header = \"x-api-key\")` or `(query = \"api_key\")`"
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
    ) -> impl Future<Output = LoadedBy<Self::User>> + Send;
}

/// The answer of a loader, for the traits above only.
#[doc(hidden)]
pub struct LoadedBy<U>(Found<U>);

impl<U: UserMixin> LoadedBy<U> {
    fn returned(output: impl LoaderOutput<User = U>) -> Self {
        Self(output.into_found().map_err(LoadError::Failed))
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

/// A user loader without its types.
pub(crate) trait AnyUserLoader: Send + Sync {
    fn load<'a>(
        &'a self,
        id: &'a str,
        parts: &'a mut Parts,
    ) -> BoxFuture<'a, Found<Arc<dyn AnyUser>>>;
}

/// A request loader without its types.
pub(crate) trait AnyRequestLoader: Send + Sync {
    fn source(&self) -> &Source;
    fn load<'a>(&'a self, parts: &'a mut Parts) -> BoxFuture<'a, Found<Arc<dyn AnyUser>>>;
}

struct Bound<L, T, S> {
    loader: L,
    state: S,
    source: Source,
    arguments: std::marker::PhantomData<fn() -> T>,
}

impl<L, T, S> AnyUserLoader for Bound<L, T, S>
where
    L: UserLoader<T, S>,
    S: Send + Sync + 'static,
    T: 'static,
{
    fn load<'a>(
        &'a self,
        id: &'a str,
        parts: &'a mut Parts,
    ) -> BoxFuture<'a, Found<Arc<dyn AnyUser>>> {
        Box::pin(async move { self.loader.load(id, parts, &self.state).await.erased() })
    }
}

impl<L, T, S> AnyRequestLoader for Bound<L, T, S>
where
    L: RequestLoader<T, S>,
    S: Send + Sync + 'static,
    T: 'static,
{
    fn source(&self) -> &Source {
        &self.source
    }

    fn load<'a>(&'a self, parts: &'a mut Parts) -> BoxFuture<'a, Found<Arc<dyn AnyUser>>> {
        Box::pin(async move { self.loader.load(parts, &self.state).await.erased() })
    }
}

pub(crate) fn bind_user_loader<L, T, S>(loader: L, state: S) -> Box<dyn AnyUserLoader>
where
    L: UserLoader<T, S>,
    S: Send + Sync + 'static,
    T: 'static,
{
    let arguments = std::marker::PhantomData;
    Box::new(Bound {
        loader,
        state,
        source: Source::Anything,
        arguments,
    })
}

pub(crate) fn bind_request_loader<L, T, S>(loader: L, state: S) -> Box<dyn AnyRequestLoader>
where
    L: RequestLoader<T, S>,
    S: Send + Sync + 'static,
    T: 'static,
{
    let arguments = std::marker::PhantomData;
    Box::new(Bound {
        loader,
        state,
        source: L::source(),
        arguments,
    })
}

/// The marker types that keep the implementations below apart.
#[doc(hidden)]
pub(crate) mod marker {
    #[derive(Debug)]
    pub struct Plain;
}

macro_rules! for_arguments {
    ($($ty:ident),*) => {
        #[allow(non_snake_case, unused_variables)]
        impl<F, Fut, S, Id, $($ty,)*> UserLoader<(Id, $($ty,)*), S> for F
        where
            F: Fn(Id, $($ty,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future + Send,
            Fut::Output: LoaderOutput,
            Id: LoaderId,
            S: Send + Sync,
            $($ty: FromRequestParts<S> + Send,)*
        {
            type User = <Fut::Output as LoaderOutput>::User;

            async fn load(&self, id: &str, parts: &mut Parts, state: &S) -> LoadedBy<Self::User> {
                let Some(parsed) = Id::read(id) else {
                    // The id's type has changed since the login: the user it named is not there.
                    tracing::warn!(
                        target: "login_runtime",
                        "a login names a user whose id cannot be read as `{}`; it does not count",
                        std::any::type_name::<Id>(),
                    );
                    return LoadedBy::nobody();
                };
                $(let $ty = match $ty::from_request_parts(parts, state).await {
                    Ok(value) => value,
                    Err(rejection) => return LoadedBy::rejected(rejection),
                };)*
                LoadedBy::returned(self(parsed, $($ty,)*).await)
            }
        }

        #[allow(non_snake_case, unused_variables)]
        impl<F, Fut, S, $($ty,)*> RequestLoader<(marker::Plain, $($ty,)*), S> for F
        where
            F: Fn($($ty,)*) -> Fut + Clone + Send + Sync + 'static,
            Fut: Future + Send,
            Fut::Output: LoaderOutput,
            S: Send + Sync,
            $($ty: FromRequestParts<S> + Send,)*
        {
            type User = <Fut::Output as LoaderOutput>::User;

            fn source() -> Source {
                Source::Anything
            }

            async fn load(&self, parts: &mut Parts, state: &S) -> LoadedBy<Self::User> {
                $(let $ty = match $ty::from_request_parts(parts, state).await {
                    Ok(value) => value,
                    Err(rejection) => return LoadedBy::rejected(rejection),
                };)*
                LoadedBy::returned(self($($ty,)*).await)
            }
        }

        #[allow(non_snake_case, unused_variables)]
        impl<F, K, Fut, S, Cr, $($ty,)*> RequestLoader<(Credential<(Cr,)>, K, $($ty,)*), S> for F
        where
            F: Fn(Cr, $($ty,)*) -> WithCredential<K, Fut> + Clone + Send + Sync + 'static,
            K: CredentialKind<Read = String>,
            Fut: Future + Send,
            Fut::Output: LoaderOutput,
            Cr: FromStr + Send + 'static,
            S: Send + Sync,
            $($ty: FromRequestParts<S> + Send,)*
        {
            type User = <Fut::Output as LoaderOutput>::User;

            fn source() -> Source {
                K::source()
            }

            async fn load(&self, parts: &mut Parts, state: &S) -> LoadedBy<Self::User> {
                let read = K::read(parts).and_then(|text| text.parse::<Cr>().ok());
                let Some(read) = read else { return LoadedBy::nobody() };
                $(let $ty = match $ty::from_request_parts(parts, state).await {
                    Ok(value) => value,
                    Err(rejection) => return LoadedBy::rejected(rejection),
                };)*
                LoadedBy::returned(self(read, $($ty,)*).into_inner().await)
            }
        }

        #[allow(non_snake_case, unused_variables)]
        impl<F, K, Fut, S, Name, Cr, $($ty,)*>
            RequestLoader<(Credential<(Name, Cr)>, K, $($ty,)*), S> for F
        where
            F: Fn(Name, Cr, $($ty,)*) -> WithCredential<K, Fut> + Clone + Send + Sync + 'static,
            K: CredentialKind<Read = (String, String)>,
            Fut: Future + Send,
            Fut::Output: LoaderOutput,
            Name: FromStr + Send + 'static,
            Cr: FromStr + Send + 'static,
            S: Send + Sync,
            $($ty: FromRequestParts<S> + Send,)*
        {
            type User = <Fut::Output as LoaderOutput>::User;

            fn source() -> Source {
                K::source()
            }

            async fn load(&self, parts: &mut Parts, state: &S) -> LoadedBy<Self::User> {
                let read = K::read(parts).and_then(|(name, secret)| {
                    Some((name.parse::<Name>().ok()?, secret.parse::<Cr>().ok()?))
                });
                let Some((name, secret)) = read else { return LoadedBy::nobody() };
                $(let $ty = match $ty::from_request_parts(parts, state).await {
                    Ok(value) => value,
                    Err(rejection) => return LoadedBy::rejected(rejection),
                };)*
                LoadedBy::returned(self(name, secret, $($ty,)*).into_inner().await)
            }
        }
    };
}

for_arguments!();
for_arguments!(T1);
for_arguments!(T1, T2);
for_arguments!(T1, T2, T3);
for_arguments!(T1, T2, T3, T4);
for_arguments!(T1, T2, T3, T4, T5);
for_arguments!(T1, T2, T3, T4, T5, T6);
for_arguments!(T1, T2, T3, T4, T5, T6, T7);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13);
for_arguments!(T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14);
