//! Loaders without their types, as a manager keeps them.

use std::{marker::PhantomData, sync::Arc};

use axum::http::request::Parts;

use super::{Found, RequestLoader, Source, UserLoader};
use crate::{boxed::BoxFuture, sealed::Seal, user::AnyUser};

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
    arguments: PhantomData<fn() -> T>,
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
        Box::pin(async move {
            self.loader
                .load(id, parts, &self.state, Seal)
                .await
                .erased()
        })
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
        Box::pin(async move { self.loader.load(parts, &self.state, Seal).await.erased() })
    }
}

pub(crate) fn bind_user_loader<L, T, S>(loader: L, state: S) -> Box<dyn AnyUserLoader>
where
    L: UserLoader<T, S>,
    S: Send + Sync + 'static,
    T: 'static,
{
    let arguments = PhantomData;
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
    let arguments = PhantomData;
    Box::new(Bound {
        loader,
        state,
        source: L::source(),
        arguments,
    })
}
