//! Where to go after the login: the page that the visitor wanted.

use std::fmt;

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use crate::{
    next::NextRule,
    refusal,
    request::{LoginHandle, next_cookie},
};

/// The page that the visitor wanted before being sent to the login view.
///
/// An extractor for the handlers that show the login form and that log in. It reads the query
/// parameter `next`, which a form keeps that is sent to the address it came from, or the signed cookie
/// after [`next_in_cookie`](crate::LoginManagerBuilder::next_in_cookie), which a login or a
/// confirmation uses up. A form that carries it in a field hands it to
/// [`or_field`](Self::or_field): the body is the handler's to read.
///
/// Whatever the visitor put there, it only ever yields a path on this site, or a URL on a host that
/// [`allow_next_host`](crate::LoginManagerBuilder::allow_next_host) names; anything else counts as
/// nothing (open redirects, OWASP ASVS 5.0, 3.7.2).
///
/// ```
/// use axum::response::Redirect;
/// use login_runtime::NextUrl;
///
/// async fn after_login(next: NextUrl) -> Redirect {
///     Redirect::to(next.or("/"))
/// }
/// # let _ = after_login;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextUrl {
    target: Option<String>,
    rule: NextRule,
}

impl NextUrl {
    /// The wanted page, or else `default`.
    pub fn or<'a>(&'a self, default: &'a str) -> &'a str {
        self.target.as_deref().unwrap_or(default)
    }

    /// The wanted page, or else the one in a field of the form, by the same rule.
    ///
    /// ```
    /// use axum::{Form, response::Redirect};
    /// use login_runtime::NextUrl;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Credentials {
    ///     username: String,
    ///     next: Option<String>,
    /// }
    ///
    /// async fn after_login(next: NextUrl, Form(form): Form<Credentials>) -> Redirect {
    ///     Redirect::to(next.or_field(form.next.as_deref()).or("/"))
    /// }
    /// # let _ = after_login;
    /// ```
    pub fn or_field(mut self, value: Option<&str>) -> Self {
        if self.target.is_none() {
            self.target = value.and_then(|value| self.rule.check(value));
        }
        self
    }

    /// The wanted page, if there is one that may be followed.
    ///
    /// ```
    /// use axum::response::Redirect;
    /// use login_runtime::NextUrl;
    ///
    /// async fn after_login(next: NextUrl) -> Redirect {
    ///     match next.target() {
    ///         Some(page) => Redirect::to(page),
    ///         None => Redirect::to("/welcome"),
    ///     }
    /// }
    /// # let _ = after_login;
    /// ```
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }
}

impl fmt::Display for NextUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.or(""))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for NextUrl {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::innermost(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        let target = handle.chain().find_map(|handle| read(handle, parts));
        let rule = handle.realm.next_rule.clone();
        Ok(Self { target, rule })
    }
}

fn read(handle: &LoginHandle, parts: &Parts) -> Option<String> {
    let realm = &*handle.realm;
    let wanted = if realm.next_in_cookie {
        next_cookie::kept_page(handle, parts)?
    } else {
        let query = parts.uri.query()?;
        let mut fields = form_urlencoded::parse(query.as_bytes());
        let (_, value) = fields.find(|(name, _)| *name == *realm.next_field)?;
        value.into_owned()
    };
    realm.next_rule.check(&wanted)
}
