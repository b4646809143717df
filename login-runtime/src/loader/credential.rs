//! What a request loader reads its credential from.

use std::{
    future::{Future, IntoFuture},
    marker::PhantomData,
};

use axum::http::{HeaderName, header::AUTHORIZATION, request::Parts};
use base64::{Engine, engine::general_purpose::STANDARD};

use crate::packed::Text;

/// Where a request loader looks.
#[doc(hidden)]
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Source {
    /// `Authorization: Bearer …` (RFC 6750).
    Bearer,
    /// `Authorization: Basic …` (RFC 7617).
    Basic,
    /// A header of the application's own.
    Header(HeaderName),
    /// A query parameter.
    Query(String),
    /// Whatever the loader's extractors read.
    Anything,
}

impl Source {
    /// The header to name in `Vary`.
    pub(crate) fn header(&self) -> Option<HeaderName> {
        match self {
            Self::Bearer | Self::Basic => Some(AUTHORIZATION),
            Self::Header(name) => Some(name.clone()),
            Self::Query(_) | Self::Anything => None,
        }
    }

    pub(crate) fn query_key(&self) -> Option<&str> {
        match self {
            Self::Query(key) => Some(key),
            _ => None,
        }
    }

    /// Whether the request carries anything for this loader; without it nothing is awaited. What is
    /// empty is nothing.
    pub(crate) fn is_present(&self, parts: &Parts) -> bool {
        match self {
            Self::Bearer => authorization(parts, "bearer").is_some(),
            Self::Basic => authorization(parts, "basic").is_some_and(|it| it != EMPTY_BASIC),
            Self::Header(name) => {
                let mut values = parts.headers.get_all(name).iter();
                values.any(|value| !value.as_bytes().trim_ascii().is_empty())
            }
            Self::Query(key) => query(parts, key).is_some(),
            Self::Anything => true,
        }
    }
}

/// An empty name and an empty secret, as `Authorization: Basic` has them: the base64 of `:`.
const EMPTY_BASIC: &str = "Og==";

/// The credential after an authentication scheme, which is compared without regard to case.
fn authorization<'a>(parts: &'a Parts, scheme: &str) -> Option<&'a str> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let value = values.next()?;
    // Of two credentials it cannot be told which one was meant.
    if values.next().is_some() {
        return None;
    }
    let (name, rest) = value.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    (name.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some(rest)
}

fn query(parts: &Parts, key: &str) -> Option<String> {
    let mut values = form_urlencoded::parse(parts.uri.query()?.as_bytes())
        .filter(|(name, _)| name == key)
        .map(|(_, value)| value);
    let value = values.next().filter(|value| !value.is_empty())?;
    values.next().is_none().then(|| value.into_owned())
}

/// A kind of credential, carried in a loader's return type.
#[doc(hidden)]
pub trait CredentialKind: Send + Sync + 'static {
    type Read;

    fn source() -> Source;
    fn read(parts: &Parts) -> Option<Self::Read>;
}

/// `#[request_loader(bearer)]`.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Bearer;

impl CredentialKind for Bearer {
    type Read = String;

    fn source() -> Source {
        Source::Bearer
    }

    fn read(parts: &Parts) -> Option<String> {
        authorization(parts, "bearer").map(str::to_owned)
    }
}

/// `#[request_loader(basic)]`.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Basic;

impl CredentialKind for Basic {
    type Read = (String, String);

    fn source() -> Source {
        Source::Basic
    }

    fn read(parts: &Parts) -> Option<(String, String)> {
        let decoded = STANDARD.decode(authorization(parts, "basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (name, secret) = text.split_once(':')?;
        let is_empty = name.is_empty() && secret.is_empty();
        (!is_empty).then(|| (name.to_owned(), secret.to_owned()))
    }
}

/// `#[request_loader(header = "…")]`: the name, packed into a type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Header<N>(PhantomData<fn() -> N>);

impl<N: Text> CredentialKind for Header<N> {
    type Read = String;

    fn source() -> Source {
        match HeaderName::try_from(N::unpack().as_str()) {
            Ok(name) => Source::Header(name),
            // The macro lets only header names through.
            Err(_) => Source::Anything,
        }
    }

    fn read(parts: &Parts) -> Option<String> {
        let name = HeaderName::try_from(N::unpack().as_str()).ok()?;
        let mut values = parts.headers.get_all(name).iter();
        let value = values.next()?.to_str().ok()?.trim();
        (values.next().is_none() && !value.is_empty()).then(|| value.to_owned())
    }
}

/// `#[request_loader(query = "…")]`: the key, packed into a type.
#[doc(hidden)]
#[derive(Debug)]
pub struct Query<N>(PhantomData<fn() -> N>);

impl<N: Text> CredentialKind for Query<N> {
    type Read = String;

    fn source() -> Source {
        Source::Query(N::unpack().as_str().to_owned())
    }

    fn read(parts: &Parts) -> Option<String> {
        query(parts, N::unpack().as_str())
    }
}

/// What a request loader with a credential returns: to be awaited, and knowing its kind.
#[doc(hidden)]
#[expect(
    missing_debug_implementations,
    reason = "it is awaited where it is made"
)]
pub struct WithCredential<K, F> {
    future: F,
    kind: PhantomData<fn() -> K>,
}

impl<K, F: Future> WithCredential<K, F> {
    pub fn new(future: F) -> Self {
        Self {
            future,
            kind: PhantomData,
        }
    }

    pub(crate) fn into_inner(self) -> F {
        self.future
    }
}

// Not a `Future` itself: a loader that returns a future is one without a credential.
impl<K, F: Future> IntoFuture for WithCredential<K, F> {
    type Output = F::Output;
    type IntoFuture = F;

    fn into_future(self) -> F {
        self.future
    }
}

/// Marks the implementations for loaders with a credential.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct Credential<T>(PhantomData<fn() -> T>);
