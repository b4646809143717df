//! Pages with the real jQuery and the real htmx: login, logout, a table that loads more, and a login that
//! ends while the page is open.

use std::{env, fs, net::SocketAddr, path::PathBuf};

use axum::{
    Form, Json, Router,
    extract::Query,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use login_runtime::{
    FlashedMessages, LoginError, LoginManager, LoginSession, NextUrl, SecretKey, UserMixin,
    login_required, store::MemoryStore, user_loader,
};
use serde::Deserialize;
use serde_json::json;
use tokio::{net::TcpListener, runtime::Runtime};

use super::{driver::Browser, skipped};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[user_loader]
async fn load_user(id: u32) -> Option<User> {
    Some(User { id })
}

/// What both pages do with a login that has ended: keep what was typed, log in, come back.
const KEEP: &str = r#"
  const note = document.getElementById("note");
  note.value = sessionStorage.getItem("note") || "";
  function logInAgain() {
    sessionStorage.setItem("note", note.value);
    location.assign("/login?next=" + encodeURIComponent(location.pathname));
  }
"#;

const JQUERY: &str = r##"<table><tbody id=rows></tbody></table><button id=more>More</button>
<textarea id=note></textarea><button id=out>Log out</button>
<script src=/jquery.js></script><script>
  KEEP
  let page = 0;
  const more = () => $.getJSON("/rows.json", { page: ++page })
    .done((rows) => rows.forEach((row) => $("<tr><td>").appendTo("#rows").text(row)));
  $("#more").on("click", more);
  $("#out").on("click", () => $.post("/logout").done(() => location.reload()));
  $(document).on("ajaxError", (event, answer) => answer.status === 401 && logInAgain());
  more();
</script>"##;

const HTMX: &str = r##"<table><tbody id=rows hx-get="/rows?page=1" hx-trigger=load hx-swap=beforeend></tbody></table>
<button id=more hx-get="/rows?page=2" hx-target="#rows" hx-swap=beforeend>More</button>
<textarea id=note></textarea><button id=out hx-post=/logout hx-swap=none>Log out</button>
<script src=/htmx.js></script><script>
  KEEP
  // Before htmx follows `HX-Redirect`, which leads back to what was asked for and not to this page.
  document.body.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.preventDefault();
    logInAgain();
  });
</script>"##;

const LOGIN: &str = r##"<form id=login><input name=password type=password><button>Log in</button><p id=error></p></form>
<script src=/jquery.js></script><script>
  $("#login").on("submit", function (event) {
    event.preventDefault();
    $.post({ url: "/login" + location.search, data: $(this).serialize(), dataType: "json" })
      .done((body) => location.assign(body.next))
      .fail(() => $("#error").text("That is not the password."));
  });
</script>"##;

fn page(body: &str) -> Html<String> {
    let body = body.replace("KEEP", KEEP);
    Html(format!("<!doctype html><title>Test</title><body>{body}"))
}

#[login_required]
async fn jquery() -> Html<String> {
    page(JQUERY)
}

#[login_required]
async fn htmx() -> Html<String> {
    page(HTMX)
}

#[derive(Deserialize)]
struct Rows {
    page: u32,
}

#[login_required]
async fn rows_json(Query(rows): Query<Rows>) -> Json<[String; 1]> {
    Json([format!("row {}", rows.page)])
}

#[login_required]
async fn rows(Query(rows): Query<Rows>) -> Html<String> {
    Html(format!("<tr><td>row {}</td></tr>", rows.page))
}

async fn login_form(messages: FlashedMessages) -> Html<String> {
    let told: String = messages
        .iter()
        .map(|it| format!("<p>{}", it.text))
        .collect();
    page(&format!("{told}{LOGIN}"))
}

#[derive(Deserialize)]
struct Credentials {
    password: String,
}

async fn login(
    session: LoginSession<User>,
    next: NextUrl,
    Form(form): Form<Credentials>,
) -> Result<Response, LoginError> {
    if form.password != "sesame" {
        return Ok(StatusCode::UNAUTHORIZED.into_response());
    }
    assert!(session.login_user(&User { id: 7 }).await?);
    Ok(Json(json!({ "next": next.or("/") })).into_response())
}

async fn logout(
    session: LoginSession<User>,
) -> Result<([(&'static str, &'static str); 1], ()), LoginError> {
    session.logout_user().await?;
    Ok(([("hx-refresh", "true")], ()))
}

/// The site, on a thread of its own.
struct Site {
    runtime: Runtime,
    login_manager: LoginManager<User>,
    address: SocketAddr,
}

impl Site {
    /// `None` where npm has not put the scripts there.
    fn start() -> Option<Self> {
        let folder = PathBuf::from(env::var_os("NODE_MODULES")?);
        let script = |path: &str| {
            let text = fs::read_to_string(folder.join(path)).ok()?;
            Some(get(async || ([(CONTENT_TYPE, "text/javascript")], text)))
        };
        let login_manager = LoginManager::builder(load_user, MemoryStore::new())
            .secret_key(SecretKey::generate().expect("randomness"))
            .login_view("/login")
            .insecure_cookies_over_plain_http()
            .build()
            .expect("settings that agree");
        let app: Router = Router::new()
            .route("/jquery", get(jquery))
            .route("/htmx", get(htmx))
            .route("/rows.json", get(rows_json))
            .route("/rows", get(rows))
            .route("/login", get(login_form).post(login))
            .route("/logout", post(logout))
            .route("/jquery.js", script("jquery/dist/jquery.min.js")?)
            .route("/htmx.js", script("htmx.org/dist/htmx.min.js")?)
            .layer(login_manager.layer());
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
        let listener = listener.expect("a free port");
        let address = listener.local_addr().expect("an address");
        runtime.spawn(async { axum::serve(listener, app).await });
        Some(Self {
            runtime,
            login_manager,
            address,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends the login elsewhere.
    fn end_login(&self) {
        let ended = self.runtime.block_on(self.login_manager.end_logins_of("7"));
        assert_eq!(ended.expect("the store answers"), 1);
    }
}

fn a_page_survives_its_login(path: &str) {
    let Some((browser, _)) = super::open() else {
        return;
    };
    let Some(site) = Site::start() else {
        return skipped("jquery and htmx.org in NODE_MODULES (npm install jquery htmx.org)");
    };
    let log_in = |browser: &Browser| {
        browser.arrives_at(&site.url(&format!("/login?next=%2F{path}")));
        browser.type_into("[name=password]", "sesame");
        browser.click("button");
        browser.arrives_at(&site.url(&format!("/{path}")));
    };
    browser.go(&site.url(&format!("/{path}")));
    browser.reads("Please log in to access this page.");
    browser.type_into("[name=password]", "wrong");
    browser.click("button");
    browser.reads("That is not the password.");
    log_in(&browser);
    browser.reads("row 1");
    assert!(!browser.text().contains("row 2"));
    browser.click("#more");
    browser.reads("row 2");

    browser.type_into("#note", "half a sentence");
    site.end_login();
    browser.click("#more");
    log_in(&browser);
    browser.reads("row 1");
    let note = browser.run("return document.getElementById('note').value");
    assert_eq!(note, "half a sentence");

    browser.click("#out");
    browser.reads("Please log in to access this page.");
}

#[test]
fn a_page_with_jquery_survives_its_login() {
    a_page_survives_its_login("jquery");
}

#[test]
fn a_page_with_htmx_survives_its_login() {
    a_page_survives_its_login("htmx");
}
