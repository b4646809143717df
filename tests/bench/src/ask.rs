//! What is asked of every application, and what a right answer is.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, AUTHORIZATION, COOKIE, HOST, SET_COOKIE,
            USER_AGENT,
        },
    },
    response::Response,
};
use tower_service::Service;

use crate::{
    peer::{HOME, Peer},
    user::{API_KEY, USERS},
};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    PublicAnonymous,
    PublicWithCookie,
    Protected,
    Refused,
    Fresh,
    ApiKey,
    Login,
    Logout,
    Restore,
}

impl Ask {
    pub(crate) const ALL: &'static [Self] = &[
        Self::PublicAnonymous,
        Self::PublicWithCookie,
        Self::Protected,
        Self::Refused,
        Self::Fresh,
        Self::ApiKey,
        Self::Login,
        Self::Logout,
        Self::Restore,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PublicAnonymous => "public_anonymous",
            Self::PublicWithCookie => "public_with_cookie",
            Self::Protected => "protected",
            Self::Refused => "refused",
            Self::Fresh => "fresh",
            Self::ApiKey => "api_key",
            Self::Login => "login",
            Self::Logout => "logout",
            Self::Restore => "restore",
        }
    }

    /// How many requests are timed at once. Those that use up a login have it made before.
    pub(crate) fn batch(self) -> usize {
        match self {
            Self::Login | Self::Logout | Self::Restore => 32,
            _ => 128,
        }
    }
}

/// Seconds after which a remember token is rotated for certain.
const PAST_GRACE: i64 = 120;

/// A peer that is being asked.
pub(crate) struct Asker<'a> {
    peer: &'a Peer,
    /// What the browser of user 1 sends, once logged in.
    cookie: Option<HeaderValue>,
    next_user: i64,
}

impl<'a> Asker<'a> {
    pub(crate) async fn new(peer: &'a Peer) -> Self {
        let mut asker = Self {
            peer,
            cookie: None,
            next_user: 0,
        };
        if peer.asks.contains(&Ask::PublicWithCookie) {
            asker.cookie = asker.cookies_from("/login/1").await;
        }
        asker
    }

    fn is_bare(&self) -> bool {
        self.peer.asks.len() == Ask::ALL.len() && self.cookie_is_made_up()
    }

    /// Bare axum sets no cookies; it is sent one of the same length as a session's.
    fn cookie_is_made_up(&self) -> bool {
        self.peer.name == "bare axum" || self.peer.name == "no-op layer"
    }

    async fn cookies_from(&self, path: &str) -> Option<HeaderValue> {
        let response = call(&self.peer.app, request(Method::POST, path, None)).await;
        assert_eq!(
            response.status(),
            StatusCode::NO_CONTENT,
            "{}: {path}",
            self.peer.name
        );
        if self.cookie_is_made_up() {
            let made_up = format!("__Host-login_session={}", "x".repeat(98));
            return HeaderValue::try_from(made_up).ok();
        }
        let jar = set_cookies(response.headers());
        assert!(!jar.is_empty(), "{} sets a cookie at login", self.peer.name);
        HeaderValue::try_from(jar.join("; ")).ok()
    }

    /// Somebody but user 1, whose login would end with the 51st of the same user.
    fn next_user(&mut self) -> i64 {
        self.next_user = self.next_user % (USERS - 1) + 1;
        self.next_user + 1
    }

    /// Requests of one kind, ready to be sent. What they need has been done.
    pub(crate) async fn prepare(&mut self, ask: Ask, count: usize) -> Vec<Request> {
        let mut requests = Vec::with_capacity(count);
        for _ in 0..count {
            requests.push(self.one(ask).await);
        }
        self.peer
            .clock
            .set(if ask == Ask::Restore { PAST_GRACE } else { 0 });
        requests
    }

    async fn one(&mut self, ask: Ask) -> Request {
        let cookie = self.cookie.clone();
        match ask {
            Ask::PublicAnonymous => request(Method::GET, "/", None),
            Ask::PublicWithCookie => request(Method::GET, "/", cookie),
            Ask::Protected => request(Method::GET, "/dashboard", cookie),
            Ask::Refused if self.is_bare() => request(Method::GET, "/refused", None),
            Ask::Refused => request(Method::GET, "/dashboard", None),
            Ask::Fresh => request(Method::GET, "/fresh", cookie),
            Ask::ApiKey => {
                let mut request = request(Method::GET, "/api", None);
                let key = HeaderValue::try_from(format!("Bearer {API_KEY}"));
                request
                    .headers_mut()
                    .extend(key.ok().map(|key| (AUTHORIZATION, key)));
                request
            }
            Ask::Login => {
                let path = format!("/login/{}", self.next_user());
                request(Method::POST, &path, None)
            }
            Ask::Logout => {
                let path = format!("/login/{}", self.next_user());
                let cookie = self.cookies_from(&path).await;
                request(Method::POST, "/logout", cookie)
            }
            Ask::Restore => {
                // Made in the present, asked for when the token is old enough to be replaced.
                self.peer.clock.set(0);
                let path = format!("/remember/{}", self.next_user());
                let cookies = self.cookies_from(&path).await;
                let kept = cookies.map(|cookies| without_session(&cookies));
                request(Method::GET, "/dashboard", kept)
            }
        }
    }

    /// Asks once and looks at the whole answer.
    ///
    /// # Panics
    ///
    /// The answer is wrong: nothing after it would mean anything.
    pub(crate) async fn check(&mut self, ask: Ask) {
        let requests = self.prepare(ask, 1).await;
        for asked in requests {
            let sent_cookie = asked.headers().get(COOKIE).cloned();
            let response = call(&self.peer.app, asked).await;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = to_bytes(response.into_body(), usize::MAX).await;
            let text = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
            let context = format!("{}, {}: {status} {text}", self.peer.name, ask.name());
            let sets_cookie = headers.contains_key(SET_COOKIE);
            let is_user = status == StatusCode::OK && text.starts_with("Ada Lovelace ");
            let right = match ask {
                Ask::PublicAnonymous | Ask::PublicWithCookie => {
                    status == StatusCode::OK && text == HOME
                }
                Ask::Protected | Ask::Fresh | Ask::ApiKey => is_user,
                Ask::Refused => status.is_redirection() && !text.contains("Ada"),
                Ask::Restore => is_user && (sets_cookie || self.is_bare()),
                Ask::Login => status == StatusCode::NO_CONTENT && (sets_cookie || self.is_bare()),
                Ask::Logout => {
                    let after = request(Method::GET, "/dashboard", sent_cookie);
                    let after = call(&self.peer.app, after).await;
                    status == StatusCode::NO_CONTENT
                        && (after.status().is_redirection() || self.is_bare())
                }
            };
            assert!(right, "{context}");
        }
        self.peer.clock.set(0);
    }

    pub(crate) fn app(&self) -> &'a Router {
        &self.peer.app
    }
}

/// Sends one request: a clone of the router's service and a call, the same for every peer.
pub(crate) async fn call(app: &Router, request: Request) -> Response {
    let mut service = app.clone();
    match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// A request as a browser sends it.
pub(crate) fn request(method: Method, path: &str, cookie: Option<HeaderValue>) -> Request {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap_or_default();
    let headers = request.headers_mut();
    for (name, value) in [
        (HOST, "app.example.com"),
        (USER_AGENT, AGENT),
        (
            ACCEPT,
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        ),
        (ACCEPT_LANGUAGE, "en-GB,en;q=0.5"),
        (ACCEPT_ENCODING, "gzip, deflate, br, zstd"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Some(cookie) = cookie {
        headers.insert(COOKIE, cookie);
    }
    request
}

const AGENT: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like \
                     Gecko) Chrome/140.0.0.0 Safari/537.36";

/// The cookies a response sets, as they are sent back; those it removes are left out.
pub(crate) fn set_cookies(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(SET_COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .filter(|line| !line.contains("Max-Age=0"))
        .filter_map(|line| Some(line.split_once(';')?.0.to_owned()))
        .collect()
}

fn without_session(cookies: &HeaderValue) -> HeaderValue {
    let kept = cookies.to_str().unwrap_or_default();
    let kept: Vec<_> = kept
        .split("; ")
        .filter(|it| !it.contains("_session="))
        .collect();
    HeaderValue::try_from(kept.join("; ")).unwrap_or(HeaderValue::from_static(""))
}
