#![doc = include_str!("docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod boxed;
mod build_error;
mod builder;
mod clock;
mod commit;
mod cookie;
mod crypto;
mod current_user;
mod deadline;
mod device;
mod error;
mod event;
mod flash;
mod guard;
pub mod guarded;
mod layer;
mod loader;
mod login;
mod login_user;
mod login_view;
mod manager;
mod next;
mod next_url;
mod origin;
mod protection;
mod refusal;
mod request;
mod resolve;
mod session;
pub mod store;
#[cfg(feature = "minijinja")]
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod user;

#[doc = include_str!("docs/guide.md")]
pub mod guide {
    #[doc = include_str!("docs/flask_login.md")]
    pub mod flask_login {}

    #[doc = include_str!("docs/security.md")]
    pub mod security {}

    #[doc = include_str!("docs/performance.md")]
    pub mod performance {}
}

#[doc(hidden)]
#[allow(missing_docs)]
pub mod __private;

#[cfg(feature = "macros")]
pub use login_macros::*;

pub use build_error::BuildError;
pub use builder::{LoginManagerBuilder, NoStateMissing};
pub use clock::{Clock, SystemClock, Timestamp};
pub use cookie::{CookieOptions, SameSite};
pub use crypto::{SecretKey, SecretKeyError};
pub use current_user::{CurrentUser, LoggedIn};
pub use device::Device;
pub use error::LoginError;
pub use event::{LoginEvent, RememberRefusal};
pub use flash::{Flash, FlashedMessage, FlashedMessages};
pub use guard::{
    Access, Anyone, Fresh, FreshLoginRequired, Guard, LoginRequired, LoginRequiredFuture,
    LoginRequiredLayer, LoginRequiredService, Nobody, PermissionsAccepted, PermissionsRequired,
    Public, RolesAccepted, RolesRequired, Whose,
};
pub use layer::{LoginFuture, LoginLayer, LoginService};
pub use loader::{LoaderId, LoaderOutput, RequestLoader, UserLoader};
pub use login_user::LoginUser;
pub use login_view::{LoginView, LoginViewService};
pub use manager::LoginManager;
pub use next::{NextRule, login_url, make_next_param};
pub use next_url::NextUrl;
pub use protection::SessionProtection;
pub use session::LoginSession;
#[cfg(feature = "minijinja")]
pub use template::{TemplateError, Templates};
pub use user::{UnknownRole, UserMixin};
