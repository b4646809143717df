//! The raw `Cookie` header in, `Set-Cookie` out.

mod header;
mod login;
mod options;
mod sealed;
mod verified;

use axum::http::{HeaderMap, HeaderValue};

use header::pairs;
pub(crate) use login::{Earned, LoginCookies, PresentedCookies, RememberCookie, SessionCookie};
pub use options::{CookieOptions, SameSite};
pub(crate) use sealed::SealedCookie;
pub(crate) use verified::VerifiedLogins;

use crate::build_error::BuildError;

/// The longest `Set-Cookie` line that is sent, in bytes (RFC 6265bis, section 5.6).
pub(crate) const MAX_BYTES: usize = 4096;

/// A cookie of this manager: its full name and everything that follows the value.
#[derive(Debug)]
pub(crate) struct CookieSpec {
    pub(crate) name: Box<str>,
    attributes: Box<str>,
}

/// A cookie is too long for browsers to keep: this many bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong(pub(crate) usize);

impl CookieSpec {
    pub(crate) fn new(
        default_name: &str,
        options: &CookieOptions,
        plain_http: bool,
    ) -> Result<Self, BuildError> {
        let bare = options.name.as_deref().unwrap_or(default_name);
        let path = options.path.as_deref().unwrap_or("/");
        let refuse = |what: &str| BuildError::Cookie {
            name: bare.to_owned(),
            what: what.to_owned(),
        };
        if bare.is_empty() || !bare.bytes().all(is_token) {
            return Err(refuse(
                "a cookie's name is made of letters, digits and `!#$%&'*+-.^_`|~`",
            ));
        }
        let lower = bare.to_ascii_lowercase();
        if lower.starts_with("__host-") || lower.starts_with("__secure-") {
            return Err(refuse(
                "leave the prefix out: it is added where browsers allow it",
            ));
        }
        if !path.starts_with('/') || !path.bytes().all(is_attribute) {
            return Err(refuse(
                "the path begins with `/` and holds neither `;` nor control characters",
            ));
        }
        if let Some(domain) = &options.domain {
            let labels = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
            if domain.is_empty() || domain.starts_with('.') || !domain.bytes().all(labels) {
                return Err(refuse(
                    "the domain is a host name such as `example.com`, without a leading dot",
                ));
            }
        }
        if plain_http && options.same_site == SameSite::None {
            return Err(refuse(
                "browsers refuse `SameSite=None` without `Secure`: serve over HTTPS",
            ));
        }
        let prefix = match (plain_http, &options.domain, path) {
            (true, ..) => "",
            (false, None, "/") => "__Host-",
            _ => "__Secure-",
        };
        let mut attributes = format!("; Path={path}; SameSite={}", options.same_site.as_str());
        if let Some(domain) = &options.domain {
            attributes.push_str("; Domain=");
            attributes.push_str(domain);
        }
        if !plain_http {
            attributes.push_str("; Secure");
        }
        if !options.readable_by_scripts {
            attributes.push_str("; HttpOnly");
        }
        let spec = Self {
            name: format!("{prefix}{bare}").into(),
            attributes: attributes.into(),
        };
        // A removal is the shortest line there is; what does not even allow that is unusable.
        match spec.remove() {
            Some(_) if spec.name.len() <= 256 => Ok(spec),
            _ => Err(refuse(
                "the name, path and domain are too long for a cookie",
            )),
        }
    }

    /// The `Set-Cookie` line for a value; without a maximum age (seconds) it ends with the browser.
    pub(crate) fn set(&self, value: &str, max_age: Option<i64>) -> Result<HeaderValue, TooLong> {
        let age = max_age
            .map(|age| format!("; Max-Age={age}"))
            .unwrap_or_default();
        let line = [&*self.name, "=", value, &*self.attributes, &*age].concat();
        if line.len() > MAX_BYTES {
            return Err(TooLong(line.len()));
        }
        HeaderValue::try_from(line).map_err(|_| TooLong(0))
    }

    /// How long the line of [`set`](Self::set) is for a value of so many bytes.
    pub(crate) fn line_len(&self, value: usize, max_age: i64) -> usize {
        let age = "; Max-Age=".len() + max_age.to_string().len();
        self.name.len() + 1 + value + self.attributes.len() + age
    }

    /// The `Set-Cookie` line that removes the cookie: the same attributes, no value, no age.
    pub(crate) fn remove(&self) -> Option<HeaderValue> {
        let epoch = "Thu, 01 Jan 1970 00:00:00 GMT";
        let line = format!(
            "{}={}; Max-Age=0; Expires={epoch}",
            self.name, self.attributes
        );
        HeaderValue::try_from(line).ok()
    }

    /// The values that a request carries under this cookie's name, as they came.
    pub(crate) fn values<'a>(&self, headers: &'a HeaderMap) -> Values<'a> {
        let mut values = Values::default();
        pairs(headers).for_each(|pair| values.note(self, pair));
        values
    }

    fn value_in<'a>(&self, pair: &'a [u8]) -> Option<&'a [u8]> {
        // No name has `=` in it, so this is the whole of the pair's name.
        pair.strip_prefix(self.name.as_bytes())?.strip_prefix(b"=")
    }
}

/// The values of one cookie name that differ from the first.
#[derive(Debug, Default)]
pub(crate) struct Values<'a> {
    first: Option<&'a [u8]>,
    others: Vec<&'a [u8]>,
}

impl<'a> Values<'a> {
    /// Notes the value in a pair, if it is one of this cookie's.
    #[inline]
    pub(crate) fn note(&mut self, spec: &CookieSpec, pair: &'a [u8]) {
        if let Some(value) = spec.value_in(pair) {
            self.add(value);
        }
    }

    fn add(&mut self, value: &'a [u8]) {
        match self.first {
            None => self.first = Some(value),
            Some(first) if first == value => {}
            // Not compared with one another: thousands of them must not take millions of steps.
            Some(_) => self.others.push(value),
        }
    }

    /// The value, where there is just one: of several it cannot be told which is the browser's own.
    pub(crate) fn single(&self) -> Option<&'a [u8]> {
        self.first.filter(|_| self.others.is_empty())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a [u8]> {
        self.first.into_iter().chain(self.others.iter().copied())
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_attribute(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte) && byte != b';'
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    fn spec(options: &CookieOptions, plain_http: bool) -> Result<CookieSpec, BuildError> {
        CookieSpec::new("login_session", options, plain_http)
    }

    fn headers(lines: &[&[u8]]) -> HeaderMap {
        lines
            .iter()
            .map(|line| (COOKIE, HeaderValue::from_bytes(line).unwrap()))
            .collect()
    }

    #[test]
    fn the_prefix_is_the_strongest_that_browsers_take() {
        let name = |options, plain| spec(&options, plain).unwrap().name.to_string();
        let none = CookieOptions::default;
        assert_eq!(name(none(), false), "__Host-login_session");
        assert_eq!(name(none().path("/app"), false), "__Secure-login_session");
        assert_eq!(
            name(none().domain("example.com"), false),
            "__Secure-login_session"
        );
        assert_eq!(name(none().name("sid"), true), "sid");
    }

    #[test]
    fn what_browsers_would_reject_is_a_build_error() {
        let none = CookieOptions::default;
        for options in [
            none().name(""),
            none().name("a b"),
            none().name("__Host-a"),
            none().path("app"),
            none().path("/a;b"),
            none().domain(".example.com"),
            none().domain("exa mple"),
            none()
                .path(format!("/{}", "x".repeat(5000)))
                .name("y".repeat(300)),
        ] {
            assert!(spec(&options, false).is_err(), "{options:?}");
        }
        assert!(spec(&none().same_site(SameSite::None), true).is_err());
        assert!(spec(&none().same_site(SameSite::None), false).is_ok());
    }

    #[test]
    fn names_are_compared_byte_for_byte() {
        let spec = spec(&CookieOptions::default(), false).unwrap();
        for foreign in [
            &b"__host-login_session=v"[..],
            b"__Host%2Dlogin_session=v",
            b"=__Host-login_session=v",
            b"__Host-login_session",
            b"x__Host-login_session=v",
            b"\xa0__Host-login_session=v",
        ] {
            assert!(spec.values(&headers(&[foreign])).is_empty(), "{foreign:?}");
        }
        let good = headers(&[b"\xff\xfe=;;;=; a=b;\t__Host-login_session=v ", b"c"]);
        assert_eq!(spec.values(&good).single(), Some(&b"v"[..]));
    }

    #[test]
    fn different_values_count_as_none_and_identical_ones_as_one() {
        let spec = spec(&CookieOptions::default().name("s"), true).unwrap();
        let same = headers(&[b"s=1; s=1", b"s=1"]);
        assert_eq!(spec.values(&same).single(), Some(&b"1"[..]));
        let different = headers(&[b"s=1; s=2; s=1"]);
        let values = spec.values(&different);
        assert_eq!(values.single(), None);
        assert_eq!(values.iter().collect::<Vec<_>>(), [b"1", b"2"]);
    }

    #[test]
    fn a_line_of_more_than_4096_bytes_is_not_sent() {
        let spec = spec(&CookieOptions::default(), false).unwrap();
        assert!(spec.set(&"v".repeat(3900), Some(60)).is_ok());
        assert!(spec.set(&"v".repeat(4096), Some(60)).is_err());
    }
}
