//! The two questions that the compiler asks: is the first argument a guard, and is there a manager?

use crate::{
    LoginLayer, LoginManager,
    guard::{Anyone, Guard, Nobody},
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

impl<M> ManagedBy<M, Nowhere> for Nobody {}

impl<U> ManagedBy<LoginManager<U>, First> for Anyone {}

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

macro_rules! for_tuples {
    ($($($whose:ident $place:ident),+;)+) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<M, $($whose, $place),+> ManagedBy<M, ($($place,)+)> for ($($whose,)+)
            where
                $($whose: ManagedBy<M, $place>,)+
            {
            }
        )+
    };
}

for_tuples! {
    A I;
    A I, B J;
    A I, B J, C K;
    A I, B J, C K, D L;
    A I, B J, C K, D L, E N;
    A I, B J, C K, D L, E N, F O;
    A I, B J, C K, D L, E N, F O, G P;
    A I, B J, C K, D L, E N, F O, G P, H Q;
}

/// The login managers of a guarded router: a reference to one, or a tuple of up to three.
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
