//! Only who would show a page is sent to one: what real clients send, and how each is refused.

mod published;

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderName, HeaderValue, Request, header::COOKIE},
    response::Response,
    routing::any,
};
use login_runtime::{
    LoginManager, LoginView, SecretKey, SessionProtection, UserMixin, fresh_login_required,
    login_required, request_loader, roles_required, store::MemoryStore, testing::TestCookies,
    user_loader,
};
use serde::Deserialize;
use tower::ServiceExt;

#[derive(Deserialize)]
struct Corpus {
    clients: Vec<Client>,
    rows: Vec<Row>,
}

fn corpus() -> Corpus {
    serde_json::from_str(include_str!("../../../corpora/clients.json")).expect("a corpus")
}

/// A program, and what it sends.
#[derive(Deserialize)]
struct Client {
    name: String,
    does: String,
    method: String,
    headers: Vec<(String, String)>,
}

/// A client at a guard, and what it is told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    client: String,
    guard: String,
    #[serde(rename = "as")]
    who: String,
    /// Headers that take the place of the client's own, or are sent besides.
    #[serde(default)]
    with: Vec<(String, String)>,
    answer: Answer,
}

/// What is not named is absent.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Answer {
    status: u16,
    location: Option<String>,
    hx_redirect: Option<String>,
    /// `problem` or `text`; without it there is no body.
    r#type: Option<String>,
    #[serde(default)]
    challenge: Vec<String>,
    login: Option<String>,
    #[serde(default)]
    flash: bool,
}

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    #[login(id)]
    name: String,
    #[login(roles)]
    roles: Vec<String>,
}

fn ada() -> User {
    User {
        name: "ada".to_owned(),
        roles: Vec::new(),
    }
}

#[user_loader]
async fn load_user(name: String) -> Option<User> {
    (name == "ada").then(ada)
}

#[request_loader(bearer)]
async fn load_by_token(token: String) -> Option<User> {
    (token == "ada").then(ada)
}

#[request_loader(header = "x-api-key")]
async fn load_by_key(key: String) -> Option<User> {
    (key == "ada").then(ada)
}

#[request_loader(basic)]
async fn load_by_password(name: String, password: String) -> Option<User> {
    (name == "ada" && password == "ada").then(ada)
}

#[login_required]
async fn page() {}

#[fresh_login_required]
async fn fresh() {}

#[fresh_login_required(within = "10m")]
async fn fresh_within() {}

#[roles_required("admin")]
async fn staff() {}

#[login_required(via = "request")]
async fn api() {}

#[login_required(via = "session")]
async fn account() {}

/// Where each guard of the rows stands.
const GUARDS: [(&str, &str); 8] = [
    ("login_required", "/page"),
    ("fresh_login_required", "/fresh"),
    ("fresh_login_required(within = \"10m\")", "/fresh-within"),
    ("roles_required(\"admin\")", "/staff"),
    ("login_required(via = \"request\")", "/api"),
    ("login_required(via = \"session\")", "/account"),
    ("LoginView::none(), login_required", "/programs/page"),
    (
        "LoginView::new(\"/shop/login\"), login_required",
        "/shop/page",
    ),
];

struct Site {
    app: Router,
    fresh: TestCookies,
    stale: TestCookies,
}

impl Site {
    async fn new() -> Self {
        let manager = LoginManager::builder(load_user, MemoryStore::new())
            .secret_key(SecretKey::generate().expect("random bytes"))
            .request_loader(load_by_token)
            .request_loader(load_by_key)
            .request_loader(load_by_password)
            .login_view("/login")
            .refresh_view("/confirm")
            // One login serves clients that call themselves by every name.
            .session_protection(SessionProtection::Off)
            .build()
            .expect("settings that agree");
        let page = || Router::new().route("/page", any(page));
        let app = page()
            .route("/fresh", any(fresh))
            .route("/fresh-within", any(fresh_within))
            .route("/staff", any(staff))
            .route("/api", any(api))
            .route("/account", any(account))
            .nest("/programs", page().layer(LoginView::none()))
            .nest("/shop", page().layer(LoginView::new("/shop/login")))
            .layer(manager.layer());
        let user = ada();
        let login = |fresh| manager.test_login(&user).fresh(fresh);
        Self {
            fresh: login(true).await.expect("a login"),
            stale: login(false).await.expect("a login"),
            app,
        }
    }

    /// What the row's client is told, and what the answer says it depends on.
    async fn answer(&self, client: &Client, row: &Row) -> (Answer, String) {
        let path = GUARDS.iter().find(|(guard, _)| *guard == row.guard);
        let path = path.expect("a guard of the site").1;
        let mut request = Request::builder()
            .method(&*client.method)
            .uri(path)
            .header("host", "site.example")
            .body(Body::empty())
            .expect("a request");
        let headers = request.headers_mut();
        for (name, value) in &client.headers {
            headers.append(header_name(name), header_value(value));
        }
        for (name, value) in &row.with {
            headers.insert(header_name(name), header_value(value));
        }
        let cookies = match &*row.who {
            "nobody" => None,
            "user" => Some(&self.fresh),
            "stale user" => Some(&self.stale),
            who => panic!("nobody knows {who}"),
        };
        if let Some(cookies) = cookies {
            headers.insert(COOKIE, header_value(&cookies.header()));
        }
        let answer = self.app.clone().oneshot(request).await;
        read(answer.expect("a router answers")).await
    }
}

fn header_name(name: &str) -> HeaderName {
    name.parse().expect("a header's name")
}

fn header_value(value: &str) -> HeaderValue {
    value.parse().expect("a header's value")
}

async fn read(response: Response) -> (Answer, String) {
    let (parts, body) = response.into_parts();
    let all = |name: &str| -> Vec<String> {
        let values = parts.headers.get_all(name).iter();
        let text = |value: &HeaderValue| value.to_str().expect("ASCII").to_owned();
        values.map(text).collect()
    };
    let one = |name: &str| {
        let mut values = all(name);
        assert!(values.len() <= 1, "{name}: {values:?}");
        values.pop()
    };
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    let content_type = one("content-type");
    let mut login = None;
    let kind = match content_type.as_deref() {
        None => {
            assert!(body.is_empty(), "{body:?}");
            None
        }
        Some("text/plain; charset=utf-8") => Some("text"),
        Some("application/problem+json") => {
            // What is asked for with HEAD has no body.
            if !body.is_empty() {
                let problem: Problem = serde_json::from_slice(&body).expect("a problem document");
                let status = (parts.status.as_u16(), parts.status.canonical_reason());
                assert_eq!((problem.status, Some(&*problem.title)), status);
                assert!(problem.r#type == "about:blank" && !problem.detail.is_empty());
                login = problem.login;
            }
            Some("problem")
        }
        Some(other) => panic!("{other}"),
    };
    let cookies = all("set-cookie");
    let flash = |line: &String| line.starts_with("__Host-login_flash=");
    assert!(
        cookies.iter().all(flash) && cookies.len() <= 1,
        "{cookies:?}"
    );
    let answer = Answer {
        status: parts.status.as_u16(),
        location: one("location"),
        hx_redirect: one("hx-redirect"),
        r#type: kind.map(str::to_owned),
        challenge: all("www-authenticate"),
        login,
        flash: !cookies.is_empty(),
    };
    (answer, one("vary").unwrap_or_default())
}

/// A problem document of RFC 9457, with the crate's own member.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Problem {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    login: Option<String>,
}

/// What a refusal depends on where every source of a login was looked at.
const VARY: &str =
    "cookie, authorization, x-api-key, accept, x-requested-with, hx-request, x-up-version";

#[tokio::test]
async fn every_client_is_refused_as_it_can_understand() {
    let corpus = corpus();
    let clients: BTreeMap<_, _> = corpus
        .clients
        .iter()
        .map(|client| (&*client.name, client))
        .collect();
    let site = Site::new().await;
    let mut wrong = Vec::new();
    for row in &corpus.rows {
        let client = clients[&*row.client];
        let (answer, vary) = site.answer(client, row).await;
        let mut expected = row.answer.clone();
        if client.method == "HEAD" {
            expected.login = None;
        }
        let expected_vary = match &*row.guard {
            "login_required(via = \"request\")" => VARY.replace("cookie, ", ""),
            _ => VARY.to_owned(),
        };
        if (&answer, &vary) != (&expected, &expected_vary) {
            wrong.push(format!(
                "{} at {} as {} with {:?}\n  expected {expected:?}\n  answered {answer:?}\n  vary {vary}",
                row.client, row.guard, row.who, row.with
            ));
        }
    }
    let rows = corpus.rows.len();
    println!("{} clients, {rows} rows", corpus.clients.len());
    assert!(
        wrong.is_empty(),
        "{} of {rows} rows:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

#[test]
fn every_client_and_every_guard_has_a_row() {
    let corpus = corpus();
    let in_rows: BTreeSet<_> = corpus.rows.iter().map(|row| &*row.client).collect();
    let clients: BTreeSet<_> = corpus.clients.iter().map(|it| &*it.name).collect();
    assert_eq!(in_rows, clients);
    let guards: BTreeSet<_> = corpus.rows.iter().map(|row| &*row.guard).collect();
    assert_eq!(guards, GUARDS.map(|(guard, _)| guard).into());
    assert!(clients.len() >= 45 && corpus.rows.len() >= 100);
}
