//! Where to go after the login: which redirect targets are followed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::query;
use crate::build_error::BuildError;

/// The longest redirect target that is followed or kept, in bytes.
pub(crate) const MAX_TARGET: usize = 2048;

/// What may stand in a target but not in a `Location` header as it is. Non-ASCII is always encoded;
/// `%` is left alone, so that what was encoded already stays as it was written.
const UNSAFE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'\\');

/// Which redirect targets are followed after a login.
///
/// The value of a `next` parameter comes from whoever made the link, so following it unchecked
/// sends users wherever an attacker likes, with the application's own login page as the lure. This
/// rule follows
///
/// - a path on this site: it starts with exactly one `/`;
/// - an absolute URL, or one that starts with `//`, whose host and port are on the list of allowed
///   hosts, byte for byte but for ASCII case. `example.com` allows neither its subdomains nor
///   `example.com:8443`.
///
/// It refuses everything else, and whatever browsers and servers read in different ways: control
/// characters, invisible Unicode characters, backslashes before the query, user names in the host,
/// `.` and `..` segments, a path that starts with `//`, more than 2048 bytes.
///
/// The default allows no host: only paths are followed.
///
/// ```
/// use login_runtime::NextRule;
///
/// let paths = NextRule::default();
/// assert_eq!(paths.check("/inbox?page=2").as_deref(), Some("/inbox?page=2"));
/// assert_eq!(paths.check("/café").as_deref(), Some("/caf%C3%A9"));
/// assert_eq!(paths.check("//evil.example/inbox"), None);
/// assert_eq!(paths.check("https://app.example/"), None);
///
/// let hosts = NextRule::default().allow_host("app.example")?;
/// assert_eq!(hosts.check("/inbox").as_deref(), Some("/inbox"));
/// assert_eq!(hosts.check("https://APP.example/").as_deref(), Some("https://app.example/"));
/// assert_eq!(hosts.check("http://app.example/"), None);
/// assert_eq!(hosts.check("https://app.example.evil.example/"), None);
/// # Ok::<(), login_runtime::BuildError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextRule {
    allowed_hosts: Vec<Box<str>>,
    plain_http: bool,
}

impl NextRule {
    /// Follows absolute URLs on this host, too, over `https` alone.
    ///
    /// A host is written as it stands in a URL: `app.example`, `app.example:8443`, `[2001:db8::1]`,
    /// and an international name in its `xn--` form.
    ///
    /// # Errors
    ///
    /// Anything else, such as `https://app.example` or `app.example/inbox`.
    pub fn allow_host(mut self, host: impl Into<String>) -> Result<Self, BuildError> {
        let host = host.into();
        if !is_host(&host) {
            return Err(BuildError::Address {
                setting: "allow_next_host",
                value: host,
                expected: "give a host such as `app.example` or `app.example:8443`, without a scheme or a path",
            });
        }
        self.allowed_hosts.push(host.to_ascii_lowercase().into());
        Ok(self)
    }

    /// Follows absolute URLs over plain `http`, too, and those that leave the scheme open.
    pub fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The target to redirect to, or `None` where `url` is not to be followed.
    ///
    /// What comes back is ASCII and fits into a `Location` header: the scheme and the host are in
    /// lower case, spaces and non-ASCII are percent-encoded, and the rest is as it was.
    pub fn check(&self, url: &str) -> Option<String> {
        if let Some(path) = site_path(url) {
            return Some(path.into_owned());
        }
        if self.allowed_hosts.is_empty() || url.len() > MAX_TARGET {
            return None;
        }
        let (scheme, rest) = if let Some(rest) = strip_start(url, "https:") {
            ("https:", rest)
        } else if !self.plain_http {
            return None;
        } else if let Some(rest) = strip_start(url, "http:") {
            ("http:", rest)
        } else {
            ("", url)
        };
        let rest = rest.strip_prefix("//")?;
        let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let host = self
            .allowed_hosts
            .iter()
            .find(|host| host.eq_ignore_ascii_case(authority))?;
        let target = if target.starts_with('/') {
            site_path(target)?
        } else {
            visible(target)?
        };
        let checked = format!("{scheme}//{host}{target}");
        (checked.len() <= MAX_TARGET).then_some(checked)
    }
}

/// The target that the client wanted, for `next`: the path and query of its request without the
/// pairs of `drop_keys`, which carry credentials.
///
/// Clients may also send `//host/path` or a whole URL in the place of the path; that, and whatever
/// else [`NextRule`] would not follow later, is `None`.
pub(crate) fn original_target<'t>(
    path_and_query: &'t str,
    drop_keys: &[&str],
) -> Option<Cow<'t, str>> {
    let Some((path, query)) = path_and_query.split_once('?') else {
        return site_path(path_and_query);
    };
    match query::without(query, drop_keys) {
        Cow::Borrowed(_) => site_path(path_and_query),
        Cow::Owned(kept) if kept.is_empty() => site_path(path),
        Cow::Owned(kept) => {
            site_path(&format!("{path}?{kept}")).map(|path| Cow::Owned(path.into_owned()))
        }
    }
}

/// A path on this site, with its query and fragment, ready for a `Location` header.
fn site_path(target: &str) -> Option<Cow<'_, str>> {
    if !target.starts_with('/') || target.starts_with("//") {
        return None;
    }
    let path = target.find(['?', '#']).map_or(target, |end| &target[..end]);
    // Resolving `/..//host` and then redirecting to the path alone would lead to `host`. A browser
    // never asks for a path with dots in it, so nothing is lost.
    let may_have_dots = path
        .as_bytes()
        .windows(2)
        .any(|pair| matches!(pair, b"/." | b"/%"));
    if path.contains('\\') || (may_have_dots && path.split('/').any(is_dot_segment)) {
        return None;
    }
    visible(target)
}

/// The text with everything encoded that a header cannot carry; `None` for text that is too long or
/// has characters that browsers drop, trim or do not show.
fn visible(text: &str) -> Option<Cow<'_, str>> {
    if text.len() > MAX_TARGET {
        return None;
    }
    // What is asked for is nearly always written with these alone: neither to be hidden nor encoded.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~?&=%+:@,;!$'()*#".contains(&byte);
    if text.bytes().all(plain) {
        return Some(Cow::Borrowed(text));
    }
    if text.chars().any(is_invisible) {
        return None;
    }
    let encoded = Cow::from(utf8_percent_encode(text, UNSAFE));
    (encoded.len() <= MAX_TARGET).then_some(encoded)
}

fn strip_start<'u>(url: &'u str, scheme: &str) -> Option<&'u str> {
    let (start, rest) = url.split_at_checked(scheme.len())?;
    start.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Whether every browser reads this as a host, perhaps with a port, and as nothing else.
fn is_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    !host.is_empty() && host.bytes().all(plain)
}

/// `.` and `..`, also with the dots percent-encoded, as browsers read them.
fn is_dot_segment(segment: &str) -> bool {
    let strip_dot = |text| strip_start(text, ".").or_else(|| strip_start(text, "%2e"));
    strip_dot(segment).is_some_and(|rest| rest.is_empty() || strip_dot(rest) == Some(""))
}

/// Control characters, every space but the plain one, and Unicode's format characters (category
/// `Cf`), which the standard library has no test for.
fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || c.is_whitespace()
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0001}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(url: &str) -> Option<String> {
        NextRule::default().check(url)
    }

    fn hosts(hosts: &[&str]) -> NextRule {
        let none = NextRule::default();
        hosts
            .iter()
            .fold(none, |rule, host| rule.allow_host(*host).unwrap())
    }

    #[test]
    fn paths_on_this_site_are_followed() {
        for url in [
            "/",
            "/a",
            "/a//b",
            "/%",
            "/a?next=//b\u{e9}",
            "/.well-known",
            "/...",
            "/a#?",
        ] {
            assert!(path(url).is_some(), "{url}");
        }
        assert_eq!(
            path("/a b?q=\"<\\>").as_deref(),
            Some("/a%20b?q=%22%3C%5C%3E")
        );
        assert_eq!(path("/%e4%zz%").as_deref(), Some("/%e4%zz%"));
        assert_eq!(path("/／/x").as_deref(), Some("/%EF%BC%8F/x"));
    }

    #[test]
    fn whatever_could_leave_is_refused() {
        for url in [
            "",
            "a",
            "//a",
            "/\\a",
            "\\/a",
            "/a\\b",
            "/a\r\nB: c",
            "/\t/a",
            " /a",
            "/\u{7f}",
            "/\u{a0}",
            "/\u{202e}",
            "/\u{85}/a",
            "/..//a",
            "/a/../b",
            "/.",
            "/%2e%2E//a",
            "/.%2e?",
            "/a/%2e",
            "https:/a",
            "javascript:alert(1)",
            "?a",
            "#a",
        ] {
            assert_eq!(path(url), None, "{url:?}");
        }
    }

    #[test]
    fn two_kilobytes_fit_and_no_more() {
        let longest = format!("/{}", "a".repeat(MAX_TARGET - 1));
        assert_eq!(path(&longest).as_deref(), Some(&*longest));
        assert_eq!(path(&format!("{longest}a")), None);
        // Three bytes for one are counted as they are sent.
        assert_eq!(path(&format!("/{}", " ".repeat(MAX_TARGET / 3 + 1))), None);
        let hosts = hosts(&["app.example"]).allow_plain_http();
        assert_eq!(hosts.check(&format!("//app.example{longest}")), None);
    }

    #[test]
    fn a_host_is_compared_whole() {
        let rule = hosts(&["App.example", "app.example:8443", "[2001:db8::1]"]).allow_plain_http();
        let check = |url| rule.check(url);
        assert_eq!(
            check("HTTP://aPP.example").as_deref(),
            Some("http://app.example")
        );
        assert_eq!(
            check("//app.example?é").as_deref(),
            Some("//app.example?%C3%A9")
        );
        assert_eq!(
            check("https://[2001:DB8::1]/x").as_deref(),
            Some("https://[2001:db8::1]/x")
        );
        assert!(check("https://app.example:8443#x").is_some());
        for url in [
            "https://app.example:443/",
            "https://app.example:/",
            "https://u@app.example/",
            "https://app.example./",
            "https:app.example/",
            "https:/app.example/",
            "https:///app.example",
            "https://app.example\\@evil.example",
            "https://app.example//evil.example",
            "https://app.example/../x",
            "ftp://app.example/",
            "https://ａpp.example/",
            "///app.example",
            "https://app.example?\n",
            "https://app.examplé/",
            "httpsé//app.example",
        ] {
            assert_eq!(check(url), None, "{url}");
        }
    }

    #[test]
    fn a_host_that_is_none_is_an_error() {
        for host in [
            "u:p@app.example",
            "*",
            "",
            "a b",
            "é.example",
            "a/b",
            "https://app.example",
        ] {
            let error = NextRule::default()
                .allow_host(host)
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("`{host}`")), "{error}");
        }
    }

    #[test]
    fn https_is_required_of_absolute_urls_alone() {
        let rule = hosts(&["app.example"]);
        assert!(rule.check("https://app.example/").is_some());
        assert!(rule.check("/a").is_some());
        assert_eq!(rule.check("http://app.example/"), None);
        assert_eq!(rule.check("//app.example/"), None);
    }

    #[test]
    fn the_wanted_target_loses_its_credentials() {
        let target = |raw: &str| Some(original_target(raw, &["api_key", "token"])?.into_owned());
        assert_eq!(
            target("/a?x=%7e&api%5fkey=1&y").as_deref(),
            Some("/a?x=%7e&y")
        );
        assert_eq!(target("/a?token=1").as_deref(), Some("/a"));
        assert_eq!(target("/a?").as_deref(), Some("/a?"));
        assert_eq!(target("/a").as_deref(), Some("/a"));
        assert_eq!(
            target(&format!("/a?token={}", "t".repeat(3000))).as_deref(),
            Some("/a")
        );
        for raw in [
            "//evil.example/a?token=1",
            "http://evil.example/a",
            "*",
            "",
            "/..//a?token=1",
        ] {
            assert_eq!(target(raw), None, "{raw}");
        }
        assert_eq!(target(&format!("/a?x={}", "t".repeat(3000))), None);
        // What is kept is checked again when it is read, and is good then too.
        for raw in ["/a b?x=\u{e9}", "/a?x=<y>&token=1", "/%2f?\""] {
            let kept = target(raw).unwrap();
            assert_eq!(path(&kept).as_deref(), Some(&*kept));
        }
    }
}
