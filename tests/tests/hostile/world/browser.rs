//! Browsers that do as they like, and what they are answered.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, HeaderValue, Method, Request, header},
};
use login_runtime::testing::TestCookies;
use tower::ServiceExt;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The lines that set or remove a cookie.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().expect("cookies are ASCII"))
            .collect()
    }

    /// What the answer sets, without what it removes.
    pub(crate) fn cookies(&self) -> TestCookies {
        TestCookies::from_response(&self.headers)
    }

    /// Whether it takes a login cookie away.
    pub(crate) fn clears_a_login(&self) -> bool {
        self.set_cookies().iter().any(|line| {
            (line.contains("_session=;") || line.contains("_remember=;"))
                && line.contains("Max-Age=0")
        })
    }
}

/// A browser, or whoever says to be one. It follows no redirects.
#[derive(Clone)]
pub(crate) struct Browser {
    app: Router,
    pub(crate) cookies: TestCookies,
    pub(crate) headers: HeaderMap,
}

impl Browser {
    pub(crate) fn on(app: &Router) -> Self {
        Self {
            app: app.clone(),
            cookies: TestCookies::default(),
            headers: HeaderMap::from_iter([
                (header::HOST, HeaderValue::from_static("site.example")),
                (header::USER_AGENT, HeaderValue::from_static("a browser")),
                (header::ACCEPT, HeaderValue::from_static("text/html")),
            ]),
        }
    }

    /// The same browser, in front of another server.
    pub(crate) fn at(&self, app: &Router) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// With these cookies alone.
    pub(crate) fn holding(&self, cookies: &TestCookies) -> Self {
        Self {
            cookies: cookies.clone(),
            ..self.clone()
        }
    }

    /// Without its session cookie, or its remember cookie.
    pub(crate) fn without(&self, name_end: &str) -> Self {
        let mut other = self.clone();
        other.cookies.remove(name_end);
        other
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::try_from(value).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Answer {
        self.ask(Method::POST, path).await
    }

    pub(crate) async fn ask(&mut self, method: Method, path: &str) -> Answer {
        let answer = send(&self.app, self.request(method, path)).await;
        self.cookies.receive(&answer.headers);
        answer
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request<Body> {
        let mut request = request(method, path);
        *request.headers_mut() = self.headers.clone();
        if !self.cookies.is_empty() {
            let cookies = HeaderValue::try_from(self.cookies.header()).expect("cookies");
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        request
    }

    /// Whom the site takes the browser for: an id, or `anonymous`.
    pub(crate) async fn who(&mut self) -> String {
        let answer = self.get("/me").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Whom the site takes the browser for at pages of every kind; one id, or what differs.
    pub(crate) async fn who_everywhere(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        for path in ["/me", "/dashboard", "/session"] {
            let answer = self.get(path).await;
            match (answer.status, path) {
                (200, "/session") if answer.body.starts_with("None") => {}
                (200, _) if answer.body == "anonymous" => {}
                (303 | 401, _) => {}
                (status, _) => found.push(format!("{path}: {status} {}", answer.body)),
            }
        }
        found
    }
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("an address");
    request
}

/// A `GET` with this `Cookie` header and nothing else of note.
pub(crate) fn with_cookie(path: &str, cookie: &[u8]) -> Request<Body> {
    let mut request = request(Method::GET, path);
    let headers = request.headers_mut();
    headers.insert(header::USER_AGENT, HeaderValue::from_static("a browser"));
    if let Ok(cookie) = HeaderValue::from_bytes(cookie) {
        headers.insert(header::COOKIE, cookie);
    }
    request
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    let Ok(response) = app.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}
