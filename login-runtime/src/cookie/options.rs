//! How a cookie is named, and where browsers send it.

/// The value of a cookie's `SameSite` attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SameSite {
    /// Sent with requests from the same site only.
    Strict,
    /// Also sent when a link from another site is followed.
    #[default]
    Lax,
    /// Sent with every request; every other protection against cross-site requests is then yours.
    None,
}

impl SameSite {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// How a login cookie is named and where browsers send it.
///
/// Passed to the closures of
/// [`session_cookie`](crate::LoginManagerBuilder::session_cookie) and
/// [`remember_cookie`](crate::LoginManagerBuilder::remember_cookie). Without any call a cookie is
/// `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`, and its name begins with `__Host-`; a domain or
/// another path turns that prefix into `__Secure-`.
#[derive(Clone, Debug, Default)]
pub struct CookieOptions {
    pub(super) name: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) path: Option<String>,
    pub(super) same_site: SameSite,
    pub(super) readable_by_scripts: bool,
    pub(crate) persistent: bool,
}

impl CookieOptions {
    /// The cookie's name, without the prefix that is put before it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The domain whose hosts all get the cookie. Every one of them can then overwrite it.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The path below which the cookie is sent.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// When other sites may cause the cookie to be sent.
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = same_site;
        self
    }

    /// Leaves `HttpOnly` out, so that scripts in the page, and whoever injects one, read it.
    pub fn readable_by_scripts(mut self) -> Self {
        self.readable_by_scripts = true;
        self
    }

    /// Keeps the session cookie when the browser closes, until the absolute limit.
    ///
    /// The server's limits stay what they are. The remember cookie is always kept.
    pub fn persistent(mut self) -> Self {
        self.persistent = true;
        self
    }
}
