#![doc = include_str!("docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
// What is public can grow without breaking anybody.
#![warn(
    missing_debug_implementations,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs
)]

mod boxed;
mod build_error;
mod clock;
mod cookie;
mod crypto;
mod deadline;
mod error;
mod event;
mod extract;
mod flash;
pub mod guard;
pub mod guarded;
mod identify;
mod layer;
mod loader;
mod login;
mod manager;
mod next;
#[cfg(feature = "aide")]
mod openapi;
mod packed;
mod realm;
mod refusal;
mod request;
mod sealed;
pub mod store;
#[cfg(any(feature = "askama", feature = "minijinja"))]
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod user;

#[doc = include_str!("docs/guide.md")]
pub mod guide {
    /// What happens, in six pictures.
    ///
    /// # The life of a request
    ///
    /// The layer costs a request that asks nothing next to nothing: whoever asks first finds out, and the others are
    /// told the same. The guard comes before every other extractor and before the first byte of the body.
    ///
    #[doc = include_str!("docs/pictures/request.svg")]
    ///
    /// # How long a login counts
    ///
    /// These are the defaults, and [each is a setting](crate::guide#how-long-a-login-lasts). The server keeps them, and
    /// no cookie extends one.
    ///
    #[doc = include_str!("docs/pictures/limits.svg")]
    ///
    /// # Who is refused how
    ///
    /// Only who would show a page is sent to one. [The whole rule](crate::guide::refusals), and what 84 real clients get.
    ///
    #[doc = include_str!("docs/pictures/refusal.svg")]
    ///
    /// # Owner and thief
    ///
    /// A remember cookie is replaced at every use, and the record keeps what was shown.
    /// [The chapter on remembering](crate::guide::security::remembering) has the rules.
    ///
    #[doc = include_str!("docs/pictures/thief_and_owner.svg")]
    ///
    /// # A template that knows who is asking
    ///
    /// With the feature `minijinja`: nothing has to be passed for it.
    ///
    #[doc = include_str!("docs/pictures/template.svg")]
    ///
    /// # A fleet
    ///
    /// Any number of servers, for [stores](crate::store) that live on a server of their own.
    ///
    #[doc = include_str!("docs/pictures/fleet.svg")]
    pub mod in_pictures {}

    #[doc = include_str!("docs/from_flask.md")]
    pub mod from_flask {}

    #[doc = include_str!("docs/flask_login.md")]
    pub mod flask_login {}

    #[doc = include_str!("docs/axum_login.md")]
    #[doc = include_str!("docs/axum_login/keep_logged_in.rs")]
    #[doc = include_str!("docs/axum_login/rest.md")]
    pub mod axum_login {}

    #[doc = include_str!("docs/refusals.md")]
    #[doc = include_str!("refusal/rule.md")]
    #[doc = include_str!("docs/refused_clients.md")]
    pub mod refusals {}

    #[doc = include_str!("docs/security.md")]
    pub mod security {
        #[doc = include_str!("docs/security/remembering.md")]
        #[doc = include_str!("docs/pictures/thief_and_owner.svg")]
        #[doc = include_str!("docs/security/remembering_rules.md")]
        pub mod remembering {}

        #[doc = include_str!("docs/security/standards.md")]
        pub mod standards {}
    }

    #[doc = include_str!("docs/performance.md")]
    pub mod performance {}

    #[doc = include_str!("docs/testing.md")]
    pub mod testing {}

    #[doc = include_str!("docs/common_issues.md")]
    pub mod common_issues {}

    #[doc = include_str!("docs/compile_errors.md")]
    pub mod compile_errors {}
}

#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private;

#[cfg(feature = "macros")]
pub use login_macros::*;

pub use build_error::BuildError;
pub use clock::{Clock, SystemClock, Timestamp};
pub use cookie::{CookieOptions, SameSite};
pub use crypto::{SecretKey, SecretKeyError};
pub use error::LoginError;
pub use event::{LoginEvent, LoginEventKind};
pub use extract::{
    CurrentUser, Device, Flash, FlashedMessages, LoggedIn, LoginSession, LoginUser, NextUrl,
    PageContext, Refusal,
};
pub use flash::FlashedMessage;
pub use guard::LoginRequiredLayer;
pub use layer::{LoginFuture, LoginLayer, LoginService};
pub use loader::{LoaderId, LoaderOutput, RequestLoader, UserLoader};
pub use login::remember::RememberRefusal;
pub use manager::{LoginManager, LoginManagerBuilder, NoStateMissing, StateOf};
pub use next::{LoginUrl, NextRule, login_url};
pub use realm::SessionProtection;
pub use refusal::{LoginView, LoginViewService, RefusalReason};
#[cfg(feature = "askama")]
pub use template::Compiled;
#[cfg(feature = "minijinja")]
pub use template::{TemplateError, Templates};
pub use user::{HasPermissions, HasRoles, UnknownRole, UserMixin};
