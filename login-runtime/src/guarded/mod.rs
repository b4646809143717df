//! A router that only takes handlers whose access has been decided.
//!
//! [`Router`] mirrors axum's, with one difference: a handler without a guard does not compile.
//! Every handler carries [`#[login_required]`](crate::login_required) or another guard, or
//! [`#[public]`](crate::public), which says that everybody may call it. Forgetting is no longer
//! possible, and who may call what is a table that a test can hold
//! ([`access_table`](Router::access_table)).
//!
//! It becomes an axum router through [`with_login`](Router::with_login) alone, so that the login
//! layer cannot be forgotten either; a guard for a type of user without a manager does not compile.
//! Routes that are added to the axum router after that are outside the promise.
//!
//! ```
//! # use std::convert::Infallible;
//! use login_runtime::{
//!     LoginManager, SecretKey, UserMixin,
//!     guarded::{Router, get},
//!     login_required, public,
//!     store::MemoryStore,
//!     user_loader,
//! };
//!
//! # #[derive(Clone, UserMixin)]
//! # #[login(no_auth_hash)]
//! # struct User { id: u32 }
//! # #[user_loader]
//! # async fn load_user(id: u32) -> Result<Option<User>, Infallible> { Ok(Some(User { id })) }
//! #[public]
//! async fn home() -> &'static str {
//!     "everybody"
//! }
//!
//! #[login_required]
//! async fn dashboard() -> &'static str {
//!     "only those who are logged in"
//! }
//!
//! let login_manager = LoginManager::builder(load_user, MemoryStore::new())
//!     .secret_key(SecretKey::generate()?)
//!     .build()?;
//! let routes = Router::new()
//!     .route("/", get(home))
//!     .route("/dashboard", get(dashboard));
//! assert_eq!(
//!     format!("{:#}", routes.access_table()),
//!     "GET  /           public\n\
//!      GET  /dashboard  login\n",
//! );
//! let app: axum::Router = routes.with_login(&login_manager);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A function that returns part of a router names the manager:
//! `fn api() -> guarded::Router<LoginManager<User>, AppState>`.

mod access_table;
mod first;
mod method_router;
mod methods;
mod router;
mod service;
mod unserved;

pub use access_table::{AccessRow, AccessTable};
pub use first::{GuardFirst, ManagedBy, Managers};
pub use method_router::{GuardedMethods, MethodRouter};
pub use methods::{any, connect, delete, get, head, on, options, patch, post, put, trace};
pub use router::Router;
pub use service::{GuardedService, protected, protected_by, public};
