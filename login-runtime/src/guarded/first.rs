//! The two questions that the compiler asks: is the first argument a guard, and is there a manager?

use crate::{
    guard::{Anyone, Guard, Nobody},
    layer::LoginLayer,
    manager::LoginManager,
    user::UserMixin,
};

/// A handler whose first argument is a guard.
///
/// Implemented for every such handler; `T` is axum's list of its arguments, `M` the managers of the
/// router, `Ix` which of them the guard asks.
#[diagnostic::on_unimplemented(
    message = "nobody has decided who may call this handler",
    label = "this handler has no guard",
    note = "put `#[login_required]`, `#[fresh_login_required]`, `#[roles_required(..)]` or `#[public]` \
            on the function; a guarded router takes no handler without"
)]
pub trait GuardFirst<T, M, Ix> {
    /// The handler's guard.
    type Guard: Guard;
}

/// A type of user whose login manager is among `M`.
#[diagnostic::on_unimplemented(
    message = "no login manager for `{Self}` among those given to `.with_login(..)`",
    label = "this guard asks for the login of `{Self}`",
    note = "the managers are `{M}`; give `.with_login(..)` the manager for `{Self}` as well, several \
            in a tuple, and say whose login a guard asks for where there are several: \
            `#[login_required(user = ..)]`"
)]
pub trait ManagedBy<M, Ix> {}

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
}

use place::{First, Nowhere, Second, Third};

#[diagnostic::do_not_recommend]
impl<M> ManagedBy<M, Nowhere> for Nobody {}

#[diagnostic::do_not_recommend]
impl<U> ManagedBy<LoginManager<U>, First> for Anyone {}

/// Never holds. It gives the compiler the words for a guard that does not say whose login it asks
/// for, where there are several managers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a guard does not say whose login it asks for, and there are several login managers",
    label = "this guard does not name a type of user",
    note = "name it, as in `#[login_required(user = Admin)]`"
)]
pub trait OneUser {}

// Managers of nobody do not exist. As long as the managers are not known, these keep the compiler
// from concluding that there is one alone.
#[diagnostic::do_not_recommend]
impl OneUser for (Anyone, Anyone) {}

#[diagnostic::do_not_recommend]
impl OneUser for (Anyone, Anyone, Anyone) {}

impl<U, V> ManagedBy<(LoginManager<U>, LoginManager<V>), Nowhere> for Anyone where (U, V): OneUser {}

impl<U, V, W> ManagedBy<(LoginManager<U>, LoginManager<V>, LoginManager<W>), Nowhere> for Anyone where
    (U, V, W): OneUser
{
}

impl<U: UserMixin> ManagedBy<LoginManager<U>, First> for U {}

impl<U: UserMixin, V> ManagedBy<(LoginManager<U>, LoginManager<V>), First> for U {}

impl<U, V: UserMixin> ManagedBy<(LoginManager<U>, LoginManager<V>), Second> for V {}

impl<U: UserMixin, V, W> ManagedBy<(LoginManager<U>, LoginManager<V>, LoginManager<W>), First>
    for U
{
}

impl<U, V: UserMixin, W> ManagedBy<(LoginManager<U>, LoginManager<V>, LoginManager<W>), Second>
    for V
{
}

impl<U, V, W: UserMixin> ManagedBy<(LoginManager<U>, LoginManager<V>, LoginManager<W>), Third>
    for W
{
}

/// Several guards, each with its manager.
impl<M, A, B, I, J> ManagedBy<M, (I, J)> for (A, B)
where
    A: ManagedBy<M, I>,
    B: ManagedBy<M, J>,
{
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
    fn layers(&self) -> Vec<LoginLayer>;
}

impl<U: UserMixin> Managers for &LoginManager<U> {
    type Of = LoginManager<U>;

    fn layers(&self) -> Vec<LoginLayer> {
        vec![self.layer()]
    }
}

impl<U: UserMixin, V: UserMixin> Managers for (&LoginManager<U>, &LoginManager<V>) {
    type Of = (LoginManager<U>, LoginManager<V>);

    fn layers(&self) -> Vec<LoginLayer> {
        vec![self.0.layer(), self.1.layer()]
    }
}

impl<U: UserMixin, V: UserMixin, W: UserMixin> Managers
    for (&LoginManager<U>, &LoginManager<V>, &LoginManager<W>)
{
    type Of = (LoginManager<U>, LoginManager<V>, LoginManager<W>);

    fn layers(&self) -> Vec<LoginLayer> {
        vec![self.0.layer(), self.1.layer(), self.2.layer()]
    }
}

macro_rules! guard_first {
    ($($ty:ident),*) => {
        // `Mk` is the marker by which axum tells the last argument's kind.
        impl<H, Mk, G, M, Ix, $($ty),*> GuardFirst<(Mk, G, $($ty,)*), M, Ix> for H
        where
            G: Guard,
            G::Whose: ManagedBy<M, Ix>,
        {
            type Guard = G;
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
