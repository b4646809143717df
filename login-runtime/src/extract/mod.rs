//! What handlers take: the user, the login to act upon, messages and the way back.

mod current_user;
mod device;
mod flash;
mod login_session;
mod login_user;
mod next_url;
mod page_context;
mod refusal;

pub use current_user::{CurrentUser, LoggedIn};
pub use device::Device;
pub use flash::{Flash, FlashedMessages};
pub use login_session::LoginSession;
pub use login_user::LoginUser;
pub use next_url::NextUrl;
pub use page_context::PageContext;
pub use refusal::Refusal;
