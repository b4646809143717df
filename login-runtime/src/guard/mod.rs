//! What may stand in front of a handler, and what it asks of those who call it.
//!
//! The attributes put these types in front of a handler's arguments, so handlers rarely name them.
//! They are named in unit tests, which call a handler with a guard made `for_test`, and by a
//! [`Guard`] of the application's own. For a whole router there is [`LoginRequiredLayer`].

// The guards leave the state alone, so they ask nothing of its type: with `S: Send + Sync` the compiler
// would have that to prove for every handler once more, and `cargo check` of many handlers would
// take 7 % longer. An `async fn` would hold on to the state, hence `impl Future`.

mod access;
mod both;
mod check;
mod layer;
mod login;
mod public;
mod rights;
mod whose;

pub use access::{Access, Fresh};
pub use both::Both;
pub(crate) use check::Check;
pub use layer::{LoginRequiredFuture, LoginRequiredLayer, LoginRequiredService};
pub use login::{FreshLoginRequired, LoginRequired};
pub use public::Public;
pub use rights::{PermissionsAccepted, PermissionsRequired, RolesAccepted, RolesRequired};
pub(crate) use whose::short_name;
pub use whose::{AnyLogin, NoLogin, Whose, WithPermissions, WithRoles};

use check::admit;
use rights::Right;

/// An extractor that lets a request pass, or refuses it, before anything else is read.
///
/// The attributes cover logins, roles and permissions. For other rules an application has guards of
/// its own: an extractor that implements this trait, as the first argument of a handler. It then
/// stands in the [guarded router](crate::guarded) and its access table like those of this crate, and
/// [`Both`] joins it with one of them.
///
/// Whoever implements it promises that
///
/// 1. its `from_request_parts` lets only those requests pass that may reach the handler, and takes
///    a question that cannot be answered for a refusal;
/// 2. nothing else makes one: its field is private, and neither `Default` nor
///    `OptionalFromRequestParts` nor an extractor that reads the body is implemented for it;
/// 3. [`Whose`](Self::Whose) is the type of user whose login it asks for, by [`LoggedIn`] or by
///    another guard, so that a router without that manager does not compile; [`NoLogin`] where it
///    asks for none;
/// 4. [`describe`](Self::describe) notes what it asks for. A guard that notes nothing is listed by
///    the name of its type.
///
/// ```
/// use axum::{
///     extract::FromRequestParts,
///     http::request::Parts,
///     response::{IntoResponse, Redirect, Response},
/// };
/// use login_runtime::{
///     LoggedIn, LoginManager, UserMixin,
///     guard::{Access, Guard, LoginRequired},
///     guarded::{Router, get},
/// };
///
/// #[derive(Clone, UserMixin)]
/// #[login(no_auth_hash)]
/// struct User {
///     id: i64,
///     second_factor: bool,
/// }
///
/// /// Users who have shown a second factor.
/// struct SecondFactor(());
///
/// impl<S: Send + Sync> FromRequestParts<S> for SecondFactor {
///     type Rejection = Response;
///
///     async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
///         let user = LoggedIn::<User>::from_request_parts(parts, state).await?;
///         match user.second_factor {
///             true => Ok(Self(())),
///             false => Err(Redirect::to("/second-factor").into_response()),
///         }
///     }
/// }
///
/// impl Guard for SecondFactor {
///     type Whose = User;
///
///     fn describe(access: &mut Access) {
///         LoginRequired::<User>::describe(access);
///         access.also.push("second factor".to_owned());
///     }
/// }
///
/// async fn vault(_: SecondFactor, user: LoggedIn<User>) -> String {
///     format!("the vault of {}", user.id)
/// }
///
/// let routes: Router<LoginManager<User>> = Router::new().route("/vault", get(vault));
/// assert_eq!(
///     format!("{:#}", routes.access_table()),
///     "GET  /vault  login of User, second factor\n",
/// );
/// ```
///
/// [`LoggedIn`]: crate::LoggedIn
#[diagnostic::on_unimplemented(
    message = "the first argument of this handler is `{Self}`, which is not a guard",
    label = "nobody has decided who may call this handler",
    note = "put `#[login_required]`, `#[fresh_login_required]`, `#[roles_required(..)]` or `#[public]` \
            on the handler"
)]
pub trait Guard: Send + 'static {
    /// Whose login the guard asks for: a type of user, [`AnyLogin`] or [`NoLogin`]; [`WithRoles`] or
    /// [`WithPermissions`] around it where the user has to have some; a pair for [`Both`].
    type Whose;

    /// Notes what the guard asks for.
    fn describe(access: &mut Access);
}
