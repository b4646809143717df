//! Who calls, as events tell it.

use std::net::IpAddr;

use axum::{extract::OriginalUri, http::request::Parts};

use crate::realm::{Protection, display_agent};

/// Who calls and for which page, as events tell it. Noted only where somebody listens to them.
#[derive(Default)]
pub(crate) struct Caller {
    pub(super) address: Option<IpAddr>,
    pub(super) user_agent: Option<Box<str>>,
    pub(super) path: Option<Box<str>>,
}

impl Caller {
    pub(crate) fn of(parts: &Parts, protection: &Protection) -> Self {
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |original| &original.0);
        Self {
            address: protection.address(parts),
            user_agent: display_agent(parts),
            path: Some(uri.path().into()),
        }
    }
}
