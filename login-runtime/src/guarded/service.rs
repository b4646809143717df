//! Services that are not handlers, with their access said explicitly.

use std::fmt;

use tower_layer::Layer;

use crate::guard::{Access, AnyLogin, LoginRequiredLayer, LoginRequiredService, NoLogin};

/// A service whose access has been decided; made by [`protected`], [`protected_by`] and [`public`].
pub struct GuardedService<Svc, Whose = AnyLogin> {
    pub(super) service: Svc,
    pub(super) access: Access,
    whose: std::marker::PhantomData<fn() -> Whose>,
}

impl<Svc, Whose> fmt::Debug for GuardedService<Svc, Whose> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardedService")
            .field("access", &self.access.to_string())
            .finish_non_exhaustive()
    }
}

/// A service behind the login, such as a folder of files.
pub fn protected<Svc>(service: Svc) -> GuardedService<LoginRequiredService<Svc>> {
    protected_by(LoginRequiredLayer::new(), service)
}

/// A service behind all that a [`LoginRequiredLayer`] asks for.
#[expect(
    clippy::needless_pass_by_value,
    reason = "as layers are given elsewhere"
)]
pub fn protected_by<Svc, Whose>(
    layer: LoginRequiredLayer<Whose>,
    service: Svc,
) -> GuardedService<LoginRequiredService<Svc>, Whose> {
    GuardedService {
        access: layer.access(),
        service: layer.layer(service),
        whose: std::marker::PhantomData,
    }
}

/// A service that everybody may call.
pub fn public<Svc>(service: Svc) -> GuardedService<Svc, NoLogin> {
    GuardedService {
        service,
        access: Access::public(),
        whose: std::marker::PhantomData,
    }
}
