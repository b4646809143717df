//! A client with cookies for a router in the same process.

use std::fmt;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
        header::{ACCEPT, CONTENT_TYPE, COOKIE, USER_AGENT},
    },
};
use tower_service::Service;

use super::TestCookies;

/// What test clients and test logins call themselves.
pub(super) const USER_AGENT_OF_TESTS: &str = "login-runtime test client";

/// What browsers accept where they go to a page.
const ACCEPT_OF_BROWSERS: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// A client that keeps cookies, for a router in the same process (`FlaskLoginClient`).
///
/// It is a browser, by its `Accept`: without a login it is sent to the login view, where a
/// [`program`](Self::program) gets 401. It follows no redirects. Log it in with
/// [`LoginManager::test_login`](crate::LoginManager::test_login) and [`add`](Self::add).
#[derive(Clone)]
pub struct TestClient {
    app: Router,
    cookies: TestCookies,
    headers: HeaderMap,
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient")
            .field("cookies", &self.cookies)
            .finish_non_exhaustive()
    }
}

impl TestClient {
    /// A browser without cookies.
    pub fn new(app: Router) -> Self {
        let headers = HeaderMap::from_iter([
            (USER_AGENT, HeaderValue::from_static(USER_AGENT_OF_TESTS)),
            (ACCEPT, HeaderValue::from_static(ACCEPT_OF_BROWSERS)),
        ]);
        Self {
            app,
            cookies: TestCookies::default(),
            headers,
        }
    }

    /// The same client as a program, which accepts whatever comes, as curl does.
    pub fn program(mut self) -> Self {
        self.headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        self
    }

    /// Puts cookies into the client.
    pub fn add(&mut self, cookies: &TestCookies) -> &mut Self {
        self.cookies.extend(cookies);
        self
    }

    /// The client's cookies.
    pub fn cookies(&mut self) -> &mut TestCookies {
        &mut self.cookies
    }

    /// Sends a header with every request from now on.
    ///
    /// # Panics
    ///
    /// If no header can have that value, as with a line break in it.
    #[track_caller]
    pub fn header(&mut self, name: HeaderName, value: &str) -> &mut Self {
        let value = header_value(name.as_str(), value);
        self.headers.insert(name, value);
        self
    }

    /// Sends a header no more.
    pub fn without_header(&mut self, name: &HeaderName) -> &mut Self {
        self.headers.remove(name);
        self
    }

    /// Asks for a page.
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send) does.
    pub async fn get(&mut self, path: &str) -> TestResponse {
        self.send(Method::GET, path, Body::empty(), None).await
    }

    /// Sends a form: pairs as `application/x-www-form-urlencoded`.
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send) does.
    pub async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> TestResponse {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let kind = "application/x-www-form-urlencoded";
        self.send(Method::POST, path, Body::from(body.finish()), Some(kind))
            .await
    }

    /// Sends any request, with the client's cookies and headers.
    ///
    /// # Panics
    ///
    /// If the path cannot be asked for, such as `account` without its `/`, or if the content type or a
    /// cookie that was [set](TestCookies::set) cannot stand in a header: otherwise the test would be
    /// about another request than the one that was meant.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Body,
        content_type: Option<&str>,
    ) -> TestResponse {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = target(path);
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        if let Some(kind) = content_type {
            headers.insert(CONTENT_TYPE, header_value("content-type", kind));
        }
        if !self.cookies.is_empty() {
            headers.insert(COOKIE, header_value("cookie", &self.cookies.header()));
        }
        let Ok(response) = self.app.call(request).await;
        let (parts, body) = response.into_parts();
        self.cookies.receive(&parts.headers);
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// A path with its query, or a whole URL.
fn target(path: &str) -> Uri {
    match path.parse::<Uri>() {
        Ok(uri) if uri.path().starts_with('/') => uri,
        _ => panic!(
            "`{path}` cannot be asked for: give a path that begins with `/`, such as `/account?tab=1`, \
             with everything but ASCII percent-encoded"
        ),
    }
}

#[track_caller]
fn header_value(name: &str, value: &str) -> HeaderValue {
    HeaderValue::try_from(value).unwrap_or_else(|_| {
        panic!(
            "the header `{name}` cannot be {value:?}: a value has no line breaks and no other control \
             characters"
        )
    })
}

/// A whole response.
#[derive(Clone, Debug)]
pub struct TestResponse {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl TestResponse {
    /// The status, as a number.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header of this name, as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The cookies that the response sets, without those it removes.
    pub fn cookies(&self) -> TestCookies {
        TestCookies::from_response(&self.headers)
    }

    /// The body, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
