//! The two questions that the compiler asks: is the first argument a guard, and is there a manager?

use std::any::type_name;

use axum::handler::Layered;

use crate::{
    guard::{AnyLogin, Guard, NoLogin, WithPermissions, WithRoles, short_name},
    layer::LoginLayer,
    manager::LoginManager,
    sealed::Seal,
    user::{HasPermissions, HasRoles, UserMixin},
};

/// A handler whose first argument is a guard.
///
/// Implemented for every function with such a first argument, and for one with layers around it
/// ([`Handler::layer`](axum::handler::Handler::layer)); for nothing else, so that only what cannot
/// be called without its guard is a guarded handler. `T` is axum's list of its arguments, `M` the
/// managers of the router, `Ix` which of them the guard asks.
#[diagnostic::on_unimplemented(
    message = "nobody has decided who may call this handler",
    label = "this handler has no guard",
    note = "put `#[login_required]`, `#[fresh_login_required]`, `#[roles_required(..)]` or `#[public]` \
            on the function; a guarded router takes no handler without"
)]
pub trait GuardFirst<T, M, Ix> {
    /// The handler's guard.
    type Guard: Guard;

    /// The name of the handler's function.
    #[doc(hidden)]
    fn name(_: Seal) -> &'static str;
}

/// A type of user whose login manager is among `M`.
#[diagnostic::on_unimplemented(
    message = "a guard asks for the login of `{Self}`, which is no user",
    label = "this guard is not for a type of user",
    note = "`Guard::Whose` is a type that implements `UserMixin`, `AnyLogin` or `NoLogin`"
)]
pub trait ManagedBy<M, Ix> {
    /// The user whose login it is; `()` where there is not one.
    type User;

    #[doc(hidden)]
    fn sealed(_: Seal);
}

/// The places in a list of managers.
#[doc(hidden)]
pub(crate) mod place {
    #[derive(Debug)]
    pub struct First;
    #[derive(Debug)]
    pub struct Second;
    #[derive(Debug)]
    pub struct Third;
    #[derive(Debug)]
    pub struct Nowhere;
    /// The place of a user's manager.
    #[derive(Debug)]
    pub struct At<Ix>(std::marker::PhantomData<Ix>);
}

use place::{At, First, Nowhere, Second, Third};

#[diagnostic::do_not_recommend]
impl<M> ManagedBy<M, Nowhere> for NoLogin {
    type User = ();

    fn sealed(_: Seal) {}
}

impl<M, Ix> ManagedBy<M, Ix> for AnyLogin
where
    M: OnlyManager<Ix>,
{
    type User = M::User;

    fn sealed(_: Seal) {}
}

/// The one login manager of a router, for guards that do not say whose login they ask for.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a guarded router names its login managers first, and `{Self}` is none",
    label = "this guard asks for the login manager of a router whose type names none",
    note = "write `guarded::Router<LoginManager<User>, {Self}>` for a router with the state `{Self}`"
)]
pub trait OnlyManager<Ix> {
    type User;
}

#[diagnostic::do_not_recommend]
impl<U> OnlyManager<First> for LoginManager<U> {
    type User = U;
}

// The words for several managers. They also keep the compiler, as long as the managers are not known,
// from concluding that there is one alone.
impl<U, V> OnlyManager<Nowhere> for (LoginManager<U>, LoginManager<V>)
where
    (U, V): OneUser,
{
    type User = U;
}

impl<U, V, W> OnlyManager<Nowhere> for (LoginManager<U>, LoginManager<V>, LoginManager<W>)
where
    (U, V, W): OneUser,
{
    type User = U;
}

/// Never holds. It gives the compiler the words for a guard that does not say whose login it asks
/// for, where there are several login managers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a guard does not say whose login it asks for, and there are several login managers",
    label = "this guard does not name a type of user",
    note = "name it, as in `#[login_required(user = Admin)]`"
)]
pub trait OneUser {}

impl<M, Ix, U: UserMixin> ManagedBy<M, At<Ix>> for U
where
    M: ManagerOf<U, Ix>,
{
    type User = U;

    fn sealed(_: Seal) {}
}

/// The login managers of a router, among which is one of `U`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "no login manager for `{U}` among those given to `.with_login(..)`",
    label = "this guard asks for the login of `{U}`",
    note = "the managers are `{Self}`; give `.with_login(..)` the manager for `{U}` as well, several in \
            a tuple, and say whose login a guard asks for where there are several: \
            `#[login_required(user = ..)]`"
)]
pub trait ManagerOf<U, Ix> {}

#[diagnostic::do_not_recommend]
impl<U> ManagerOf<U, First> for LoginManager<U> {}

#[diagnostic::do_not_recommend]
impl<U, V> ManagerOf<U, First> for (LoginManager<U>, LoginManager<V>) {}

#[diagnostic::do_not_recommend]
impl<U, V> ManagerOf<V, Second> for (LoginManager<U>, LoginManager<V>) {}

#[diagnostic::do_not_recommend]
impl<U, V, W> ManagerOf<U, First> for (LoginManager<U>, LoginManager<V>, LoginManager<W>) {}

#[diagnostic::do_not_recommend]
impl<U, V, W> ManagerOf<V, Second> for (LoginManager<U>, LoginManager<V>, LoginManager<W>) {}

#[diagnostic::do_not_recommend]
impl<U, V, W> ManagerOf<W, Third> for (LoginManager<U>, LoginManager<V>, LoginManager<W>) {}

/// A user who has to have roles.
impl<M, Ix, W> ManagedBy<M, Ix> for WithRoles<W>
where
    W: ManagedBy<M, Ix, User: HasRoles>,
{
    type User = W::User;

    fn sealed(_: Seal) {}
}

/// A user who has to have permissions.
impl<M, Ix, W> ManagedBy<M, Ix> for WithPermissions<W>
where
    W: ManagedBy<M, Ix, User: HasPermissions>,
{
    type User = W::User;

    fn sealed(_: Seal) {}
}

/// Several guards, each with its manager.
impl<M, A, B, I, J> ManagedBy<M, (I, J)> for (A, B)
where
    A: ManagedBy<M, I>,
    B: ManagedBy<M, J>,
{
    type User = ();

    fn sealed(_: Seal) {}
}

/// The login managers of a guarded router: a reference to one, or a tuple of up to three.
#[diagnostic::on_unimplemented(
    message = "`.with_login(..)` takes a reference to a login manager, or a tuple of two or three",
    label = "not a reference to a `LoginManager`, and not a tuple of them",
    note = "write `.with_login(&login_manager)` or `.with_login((&users, &admins))`"
)]
pub trait Managers {
    /// The managers by themselves.
    type Of;

    #[doc(hidden)]
    fn layers(&self, _: Seal) -> Vec<LoginLayer>;
}

impl<U: UserMixin> Managers for &LoginManager<U> {
    type Of = LoginManager<U>;

    fn layers(&self, _: Seal) -> Vec<LoginLayer> {
        vec![self.layer()]
    }
}

impl<U: UserMixin, V: UserMixin> Managers for (&LoginManager<U>, &LoginManager<V>) {
    type Of = (LoginManager<U>, LoginManager<V>);

    fn layers(&self, _: Seal) -> Vec<LoginLayer> {
        vec![self.0.layer(), self.1.layer()]
    }
}

impl<U: UserMixin, V: UserMixin, W: UserMixin> Managers
    for (&LoginManager<U>, &LoginManager<V>, &LoginManager<W>)
{
    type Of = (LoginManager<U>, LoginManager<V>, LoginManager<W>);

    fn layers(&self, _: Seal) -> Vec<LoginLayer> {
        vec![self.0.layer(), self.1.layer(), self.2.layer()]
    }
}

#[diagnostic::do_not_recommend]
impl<L, H, T, S, M, Ix> GuardFirst<T, M, Ix> for Layered<L, H, T, S>
where
    H: GuardFirst<T, M, Ix>,
{
    type Guard = H::Guard;

    fn name(seal: Seal) -> &'static str {
        H::name(seal)
    }
}

macro_rules! guard_first {
    ($($ty:ident),*) => {
        // `Mk` is the marker by which axum tells the last argument's kind.
        impl<H, Out, Mk, G, M, Ix, $($ty),*> GuardFirst<(Mk, G, $($ty,)*), M, Ix> for H
        where
            H: FnOnce(G, $($ty),*) -> Out,
            G: Guard,
            G::Whose: ManagedBy<M, Ix>,
        {
            type Guard = G;

            fn name(_: Seal) -> &'static str {
                short_name(type_name::<H>())
            }
        }
    };
}

guard_first!();
guard_first!(T2);
guard_first!(T2, T3);
guard_first!(T2, T3, T4);
guard_first!(T2, T3, T4, T5);
guard_first!(T2, T3, T4, T5, T6);
guard_first!(T2, T3, T4, T5, T6, T7);
guard_first!(T2, T3, T4, T5, T6, T7, T8);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14);
guard_first!(T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15);
guard_first!(
    T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16
);
