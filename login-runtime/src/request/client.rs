//! The client that sent a request.

use std::{borrow::Cow, net::IpAddr};

use axum::http::request::Parts;

use super::Failure;
use crate::{
    crypto::{Digest, Digester},
    error::LoginError,
    realm::{NoAddress, Protection, display_agent},
};

/// That the client's network is asked for and not known: the log says how to make it known.
pub(crate) fn no_address(_: NoAddress) -> Failure {
    tracing::error!(target: "login_runtime", "{}", LoginError::NoAddress);
    Failure::Misuse
}

/// What a new login notes about the client.
pub(crate) struct Client {
    identifier: Result<Option<Vec<u8>>, NoAddress>,
    pub(crate) user_agent: Option<Box<str>>,
    pub(crate) address: Option<IpAddr>,
}

impl Client {
    /// The client of a request, as far as session protection looks at it.
    pub(crate) fn of(parts: &Parts, protection: &Protection) -> Self {
        let identifier = protection.identifier(parts);
        Self {
            identifier: identifier.map(|it| it.map(Cow::into_owned)),
            user_agent: display_agent(parts),
            address: protection.address(parts),
        }
    }

    /// What a login of this user notes of the client.
    pub(crate) fn identifier_digest(
        &self,
        identifiers: &Digester,
        user_id: &str,
    ) -> Result<Option<Digest>, LoginError> {
        let identifier = self
            .identifier
            .as_ref()
            .map_err(|NoAddress| LoginError::NoAddress)?;
        let digest = |value: &Vec<u8>| identifiers.digest(user_id, value);
        Ok(identifier.as_ref().map(digest))
    }
}
