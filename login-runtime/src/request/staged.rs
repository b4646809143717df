//! What is to be done once the handler has answered.

use std::sync::Arc;

use axum::http::HeaderValue;

use super::CurrentLogin;
use crate::{
    login::{Login, life::Proof},
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
    pub(crate) current: CurrentLogin,
    pub(crate) proof: Proof,
    pub(crate) now: i64,
}
