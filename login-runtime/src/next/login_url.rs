//! The address of the login page, with the way back in it.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::query;

/// Everything but the unreserved characters of RFC 3986.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The URL of a login page, with the page to return to in its query: Flask-Login's `login_url`.
///
/// `login_view` is a path such as `/login` or a URL. What else there is to say, [`LoginUrl`] takes
/// by name.
///
/// ```
/// use login_runtime::login_url;
///
/// assert_eq!(login_url("/login").to_string(), "/login");
/// assert_eq!(
///     login_url("/login").next("/inbox?page=2").to_string(),
///     "/login?next=%2Finbox%3Fpage%3D2",
/// );
/// ```
pub fn login_url(login_view: &str) -> LoginUrl<'_> {
    LoginUrl {
        login_view,
        next: None,
        next_field: "next",
        origin: None,
    }
}

/// A URL of a login page in the making; its [`Display`](fmt::Display) is the URL.
///
/// What the login view has in its query and fragment stays, except an earlier value of the field
/// that names the page to return to.
///
/// ```
/// use login_runtime::login_url;
///
/// let german = login_url("/login?lang=de#form").next_field("to").next("/inbox");
/// assert_eq!(german.to_string(), "/login?lang=de&to=%2Finbox#form");
///
/// let elsewhere = login_url("https://id.example/login").origin("https://app.example");
/// assert_eq!(
///     elsewhere.next("/inbox").to_string(),
///     "https://id.example/login?next=https%3A%2F%2Fapp.example%2Finbox",
/// );
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it is a URL once it is written, as with `.to_string()`"]
pub struct LoginUrl<'a> {
    login_view: &'a str,
    next: Option<&'a str>,
    next_field: &'a str,
    origin: Option<&'a str>,
}

impl<'a> LoginUrl<'a> {
    /// The page to return to: a path on this site or an absolute URL. It is written as short as
    /// [`make_next_param`](Self::make_next_param) makes it.
    pub fn next(mut self, page: &'a str) -> Self {
        self.next = Some(page);
        self
    }

    /// The name of the query field that carries the page, by default `next`.
    pub fn next_field(mut self, name: &'a str) -> Self {
        self.next_field = name;
        self
    }

    /// This application's own scheme and host, such as `https://app.example`.
    ///
    /// Where the login view is on another host, a page that is only a path is made absolute with it,
    /// so that the login page knows where to come back to; without it the path is passed as it is.
    /// The origin has to come from the configuration: a `Host` header is the client's to choose.
    pub fn origin(mut self, origin: &'a str) -> Self {
        self.origin = Some(origin.trim_end_matches('/'));
        self
    }

    /// The shortest form of a URL that leads back to it from the login view: Flask-Login's
    /// `make_next_param`.
    ///
    /// It is the path and query where scheme and host are those of the login view, and the whole
    /// URL where they are not. A part that the login view leaves open, as `/login` does with both,
    /// counts as the same. The result is still the client's word: [`NextRule`](crate::NextRule)
    /// decides whether it is followed.
    ///
    /// ```
    /// use login_runtime::login_url;
    ///
    /// let here = "http://localhost/profile";
    /// assert_eq!(login_url("/login").make_next_param(here), "/profile");
    /// assert_eq!(login_url("http://localhost/login").make_next_param(here), "/profile");
    /// assert_eq!(login_url("https://localhost/login").make_next_param(here), here);
    /// ```
    pub fn make_next_param<'u>(&self, current_url: &'u str) -> Cow<'u, str> {
        if is_path(self.login_view) && is_path(current_url) {
            return Cow::Borrowed(split_before(current_url, "#").0);
        }
        let login = Parts::of(self.login_view);
        let current = Parts::of(current_url);
        let same = |login: Option<&str>, current: Option<&str>| {
            login.is_none_or(|login| current.is_some_and(|it| it.eq_ignore_ascii_case(login)))
        };
        let target = split_before(current.target, "#").0;
        if !same(login.scheme, current.scheme)
            || !same(login.authority, current.authority)
            // Alone, such a path would be read as a host.
            || target.starts_with("//")
        {
            Cow::Borrowed(current_url)
        } else if current.authority.is_some() && !target.starts_with('/') {
            Cow::Owned(format!("/{target}"))
        } else {
            Cow::Borrowed(target)
        }
    }
}

impl fmt::Display for LoginUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(next) = self.next else {
            return f.write_str(self.login_view);
        };
        let elsewhere = || Parts::of(self.login_view).authority.is_some();
        let next = match self.origin {
            Some(origin) if is_path(next) && elsewhere() => Cow::Owned(format!("{origin}{next}")),
            _ => Cow::Borrowed(next),
        };
        let (view, fragment) = split_before(self.login_view, "#");
        let (view, query) = view.split_once('?').unwrap_or((view, ""));
        let query = query::without(query, &[self.next_field]);
        let separator = if query.is_empty() { "" } else { "&" };
        let field = utf8_percent_encode(self.next_field, COMPONENT);
        let next = self.make_next_param(&next);
        let next = utf8_percent_encode(&next, COMPONENT);
        write!(f, "{view}?{query}{separator}{field}={next}{fragment}")
    }
}

/// A URL taken apart as far as it has parts.
struct Parts<'u> {
    scheme: Option<&'u str>,
    authority: Option<&'u str>,
    /// Path, query and fragment.
    target: &'u str,
}

impl<'u> Parts<'u> {
    fn of(url: &'u str) -> Self {
        let (scheme, rest) = match url.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, url),
        };
        let (authority, target) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, target) = split_before(rest, "/?#");
                (Some(authority), target)
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            target,
        }
    }
}

fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(rest)
}

/// Whether a URL leaves open on which host it is.
fn is_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

/// The text up to the first of `stops`, which are ASCII, and the rest from there on.
fn split_before<'t>(text: &'t str, stops: &str) -> (&'t str, &'t str) {
    let stop = |byte| stops.as_bytes().contains(&byte);
    text.split_at(text.bytes().position(stop).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_is_as_short_as_it_can_be() {
        let next = |login, current| login_url(login).make_next_param(current).into_owned();
        let here = "http://localhost/profile?a=1#top";
        assert_eq!(next("/login", here), "/profile?a=1");
        assert_eq!(next("//localhost/login", here), "/profile?a=1");
        assert_eq!(next("HTTP://LOCALHOST", here), "/profile?a=1");
        assert_eq!(next("http:/login", here), "/profile?a=1");
        assert_eq!(next("http://localhost:80/login", here), here);
        assert_eq!(next("http://accounts.localhost/login", here), here);
        assert_eq!(next("//accounts.localhost/login", here), here);
        assert_eq!(next("https://localhost/login", here), here);
        assert_eq!(next("https://localhost/login", "/profile"), "/profile");
        assert_eq!(next("/login", "http://localhost"), "/");
        assert_eq!(next("/login", "http://localhost?a"), "/?a");
        assert_eq!(
            next("/login", "http://localhost//evil.example/"),
            "http://localhost//evil.example/"
        );
        assert_eq!(next("/login", "/time/12:30"), "/time/12:30");
    }

    #[test]
    fn the_view_keeps_what_it_has() {
        let url = |view, next| login_url(view).next(next).to_string();
        let here = "http://localhost/protected";
        assert_eq!(url("/login", here), "/login?next=%2Fprotected");
        assert_eq!(
            url("/login?affil=cgnu", here),
            "/login?affil=cgnu&next=%2Fprotected"
        );
        assert_eq!(url("/login?", "/a"), "/login?next=%2Fa");
        assert_eq!(url("/login#f?x", "/a"), "/login?next=%2Fa#f?x");
        assert_eq!(
            url("/login?next=%2Fold&a=%7e&n%65xt=x#f", "/a"),
            "/login?a=%7e&next=%2Fa#f"
        );
        assert_eq!(
            url("/login", "/a b&c=d+é%"),
            "/login?next=%2Fa%20b%26c%3Dd%2B%C3%A9%25"
        );
        assert_eq!(
            url("https://auth.localhost/login", here),
            "https://auth.localhost/login?next=http%3A%2F%2Flocalhost%2Fprotected"
        );
        assert_eq!(
            login_url("/login").next(here).next_field("n x").to_string(),
            "/login?n%20x=%2Fprotected"
        );
        assert_eq!(
            login_url("/foo?next=a").origin("https://app").to_string(),
            "/foo?next=a"
        );
    }

    #[test]
    fn the_origin_serves_a_login_view_elsewhere() {
        let url = |view, next| {
            login_url(view)
                .next(next)
                .origin("https://app.example/")
                .to_string()
        };
        assert_eq!(url("/login", "/a"), "/login?next=%2Fa");
        assert_eq!(
            url("https://app.example/login", "/a"),
            "https://app.example/login?next=%2Fa"
        );
        assert_eq!(
            url("//id.example/login", "/a"),
            "//id.example/login?next=https%3A%2F%2Fapp.example%2Fa"
        );
        // Not a path: nothing is put in front of it.
        assert_eq!(
            url("//id.example", "//b/a"),
            "//id.example?next=%2F%2Fb%2Fa"
        );
        assert_eq!(
            login_url("https://id.example/login").next("/a").to_string(),
            "https://id.example/login?next=%2Fa"
        );
    }
}
