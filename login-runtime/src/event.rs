//! What happens to logins, for those who want to hear of it.

use crate::login::LoginId;

/// Something that happened to a login: Flask-Login's signals, and a few more.
///
/// [`on_event`](crate::LoginManagerBuilder::on_event) hears of each of them once, on the task that
/// serves the request. The same events go to `tracing` under the target `login_runtime`, without
/// anything secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginEvent {
    /// A user logged in, and the login is kept (`user_logged_in`).
    UserLoggedIn {
        /// The user's id.
        user_id: String,
        /// The new login.
        login: LoginId,
        /// Whether the user asked to be remembered.
        remembered: bool,
    },
    /// A login was ended by its user (`user_logged_out`).
    UserLoggedOut {
        /// The user's id, unless nobody was logged in.
        user_id: Option<String>,
    },
    /// A user was found by the remember cookie (`user_loaded_from_cookie`).
    UserLoadedFromCookie {
        /// The user's id.
        user_id: String,
    },
    /// A user was found by a request loader (`user_loaded_from_request`).
    UserLoadedFromRequest {
        /// The user's id.
        user_id: String,
    },
    /// A user entered the password again (`user_login_confirmed`).
    UserLoginConfirmed {
        /// The user's id.
        user_id: String,
    },
    /// A request without a login was refused (`user_unauthorized`).
    UserUnauthorized,
    /// A request was refused because its login is not fresh (`user_needs_refresh`).
    UserNeedsRefresh {
        /// The user's id.
        user_id: String,
    },
    /// A logged-in user was refused for want of a right.
    UserForbidden {
        /// The user's id.
        user_id: String,
    },
    /// Somebody asked who is logged in (`user_accessed`): once a request, before the answer is known.
    UserAccessed,
    /// A session came from another client than it was made for (`session_protected`).
    SessionProtected {
        /// The user's id.
        user_id: String,
        /// The login.
        login: LoginId,
        /// Whether the login was ended because of it.
        ended: bool,
    },
    /// A remember cookie came back that had been replaced long ago: somebody has a copy, and the login
    /// was ended.
    RememberTheft {
        /// The user's id.
        user_id: String,
        /// The login whose cookies were copied.
        login: LoginId,
        /// Whether every other login of the user was ended as well: unless the login's auth hash is
        /// no longer the user's, or could not be compared.
        everywhere: bool,
    },
    /// A remembered login was restored by cookies that had been replaced, because the answer with the
    /// newer ones was lost, or because somebody has a copy and shows nothing of what he gets.
    RememberRepeated {
        /// The user's id.
        user_id: String,
        /// The login.
        login: LoginId,
        /// How often in a row; after 5 the login ends.
        times: u64,
    },
    /// A remembered login was ended because it was restored too often in a row by cookies that had been
    /// replaced.
    RememberExhausted {
        /// The user's id.
        user_id: String,
        /// The login.
        login: LoginId,
    },
    /// A signed remember cookie was not accepted.
    RememberRefused {
        /// The user's id.
        user_id: String,
        /// The login it names.
        login: LoginId,
        /// Why.
        reason: RememberRefusal,
    },
    /// The user's auth hash is no longer the one the login was made with; the login does not count.
    AuthHashChanged {
        /// The user's id.
        user_id: String,
        /// The login.
        login: LoginId,
    },
}

/// Why a signed remember cookie was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RememberRefusal {
    /// Its time is over.
    Expired,
    /// The login is not remembered.
    NotRemembered,
    /// It is ahead of the store, which must have been rolled back.
    AheadOfStore,
    /// Its secret is not the login's: it was forged with a key of yours, or the browser lost its
    /// cookie before a password entry that made a new one.
    WrongSecret,
}
