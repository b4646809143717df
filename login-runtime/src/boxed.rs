//! Futures and errors in a box.

use std::{error::Error, future::Future, pin::Pin};

pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;
