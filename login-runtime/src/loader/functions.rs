//! Which functions are loaders: those of up to 14 extractors beside the id or the credential.

use std::{future::Future, str::FromStr};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{
    Credential, CredentialKind, LoadedBy, LoaderId, LoaderOutput, RequestLoader, Source,
    UserLoader, WithCredential, marker,
};

use crate::sealed::Seal;

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

            async fn load(&self, id: &str, parts: &mut Parts, state: &S, _: Seal) -> LoadedBy<Self::User> {
                let Some(parsed) = Id::read(id, Seal) else {
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

            async fn load(&self, parts: &mut Parts, state: &S, _: Seal) -> LoadedBy<Self::User> {
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

            async fn load(&self, parts: &mut Parts, state: &S, _: Seal) -> LoadedBy<Self::User> {
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

            async fn load(&self, parts: &mut Parts, state: &S, _: Seal) -> LoadedBy<Self::User> {
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
