//! Which pages may open a WebSocket with the login cookie.

use axum::http::{
    HeaderMap, Method,
    header::{HOST, ORIGIN, UPGRADE},
    request::Parts,
};

/// Whether the login cookies of a request count: always, but for a WebSocket that a page of another
/// origin opens. Browsers send cookies with those and let the page read what comes back
/// (cross-site WebSocket hijacking), so `Origin` has to be the host itself or a trusted one.
#[inline]
pub(crate) fn may_use_cookies(parts: &Parts, trusted: &[String]) -> bool {
    if !is_websocket(parts) {
        return true;
    }
    let mut origins = parts.headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return false;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if trusted
        .iter()
        .any(|trusted| trusted.eq_ignore_ascii_case(origin))
    {
        return true;
    }
    let Some((_, host)) = origin.split_once("://") else {
        return false;
    };
    own_host(parts).is_some_and(|own| own.eq_ignore_ascii_case(host))
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

    fn allowed(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder()
            .uri("/socket")
            .header("host", "example.com:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        may_use_cookies(&parts, &["https://app.example.org".to_owned()])
    }

    #[test]
    fn a_websocket_needs_an_origin_of_its_own_host_or_a_trusted_one() {
        let upgrade = ("upgrade", "WebSocket");
        assert!(
            allowed(&[("origin", "https://evil.example")]),
            "not a WebSocket"
        );
        assert!(!allowed(&[upgrade]));
        assert!(!allowed(&[upgrade, ("origin", "null")]));
        assert!(
            !allowed(&[upgrade, ("origin", "https://example.com")]),
            "another port"
        );
        assert!(!allowed(&[
            upgrade,
            ("origin", "https://example.com:8080.evil.example")
        ]));
        assert!(!allowed(&[
            upgrade,
            ("origin", "http://example.com:8080"),
            ("origin", "http://a")
        ]));
        assert!(allowed(&[upgrade, ("origin", "https://example.com:8080")]));
        assert!(allowed(&[
            ("upgrade", "h2c, websocket/13"),
            ("origin", "https://app.example.org")
        ]));
    }
}
