//! What is to be done once the handler has answered.

use std::sync::Arc;

use axum::http::HeaderValue;

use super::Current;
use crate::{
    crypto::Digest,
    login::{Login, remember::Token},
    user::AnyUser,
};

/// What is to be done once the handler has answered.
pub(crate) enum Staged {
    Login(Box<StagedLogin>),
    Confirm(Box<StagedConfirm>),
}

pub(crate) struct StagedLogin {
    pub(crate) login: Login,
    pub(crate) session_line: HeaderValue,
    pub(crate) remember_line: Option<HeaderValue>,
    pub(crate) user: Arc<dyn AnyUser>,
}

pub(crate) struct StagedConfirm {
    pub(crate) current: Current,
    pub(crate) identifier: Option<Digest>,
    pub(crate) auth_hash: Option<Digest>,
    pub(crate) token: Token,
    pub(crate) now: i64,
}
