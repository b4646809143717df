//! What is to be done once the handler has answered.

use std::sync::Arc;

use super::{CurrentLogin, LoginLines};
use crate::{
    login::{Login, life::Proof, remember::Secret},
    user::AnyUser,
};

/// What is to be done once the handler has answered.
pub(crate) enum Staged {
    Login(Box<StagedLogin>),
    Confirm(Box<StagedConfirm>),
}

pub(crate) struct StagedLogin {
    pub(crate) login: Login,
    /// For a login that is remembered.
    pub(crate) secret: Option<Secret>,
    pub(crate) lines: LoginLines,
    pub(crate) user: Arc<dyn AnyUser>,
}

pub(crate) struct StagedConfirm {
    pub(crate) current: CurrentLogin,
    pub(crate) proof: Proof,
    pub(crate) now: i64,
}
