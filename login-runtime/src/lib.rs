#![doc = include_str!("docs/crate.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

mod builder;
mod clock;
mod commit;
mod cookie;
mod credential;
mod current_user;
mod deadline;
mod device;
mod error;
mod event;
mod flash;
pub mod guard;
pub mod guarded;
mod layer;
mod limits;
mod loader;
mod login;
mod login_url;
mod login_user;
mod login_view;
mod manager;
mod next_rule;
mod next_url;
mod origin;
mod packed;
mod protection;
mod query;
mod refusal;
mod remember;
mod request;
mod resolve;
mod role;
mod seal;
mod secret_key;
mod session;
pub mod store;
#[cfg(feature = "minijinja")]
mod template;
#[cfg(feature = "testing")]
pub mod testing;
mod ticket;
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

pub use builder::{LoginManagerBuilder, NoStateMissing};
pub use clock::{Clock, SystemClock};
pub use cookie::{CookieOptions, SameSite};
pub use current_user::{CurrentUser, LoggedIn};
pub use device::Device;
pub use error::{BuildError, LoginError};
pub use event::{LoginEvent, RememberRefusal};
pub use flash::{Flash, FlashedMessage, FlashedMessages};
pub use guard::LoginRequiredLayer;
pub use layer::{LoginFuture, LoginLayer, LoginService};
pub use loader::{LoaderId, LoaderOutput, RequestLoader, UserLoader};
pub use login_url::{login_url, make_next_param};
pub use login_user::LoginUser;
pub use login_view::{LoginView, LoginViewService};
pub use manager::LoginManager;
pub use next_rule::NextRule;
pub use next_url::NextUrl;
pub use protection::SessionProtection;
pub use role::UnknownRole;
pub use secret_key::{SecretKey, SecretKeyError};
pub use session::LoginSession;
#[cfg(feature = "minijinja")]
pub use template::{TemplateError, Templates};
pub use user::UserMixin;
