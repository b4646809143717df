//! The guards, as extractors: what the attributes put in front of a handler's arguments.
//!
//! They leave the state alone, so they ask nothing of its type: with `S: Send + Sync` the compiler would
//! have that to prove for every handler once more, and `cargo check` of many handlers would take 7 %
//! longer. An `async fn` would hold on to the state, hence `impl Future`.

mod access;
mod layer;
mod login;
mod public;
mod rights;

use axum::{
    http::{Extensions, request::Parts},
    response::Response,
};

pub use access::{Access, Fresh};
pub use layer::{LoginRequiredFuture, LoginRequiredLayer, LoginRequiredService};
pub use login::{FreshLoginRequired, LoginRequired};
pub use public::{Nobody, Public};
pub(crate) use rights::{Kind, Right, pack};
pub use rights::{PermissionsAccepted, PermissionsRequired, RolesAccepted, RolesRequired};

use crate::{
    identify,
    refusal::{self, RefusalReason, Refused},
    request::{FoundBy, LoginHandle, NoHandle, Via},
    user::UserMixin,
};

/// A guard: an extractor that lets a request pass, or refuses it, before anything else is read.
///
/// Implemented by the guards of this crate and by tuples of them, all of which refuse before the
/// handler's other arguments are extracted.
#[diagnostic::on_unimplemented(
    message = "the first argument of this handler is `{Self}`, which is not a guard",
    label = "nobody has decided who may call this handler",
    note = "put `#[login_required]`, `#[fresh_login_required]`, `#[roles_required(..)]` or `#[public]` \
            on the handler"
)]
pub trait Guard: Send + 'static {
    /// Whose login the guard asks for: a type of user, or a pair for several guards.
    type Whose;

    /// Notes what the guard asks for.
    fn describe(access: &mut Access);
}

macro_rules! for_tuples {
    ($($first:ident, $($rest:ident),+;)*) => {
        $(#[diagnostic::do_not_recommend]
        impl<$first: Guard, $($rest: Guard),+> Guard for ($first, $($rest,)+) {
            type Whose = ($first::Whose, <($($rest,)+) as Guard>::Whose);

            fn describe(access: &mut Access) {
                $first::describe(access);
                $($rest::describe(access);)+
            }
        })*
    };
}

#[diagnostic::do_not_recommend]
impl<A: Guard> Guard for (A,) {
    type Whose = A::Whose;

    fn describe(access: &mut Access) {
        A::describe(access);
    }
}

for_tuples! {
    A, B;
    A, B, C;
    A, B, C, D;
    A, B, C, D, E;
    A, B, C, D, E, F;
    A, B, C, D, E, F, G;
    A, B, C, D, E, F, G, H;
}

/// Any user, for a guard in an application with one login manager.
#[derive(Debug)]
pub enum Anyone {}

/// Whose login a guard asks for: a type of user, or [`Anyone`].
#[diagnostic::on_unimplemented(
    message = "a guard asks for the login of `{Self}`, which is not a user that can be logged in",
    label = "does not implement `UserMixin`",
    note = "put `#[derive(UserMixin)]` on `{Self}`, or implement `login_runtime::UserMixin` for it"
)]
pub trait Whose: Send + Sync + 'static {
    #[doc(hidden)]
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing>;

    #[doc(hidden)]
    fn name() -> Option<&'static str>;
}

/// Hides the request's handle from the trait's signature.
#[doc(hidden)]
pub struct Found<'a>(&'a LoginHandle);

#[doc(hidden)]
pub struct Missing(NoHandle);

#[diagnostic::do_not_recommend]
impl<U: UserMixin> Whose for U {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::of::<U>(extensions).map(Found).map_err(Missing)
    }

    fn name() -> Option<&'static str> {
        Some(short_name(std::any::type_name::<U>()))
    }
}

impl Whose for Anyone {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::only(extensions).map(Found).map_err(Missing)
    }

    fn name() -> Option<&'static str> {
        None
    }
}

/// The name of a type or function without its path.
pub(crate) fn short_name(full: &'static str) -> &'static str {
    let path_end = full.find('<').unwrap_or(full.len());
    full[..path_end]
        .rfind("::")
        .map_or(full, |at| &full[at + 2..])
}

/// What a guard asks of a request.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Need<'a> {
    /// Seconds, where 0 stands for the manager's setting.
    pub(crate) fresh: Option<u64>,
    pub(crate) via: Via,
    pub(crate) rights: &'a [Right<'a>],
}

/// Lets a request pass that has what the guard asks for.
async fn admit<U: Whose>(parts: &mut Parts, need: Need<'_>) -> Result<(), Response> {
    let found = U::find(&parts.extensions);
    let handle = found
        .map_err(|Missing(why)| refusal::no_handle(why))?
        .0
        .clone();
    admit_by(&handle, parts, need).await
}

// Apart from the generic function, so that it is compiled once.
pub(crate) async fn admit_by(
    handle: &LoginHandle,
    parts: &mut Parts,
    need: Need<'_>,
) -> Result<(), Response> {
    let found = identify::settle(handle, parts, need.via).await;
    let found = found.map_err(|failure| refusal::failed(failure, parts))?;
    let refused = match found {
        None => Some(Refused::new(RefusalReason::Unauthorized, need.via)),
        Some(by) => lacking(handle, by, need)?,
    };
    let Some(refused) = refused else {
        return Ok(());
    };
    Err(refusal::refuse(handle, parts, refused).await)
}

/// What a user lacks, rights first: entering the password again would not help without them.
fn lacking(handle: &LoginHandle, by: FoundBy, need: Need<'_>) -> Result<Option<Refused>, Response> {
    for right in need.rights {
        let user = handle.found_user();
        match user.and_then(|user| right.is_held_by(&*user)) {
            Some(true) => {}
            Some(false) => return Ok(Some(Refused::new(RefusalReason::Forbidden, need.via))),
            None => return Err(refusal::misuse(right.no_source())),
        }
    }
    let Some(within) = need.fresh else {
        return Ok(None);
    };
    let within = match within {
        0 => handle.realm.limits.fresh,
        seconds => i64::try_from(seconds).unwrap_or(i64::MAX),
    };
    if is_fresh(handle, by, within) {
        return Ok(None);
    }
    Ok(Some(Refused {
        max_age: Some(within),
        by_request: by == FoundBy::Request,
        ..Refused::new(RefusalReason::NeedsRefresh, need.via)
    }))
}

/// Whether the user came by a login that is fresh; what a request loader found never is.
fn is_fresh(handle: &LoginHandle, by: FoundBy, within: i64) -> bool {
    let current = handle.state().record.known().cloned().flatten();
    by != FoundBy::Request && current.is_some_and(|current| handle.is_fresh(&current, Some(within)))
}

/// For the layers, which know whose login they ask for at run time only.
pub(crate) type Finder = fn(&Extensions) -> Result<LoginHandle, NoHandle>;

pub(crate) fn finder<U: Whose>() -> Finder {
    |extensions| match U::find(extensions) {
        Ok(Found(handle)) => Ok(handle.clone()),
        Err(Missing(why)) => Err(why),
    }
}
