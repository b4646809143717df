//! Logging test users in, through the path that real ones take.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{
        HeaderMap, Request, StatusCode,
        header::{SET_COOKIE, USER_AGENT},
    },
    routing::post,
};
use tower_service::Service;

use super::TestLoginError;
use crate::{error::LoginError, extract::LoginSession, manager::LoginManager, user::UserMixin};

impl<U: UserMixin + Clone> LoginManager<U> {
    /// Logs a user in as a handler would, and gives the cookies that the browser would get.
    ///
    /// Awaiting it runs a login through this manager's own layer: the store, the signatures and
    /// session protection are the real ones. For a client of another kind, send
    /// [`TestCookies::header`] as the `Cookie` header, with the same `User-Agent`.
    pub fn test_login<'a>(&'a self, user: &'a U) -> TestLogin<'a, U> {
        TestLogin {
            manager: self,
            user,
            fresh: true,
            remember: false,
            duration: None,
            force: false,
            user_agent: super::client::USER_AGENT_OF_TESTS.to_owned(),
        }
    }
}

/// The login of a test user in the making.
#[must_use = "nobody is logged in until this is awaited"]
pub struct TestLogin<'a, U> {
    manager: &'a LoginManager<U>,
    user: &'a U,
    fresh: bool,
    remember: bool,
    duration: Option<Duration>,
    force: bool,
    user_agent: String,
}

impl<U> fmt::Debug for TestLogin<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestLogin").finish_non_exhaustive()
    }
}

impl<U: UserMixin + Clone> TestLogin<'_, U> {
    /// Whether the login is fresh. By default it is.
    pub fn fresh(mut self, fresh: bool) -> Self {
        self.fresh = fresh;
        self
    }

    /// Whether the login is remembered. By default not.
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = remember;
        self
    }

    /// For how long it is remembered.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// Logs in a user who is not active.
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// What the client calls itself; session protection compares it later.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    async fn run(self) -> Result<TestCookies, TestLoginError> {
        let Self {
            manager,
            user,
            fresh,
            remember,
            duration,
            force,
            user_agent,
        } = self;
        let user = user.clone();
        let handler = move |session: LoginSession<U>| async move {
            let mut login = session
                .login_user(&user)
                .fresh(fresh)
                .remember(remember)
                .force(force);
            if let Some(duration) = duration {
                login = login.duration(duration);
            }
            let status = if login.await? {
                StatusCode::NO_CONTENT
            } else {
                StatusCode::FORBIDDEN
            };
            Ok::<_, LoginError>(status)
        };
        let mut app: Router = Router::new()
            .route("/", post(handler))
            .layer(manager.layer());
        let request = Request::post("/")
            .header(USER_AGENT, &user_agent)
            .body(Body::empty());
        let Ok(request) = request else {
            return Err(TestLoginError::UserAgent(user_agent));
        };
        let Ok(response) = app.call(request).await;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(TestCookies::from_response(response.headers())),
            StatusCode::FORBIDDEN => Err(TestLoginError::NotActive),
            status => Err(TestLoginError::Refused(status)),
        }
    }
}

impl<'a, U: UserMixin + Clone> IntoFuture for TestLogin<'a, U> {
    type Output = Result<TestCookies, TestLoginError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// The cookies of a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestCookies {
    pairs: Vec<(String, String)>,
}

impl TestCookies {
    /// The cookies that a response sets.
    pub fn from_response(headers: &HeaderMap) -> Self {
        let mut cookies = Self::default();
        cookies.receive(headers);
        cookies
    }

    /// Takes over what a response sets and removes.
    pub fn receive(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let Ok(line) = line.to_str() else { continue };
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            let removed = attributes
                .split(';')
                .any(|it| it.trim().eq_ignore_ascii_case("max-age=0"));
            self.forget(name);
            if !removed {
                self.pairs.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    /// Puts all of another's cookies in.
    pub fn extend(&mut self, other: &Self) {
        for (name, value) in &other.pairs {
            self.set(name, value);
        }
    }

    /// Sets one cookie by hand.
    pub fn set(&mut self, name: &str, value: &str) {
        self.forget(name);
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// Forgets the one cookie of this name.
    fn forget(&mut self, name: &str) {
        self.pairs.retain(|(other, _)| other != name);
    }

    /// Forgets the cookies whose names end so, such as `_session`; says whether there was one.
    pub fn remove(&mut self, name_end: &str) -> bool {
        let before = self.pairs.len();
        self.pairs.retain(|(name, _)| !name.ends_with(name_end));
        self.pairs.len() < before
    }

    /// The first cookie whose name ends so: its full name and its value.
    pub fn get(&self, name_end: &str) -> Option<(&str, &str)> {
        let found = self.pairs.iter().find(|(name, _)| name.ends_with(name_end));
        found.map(|(name, value)| (&**name, &**value))
    }

    /// What to send as the `Cookie` header.
    pub fn header(&self) -> String {
        let pairs: Vec<_> = self
            .pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_cookie_replaces_its_namesake_and_no_longer_name() {
        let mut cookies = TestCookies::default();
        cookies.set("admin-login_session", "1");
        cookies.set("login_session", "2");
        assert_eq!(cookies.header(), "admin-login_session=1; login_session=2");
        let removal = HeaderValue::from_static("login_session=; Max-Age=0");
        cookies.receive(&HeaderMap::from_iter([(SET_COOKIE, removal)]));
        assert_eq!(cookies.header(), "admin-login_session=1");
    }
}
