//! For tests of applications: a clock to turn by hand, logins through the real path, a client.
//!
//! Switching the login off in tests hides its bugs; these log real users in instead. Enable the
//! feature `testing` for your dev-dependency alone.
//!
//! ```
//! # use std::convert::Infallible;
//! use axum::{Router, routing::get};
//! use login_runtime::{LoginManager, SecretKey, UserMixin, login_required, store::MemoryStore, testing::TestClient, user_loader};
//!
//! # #[derive(Clone, UserMixin)]
//! # #[login(no_auth_hash)]
//! # struct User { id: u32 }
//! # #[user_loader]
//! # async fn load_user(id: u32) -> Result<Option<User>, Infallible> { Ok(Some(User { id })) }
//! #[login_required]
//! async fn dashboard() -> &'static str {
//!     "secret"
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let manager = LoginManager::builder(load_user, MemoryStore::new())
//!     .secret_key(SecretKey::generate()?)
//!     .build()?;
//! let app = Router::new().route("/dashboard", get(dashboard)).layer(manager.layer());
//!
//! let mut client = TestClient::new(app);
//! assert_eq!(client.get("/dashboard").await.status(), 401);
//!
//! client.add(&manager.test_login(&User { id: 1 }).await?);
//! assert_eq!(client.get("/dashboard").await.text(), "secret");
//! # Ok(())
//! # }
//! ```

mod client;
mod clock;
mod error;
mod login;

pub use client::{TestClient, TestResponse};
pub use clock::ManualClock;
pub use error::TestLoginError;
pub use login::{TestCookies, TestLogin};
