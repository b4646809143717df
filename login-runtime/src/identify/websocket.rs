//! Which pages may open a WebSocket with the login cookie.

use axum::http::{
    HeaderMap, Method,
    header::{HOST, ORIGIN, UPGRADE},
    request::Parts,
};

use crate::realm::Realm;

/// Whether the login cookies of a request count: always, but for a WebSocket that a page of another
/// origin opens. Browsers send cookies with those and let the page read what comes back
/// (cross-site WebSocket hijacking), so `Origin` has to be this site's or a trusted one.
#[inline]
pub(crate) fn may_use_cookies(parts: &Parts, realm: &Realm) -> bool {
    !is_websocket(parts) || opened_by(parts, realm).is_ok()
}

/// Why the login cookies do not count for a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WrongOrigin {
    Missing,
    /// The host is this site's, but the page came over plain HTTP, where anybody on the way may have
    /// written it.
    PlainHttp,
    Foreign,
}

/// Whether a page of this site, or of a trusted one, opens the WebSocket.
pub(crate) fn opened_by(parts: &Parts, realm: &Realm) -> Result<(), WrongOrigin> {
    check_origin(parts, &realm.trusted_origins, realm.plain_http)
}

fn check_origin(parts: &Parts, trusted: &[String], plain_http: bool) -> Result<(), WrongOrigin> {
    let mut origins = parts.headers.get_all(ORIGIN).iter();
    let origin = match (origins.next(), origins.next()) {
        (None, _) => return Err(WrongOrigin::Missing),
        (Some(origin), None) => origin.to_str().map_err(|_| WrongOrigin::Foreign)?,
        _ => return Err(WrongOrigin::Foreign),
    };
    if trusted
        .iter()
        .any(|trusted| trusted.eq_ignore_ascii_case(origin))
    {
        return Ok(());
    }
    let (scheme, host) = origin.split_once("://").ok_or(WrongOrigin::Foreign)?;
    if !own_host(parts).is_some_and(|own| own.eq_ignore_ascii_case(host)) {
        return Err(WrongOrigin::Foreign);
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok(()),
        "http" if plain_http => Ok(()),
        "http" => Err(WrongOrigin::PlainHttp),
        _ => Err(WrongOrigin::Foreign),
    }
}

/// An HTTP/1.1 upgrade, or an extended CONNECT (RFC 8441), which is an upgrade by nature.
pub(crate) fn is_websocket(parts: &Parts) -> bool {
    parts.method == Method::CONNECT || lists(&parts.headers, "websocket")
}

fn lists(headers: &HeaderMap, protocol: &str) -> bool {
    headers.get_all(UPGRADE).iter().any(|value| {
        value.as_bytes().split(|byte| *byte == b',').any(|one| {
            // `websocket`, or with a version after a slash.
            let one = one.trim_ascii();
            let name = one.split(|byte| *byte == b'/').next().unwrap_or(one);
            name.eq_ignore_ascii_case(protocol.as_bytes())
        })
    })
}

fn own_host(parts: &Parts) -> Option<&str> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => parts.headers.get(HOST)?.to_str().ok(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn checked(headers: &[(&str, &str)], plain_http: bool) -> Result<(), WrongOrigin> {
        let mut request = Request::builder()
            .uri("/socket")
            .header("host", "example.com:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        check_origin(&parts, &["https://app.example.org".to_owned()], plain_http)
    }

    #[test]
    fn an_origin_is_of_this_host_and_scheme_or_trusted() {
        for (origin, over_https, over_http) in [
            ("https://example.com:8080", Ok(()), Ok(())),
            ("HTTPS://EXAMPLE.com:8080", Ok(()), Ok(())),
            (
                "http://example.com:8080",
                Err(WrongOrigin::PlainHttp),
                Ok(()),
            ),
            ("https://app.example.org", Ok(()), Ok(())),
        ] {
            let origin = [("origin", origin)];
            assert_eq!(checked(&origin, false), over_https, "{origin:?}");
            assert_eq!(checked(&origin, true), over_http, "{origin:?}");
        }
        for foreign in [
            "",
            "null",
            "https://example.com",
            "https://example.com:8080.evil.example",
            "http://app.example.org",
            "http://evil.example",
            "ws://example.com:8080",
            "httpss://example.com:8080",
            "example.com:8080",
            "://example.com:8080",
        ] {
            for plain_http in [false, true] {
                let checked = checked(&[("origin", foreign)], plain_http);
                assert_eq!(checked, Err(WrongOrigin::Foreign), "{foreign}");
            }
        }
    }

    #[test]
    fn an_origin_is_there_once() {
        assert_eq!(checked(&[], true), Err(WrongOrigin::Missing));
        let own = ("origin", "https://example.com:8080");
        assert_eq!(checked(&[own, own], true), Err(WrongOrigin::Foreign));
    }

    #[test]
    fn a_websocket_is_known_by_its_upgrade_and_a_connect_is_one() {
        let is = |method: &str, upgrade: &str| {
            let request = Request::builder().method(method).header("upgrade", upgrade);
            is_websocket(&request.body(()).unwrap().into_parts().0)
        };
        assert!(is("GET", "WebSocket") && is("GET", "h2c, websocket/13") && is("CONNECT", "h2c"));
        assert!(!is("GET", "h2c") && !is("GET", "websockets") && !is("POST", ""));
    }
}
