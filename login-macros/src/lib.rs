//! The attribute and derive macros of `login-runtime`, which re-exports them.
//!
//! Depend on `login-runtime` alone: what these macros write names its private surface, so the two
//! crates only work together in the one version that `login-runtime` asks for.
//!
//! Every macro takes `crate = path` for where `login_runtime` is to be found, for crates that rename
//! or re-export it.

#![forbid(unsafe_code)]

mod args;
mod diagnostics;
mod duration;
mod function;
mod guard;
mod loader;
mod pack;
mod role;
#[cfg(test)]
mod tests;
mod user_mixin;

use proc_macro::TokenStream;

/// Lets only users who are logged in reach a handler.
///
/// Everybody else is refused before any other extractor runs and before the first byte of the body is
/// read: sent to the login view, or answered 401.
///
/// ```
/// use login_runtime::{LoggedIn, UserMixin, login_required};
///
/// #[derive(UserMixin)]
/// #[login(no_auth_hash)]
/// struct User {
///     id: i64,
///     name: String,
/// }
///
/// #[login_required]
/// async fn dashboard(user: LoggedIn<User>) -> String {
///     format!("Hi {}!", user.name)
/// }
///
/// let app: axum::Router = axum::Router::new().route("/", axum::routing::get(dashboard));
/// # let _ = app;
/// ```
///
/// Goes on an axum handler, free or associated, without a receiver: on an `async fn`, or on a `fn`
/// that returns a future. The function stays as it is, with one parameter more in front, so it takes
/// at most 15 arguments of its own. `#[axum::debug_handler]` belongs below it;
/// `#[tracing::instrument]` and `#[utoipa::path]` may stand on either side.
///
/// | argument | meaning |
/// |---|---|
/// | `user = Type` | asks the login manager of this type of user, where there are several |
/// | `via = "session"` | accepts the login cookies alone: a page can refuse API keys |
/// | `via = "request"` | accepts request loaders alone: an API can refuse cookies |
/// | `crate = path` | where `login_runtime` is |
#[proc_macro_attribute]
pub fn login_required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::login_required::expand(args.into(), item.into()).into()
}

/// Lets only users reach a handler who have entered their password lately.
///
/// A visitor without a login is refused as by [`macro@login_required`]; a user whose login is not
/// fresh is sent to the refresh view or answered 401. An API key or whatever else a request loader
/// reads is never fresh: nobody has entered a password for it.
///
/// ```
/// use login_runtime::fresh_login_required;
///
/// #[fresh_login_required(within = "10m")]
/// async fn change_password() -> &'static str {
///     "Choose a new one."
/// }
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(change_password));
/// ```
///
/// | argument | meaning |
/// |---|---|
/// | `within = "10m"` | how old the password entry may be, instead of the manager's setting |
/// | `user = Type` | asks the login manager of this type of user, where there are several |
/// | `crate = path` | where `login_runtime` is |
///
/// A duration counts whole seconds, at least one: `"90s"`, `"10m"`, `"2h"`, `"1d"`, or several of
/// them from the largest unit to the smallest, as in `"1h30m"`.
#[proc_macro_attribute]
pub fn fresh_login_required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::fresh_login_required::expand(args.into(), item.into()).into()
}

/// Lets everybody reach a handler, and says that this was decided.
///
/// For the guarded router (`login_runtime::guarded`), which takes no handler without a decision.
///
/// ```
/// use login_runtime::public;
///
/// #[public]
/// async fn home() -> &'static str {
///     "Welcome."
/// }
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(home));
/// ```
///
/// | argument | meaning |
/// |---|---|
/// | `crate = path` | where `login_runtime` is |
#[proc_macro_attribute]
pub fn public(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::public::expand(args.into(), item.into()).into()
}

/// Lets only users reach a handler who have all of the roles.
///
/// A visitor without a login is refused as by [`macro@login_required`]; a user who lacks a role is
/// answered 403, or by the manager's `forbidden_handler`. The roles are those of the user's field
/// `#[login(roles)]`.
///
/// ```
/// use login_runtime::{Role, UserMixin, roles_required};
///
/// #[derive(Clone, Copy, Role)]
/// enum Role {
///     Admin,
///     Editor,
/// }
///
/// #[derive(UserMixin)]
/// #[login(no_auth_hash)]
/// struct User {
///     id: i64,
///     #[login(roles)]
///     roles: Vec<Role>,
/// }
///
/// // A misspelt role does not compile; `#[roles_required("admin")]` would do as well.
/// #[roles_required(Role::Admin)]
/// async fn users() -> &'static str {
///     "Everybody."
/// }
/// # let _ = (Role::Editor, User { id: 1, roles: vec![] }.id);
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(users));
/// ```
///
/// Stands together with [`macro@login_required`], [`macro@fresh_login_required`] and the others of its
/// family; all of them have to let the request pass.
///
/// | argument | meaning |
/// |---|---|
/// | `"name"`, `Role::Variant` | the roles, at most 64 bytes together |
/// | `user = Type` | asks the login manager of this type of user, where there are several |
/// | `crate = path` | where `login_runtime` is |
#[proc_macro_attribute]
pub fn roles_required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::rights::expand(guard::Kind::RolesRequired, args.into(), item.into()).into()
}

/// Lets only users reach a handler who have at least one of the roles.
///
/// Arguments and refusals are those of [`macro@roles_required`]. Twice on a handler, it asks for one
/// role of each list.
///
/// ```
/// use login_runtime::roles_accepted;
///
/// #[roles_accepted("admin", "editor")]
/// async fn edit() -> &'static str {
///     "Write."
/// }
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(edit));
/// ```
#[proc_macro_attribute]
pub fn roles_accepted(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::rights::expand(guard::Kind::RolesAccepted, args.into(), item.into()).into()
}

/// Lets only users reach a handler who have all of the permissions.
///
/// Arguments and refusals are those of [`macro@roles_required`]; the permissions are those of the
/// user's field `#[login(permissions)]`.
///
/// ```
/// use login_runtime::permissions_required;
///
/// #[permissions_required("orders:write")]
/// async fn order() -> &'static str {
///     "Ordered."
/// }
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(order));
/// ```
#[proc_macro_attribute]
pub fn permissions_required(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::rights::expand(guard::Kind::PermissionsRequired, args.into(), item.into()).into()
}

/// Lets only users reach a handler who have at least one of the permissions.
///
/// Arguments and refusals are those of [`macro@roles_required`].
///
/// ```
/// use login_runtime::permissions_accepted;
///
/// #[permissions_accepted("orders:read", "orders:write")]
/// async fn orders() -> &'static str {
///     "Orders."
/// }
/// # let app: axum::Router = axum::Router::new().route("/", axum::routing::get(orders));
/// ```
#[proc_macro_attribute]
pub fn permissions_accepted(args: TokenStream, item: TokenStream) -> TokenStream {
    guard::rights::expand(guard::Kind::PermissionsAccepted, args.into(), item.into()).into()
}

/// Checks a function that finds a user by id, for `LoginManager::builder`.
///
/// The id comes first, as any type that implements `FromStr`; then come extractors of the request's
/// parts, at most 14. It returns `Option<User>` or `Result<Option<User>, E>`, where `None` means that
/// there is no such user, and an error that it cannot be told.
///
/// ```
/// use axum::extract::State;
/// use login_runtime::{UserMixin, user_loader};
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User {
/// #     id: i64,
/// # }
/// # #[derive(Clone)]
/// # struct Db(Vec<User>);
///
/// #[user_loader]
/// async fn load_user(id: i64, State(db): State<Db>) -> Option<User> {
///     db.0.iter().find(|user| user.id == id).cloned()
/// }
/// # let _ = load_user;
/// ```
///
/// The function stays as it is. What the macro cannot tell from its syntax, the compiler checks where
/// the function is defined.
#[proc_macro_attribute]
pub fn user_loader(args: TokenStream, item: TokenStream) -> TokenStream {
    loader::user_loader::expand(args.into(), item.into()).into()
}

/// Makes a function that finds a user by what a request carries, such as an API key.
///
/// For `LoginManagerBuilder::request_loader`. It returns what a [`macro@user_loader`] returns.
///
/// ```
/// use axum::extract::State;
/// use login_runtime::{UserMixin, request_loader};
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User {
/// #     id: i64,
/// #     api_key: String,
/// # }
/// # #[derive(Clone)]
/// # struct Db(Vec<User>);
///
/// #[request_loader(bearer)]
/// async fn load_by_token(token: String, State(db): State<Db>) -> Option<User> {
///     db.0.iter().find(|user| user.api_key == token).cloned()
/// }
/// # let _ = load_by_token;
/// ```
///
/// | argument | the credential, before any extractors of the request's parts |
/// |---|---|
/// | `bearer` | the token of `Authorization: Bearer …` |
/// | `basic` | the user name and the password of `Authorization: Basic …`, two arguments |
/// | `header = "x-api-key"` | the value of that header |
/// | `query = "api_key"` | the value of that query parameter |
/// | none of these | no credential: every argument is an extractor of the request's parts |
/// | `crate = path` | (where `login_runtime` is) |
///
/// A request without the credential does not reach the loader; nor does one whose credential is not of
/// the argument's type, which is any that implements `FromStr`. Without a credential the loader is asked
/// on every request, and answers that it had a part in are not cached.
///
/// A loader with a credential is an `async fn`; it becomes a function that returns something to be
/// awaited, which carries the credential's kind. Put `#[tracing::instrument]` above the attribute.
#[proc_macro_attribute]
pub fn request_loader(args: TokenStream, item: TokenStream) -> TokenStream {
    loader::request_loader::expand(args.into(), item.into()).into()
}

/// Reads `UserMixin` off the fields of a struct.
///
/// ```
/// use login_runtime::UserMixin;
///
/// #[derive(UserMixin)]
/// struct User {
///     id: i64,
///     name: String,
///     #[login(active)]
///     active: bool,
///     #[login(auth_hash)]
///     password_hash: String,
/// }
///
/// let ada = User { id: 1, name: "Ada".into(), active: true, password_hash: "$argon2id$…".into() };
/// assert_eq!(ada.get_id(), "1");
/// assert_eq!(ada.auth_hash().as_deref(), Some("$argon2id$…".as_bytes()));
/// # assert!(ada.is_active() && ada.name == "Ada");
/// ```
///
/// | on a field | meaning |
/// |---|---|
/// | `#[login(id)]` | the user's id, anything that implements `Display`; by default the field named `id` |
/// | `#[login(active)]` | whether the account may be used, a `bool`; by default it always may |
/// | `#[login(active = Option::is_none)]` | the same, told by a function of a reference to the field, such as `disabled_at` |
/// | `#[login(auth_hash)]` | what ends the user's other logins when it changes, anything that implements `AsRef<[u8]>`: the password hash. Of an `Option`, `None` is a value of its own, so the first password ends other logins too |
/// | `#[login(roles)]` | the user's roles: a collection of anything that implements `AsRef<str>`, a single one, or something that derefs to either, such as `sqlx::types::Json<Vec<Role>>` |
/// | `#[login(permissions)]` | the user's permissions, likewise |
///
/// | on the struct | meaning |
/// |---|---|
/// | `#[login(active = User::may_log_in)]` | the same as on a field, told by a function of a reference to the user |
/// | `#[login(no_auth_hash)]` | nothing ends the user's other logins: for users without a password |
/// | `#[login(kind = "shop::User")]` | what tells the logins of these users from those of others ([`KIND`]); by default the type's module and name |
/// | `#[login(crate = path)]` | where `login_runtime` is |
///
/// One of `auth_hash` and `no_auth_hash` has to be there.
///
/// Moving the type to another module or giving it another name changes its kind, and with it every
/// login of its users ends, unless `kind` keeps the old one.
///
/// [`KIND`]: https://docs.rs/login-runtime/latest/login_runtime/trait.UserMixin.html#associatedconstant.KIND
#[proc_macro_derive(UserMixin, attributes(login))]
pub fn user_mixin(item: TokenStream) -> TokenStream {
    user_mixin::expand(item.into()).into()
}

/// Names the variants of an enum, for [`macro@roles_required`] and its family.
///
/// ```
/// use login_runtime::Role;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Role)]
/// enum Role {
///     Admin,
///     DeskEditor,
///     #[role(name = "read-only")]
///     Guest,
/// }
///
/// assert_eq!(Role::DeskEditor.as_str(), "desk_editor");
/// assert_eq!("read-only".parse(), Ok(Role::Guest));
/// assert!("nobody".parse::<Role>().is_err());
/// # let _ = Role::Admin;
/// ```
///
/// It gives the enum `as_str`, `AsRef<str>`, `Display` and `FromStr`. A variant is called by its name in
/// snake case, or as `#[role(name = "..")]` says. Templates that ask for a role which is not among them fail,
/// and say which.
///
/// | on the enum | meaning |
/// |---|---|
/// | `#[role(serde)]` | `Serialize` and `Deserialize` as text; needs a dependency `serde`, or `serde = path` |
/// | `#[role(sqlx)]` | a column of text: `Type`, `Encode` and `Decode` of sqlx 0.9; needs a dependency `sqlx`, or `sqlx = path` |
/// | `#[role(crate = path)]` | where `login_runtime` is |
#[proc_macro_derive(Role, attributes(role))]
pub fn role(item: TokenStream) -> TokenStream {
    role::expand(item.into()).into()
}
