//! The login cookies that a response sets or removes.

use axum::http::HeaderValue;

use super::{Failure, RequestLogin};
use crate::{
    cookie::{Earned, TooLong},
    error::LoginError,
    login::{Login, remember::Secret},
};

/// The `Set-Cookie` lines of one generation of a login.
pub(crate) struct LoginLines {
    pub(crate) session: HeaderValue,
    /// There is none for a login that is not remembered.
    pub(crate) remember: Option<HeaderValue>,
}

/// That a login does not fit its cookies, where there is no caller to tell: the log says so.
pub(crate) fn too_long(error: TooLong) -> Failure {
    tracing::error!(target: "login_runtime", "{}", LoginError::from(error));
    Failure::Misuse
}

impl RequestLogin {
    /// The login cookies of a login's present generation; they leave the server `now`.
    pub(crate) fn login_lines(
        &self,
        login: &Login,
        earned: Earned,
        secret: Option<&Secret>,
        now: i64,
    ) -> Result<LoginLines, TooLong> {
        let realm = &*self.realm;
        let carried = realm.store.carry(login);
        let cookies = &realm.cookies;
        Ok(LoginLines {
            session: cookies.session_line(login, earned, &carried, now, &realm.limits)?,
            remember: cookies.remember_line(login, secret, &carried, now)?,
        })
    }

    /// Has the response set these login cookies and no others. The remember cookie of a login that is
    /// not remembered stays as it is.
    pub(crate) fn set_login_cookies(&self, lines: LoginLines) {
        let mut state = self.state();
        let out = state.out();
        out.restored = None;
        out.session = Some(lines.session);
        if lines.remember.is_some() {
            out.remember = lines.remember;
        }
    }

    /// Has the response remove both login cookies.
    pub(crate) fn remove_login_cookies(&self) {
        let cookies = &self.realm.cookies;
        let mut state = self.state();
        let out = state.out();
        out.restored = None;
        out.session = cookies.session.spec.remove();
        out.remember = cookies.remember.spec.remove();
    }
}
