//! The site as its visitors see it, without a socket.

use std::{
    fs,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::http::{
    Method,
    header::{ACCEPT, AUTHORIZATION},
};
use login_runtime::testing::{TestClient, TestResponse};

use super::*;

/// A database file of a test's own, which goes with it.
struct Database(PathBuf);

impl Database {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("quickstart-{}-{number}.db", process::id());
        Self(env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0
            .to_str()
            .expect("a temporary directory with a readable name")
    }

    async fn app(&self, key: &SecretKey) -> Router {
        app(self.path(), key.clone()).await.expect("an application")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

fn key() -> SecretKey {
    SecretKey::generate().expect("randomness")
}

async fn visitor() -> (TestClient, Database) {
    let database = Database::new();
    (TestClient::new(database.app(&key()).await), database)
}

async fn log_in(client: &mut TestClient, path: &str, remember: bool) -> TestResponse {
    let mut form = vec![("username", "ada"), ("password", "enchantress")];
    if remember {
        form.push(("remember", "on"));
    }
    client.post(path, &form).await
}

async fn me(client: &mut TestClient) -> serde_json::Value {
    let answer = client.get("/api/me").await;
    assert_eq!(
        (answer.status(), answer.header("content-type")),
        (200, "application/json")
    );
    serde_json::from_str(&answer.text()).expect("JSON")
}

#[tokio::test]
async fn ada_logs_in_and_out() {
    let (mut client, _database) = visitor().await;
    let page = client.get("/").await.text();
    assert!(
        page.contains("Log in") && !page.contains("Hi ada!"),
        "{page}"
    );

    let refused = client.get("/dashboard?tab=2").await;
    assert_eq!(refused.status(), 303);
    let login = refused.header("location").to_owned();
    assert_eq!(login, "/login?next=%2Fdashboard%3Ftab%3D2");
    let form = client.get(&login).await.text();
    assert!(
        form.contains("Please log in to access this page."),
        "{form}"
    );

    let answer = log_in(&mut client, &login, false).await;
    assert_eq!(
        (answer.status(), answer.header("location")),
        (303, "/dashboard?tab=2")
    );
    assert!(client.get("/").await.text().contains("Hi ada!"));
    assert_eq!(client.get("/dashboard").await.status(), 200);
    assert_eq!(client.get("/login").await.header("location"), "/");

    let copied = client.cookies().clone();
    assert_eq!(client.post("/logout", &[]).await.status(), 303);
    let page = client.get("/").await.text();
    assert!(
        page.contains("You are logged out.") && !page.contains("Hi ada!"),
        "{page}"
    );
    client.add(&copied);
    assert_eq!(
        client.get("/dashboard").await.status(),
        303,
        "a copied cookie is dead as well"
    );
    assert_eq!(
        client.post("/logout", &[]).await.status(),
        303,
        "twice is no mistake"
    );
}

#[tokio::test]
async fn wrong_credentials_get_the_form_again() {
    let (mut client, _database) = visitor().await;
    for (username, password, error) in [
        ("ada", "wrong", "That is not"),
        ("<nobody>", "sesame", "That is not"),
        ("nobody", "no password", "That is not"),
        ("grace", "wrong", "That is not"),
        ("grace", "harvard-mark-1", "This account is not active."),
    ] {
        let form = [("username", username), ("password", password)];
        let answer = client.post("/login", &form).await;
        let page = answer.text();
        assert_eq!(answer.status(), 401, "{username}");
        assert!(
            page.contains(error) && page.contains("name=\"password\""),
            "{username}: {page}"
        );
        assert!(
            !page.contains("<nobody>") && !page.contains(password),
            "{username}: {page}"
        );
        assert!(client.cookies().get("_session").is_none());
    }
    assert_eq!(client.get("/dashboard").await.status(), 303);
}

#[tokio::test]
async fn the_visitor_is_only_sent_to_this_site() {
    for next in [
        "//evil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let (mut client, _database) = visitor().await;
        let answer = log_in(&mut client, &format!("/login?next={next}"), false).await;
        assert_eq!(
            (answer.status(), answer.header("location")),
            (303, "/"),
            "{next}"
        );
    }
}

#[tokio::test]
async fn a_remembered_login_has_to_be_confirmed_for_the_settings() {
    let (mut client, _database) = visitor().await;
    log_in(&mut client, "/login", true).await;
    assert_eq!(client.get("/settings").await.status(), 200);

    client.cookies().remove("_session");
    let settings = client.get("/settings").await;
    assert_eq!(
        (settings.status(), settings.header("location")),
        (303, "/confirm?next=%2Fsettings")
    );
    let answer = me(&mut client).await;
    assert_eq!(
        (&answer["fresh"], &answer["remembered"]),
        (&false.into(), &true.into())
    );

    let wrong = client
        .post("/confirm?next=/settings", &[("password", "wrong")])
        .await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().contains("That is not your password."));
    assert_eq!(client.get("/settings").await.status(), 303);
    let right = client
        .post("/confirm?next=/settings", &[("password", "enchantress")])
        .await;
    assert_eq!(
        (right.status(), right.header("location")),
        (303, "/settings")
    );
    assert_eq!(client.get("/settings").await.status(), 200);
    assert_eq!(me(&mut client).await["fresh"], true);
}

#[tokio::test]
async fn programs_use_a_key() {
    let (mut client, _database) = visitor().await;
    client.header(ACCEPT, "application/json");
    let refused = client.get("/api/me").await;
    assert_eq!(
        (refused.status(), refused.header("www-authenticate")),
        (401, "Bearer realm=\"login\"")
    );
    assert_eq!(refused.header("content-type"), "application/problem+json");

    client.header(AUTHORIZATION, "Bearer ada-api-key");
    let expected = r#"{"id":1,"name":"ada","fresh":false,"remembered":false}"#;
    assert_eq!(client.get("/api/me").await.text(), expected);
    assert!(client.cookies().is_empty());
    client.header(AUTHORIZATION, "Bearer grace-api-key");
    assert_eq!(client.get("/api/me").await.status(), 401);
}

#[tokio::test]
async fn other_sites_cannot_post() {
    let (mut client, _database) = visitor().await;
    client.header("sec-fetch-site".parse().expect("a name"), "cross-site");
    assert_eq!(log_in(&mut client, "/login", false).await.status(), 403);
    assert_eq!(client.post("/logout", &[]).await.status(), 403);
    let options = client.send(Method::GET, "/logout", "".into(), None).await;
    assert_eq!(options.status(), 405, "a link does not log out");
}

#[tokio::test]
async fn users_and_logins_outlive_the_process() {
    let (database, key) = (Database::new(), key());
    let mut client = TestClient::new(database.app(&key).await);
    log_in(&mut client, "/login", false).await;
    let cookies = client.cookies().clone();
    drop(client);
    let mut client = TestClient::new(database.app(&key).await);
    client.add(&cookies);
    assert_eq!(me(&mut client).await["name"], "ada");
}

#[tokio::test]
async fn an_unusable_database_is_a_sentence() {
    let file = "/no/such/directory/app.db";
    let error = app(file, key()).await.expect_err("an error").to_string();
    assert!(error.contains(file), "{error}");
    let database = Database::new();
    fs::write(&database.0, "this is a letter, not a database").expect("a file");
    let error = app(database.path(), key())
        .await
        .expect_err("an error")
        .to_string();
    assert!(error.contains(database.path()), "{error}");
    let kept = fs::read_to_string(&database.0).expect("the file");
    assert_eq!(kept, "this is a letter, not a database");
}

#[tokio::test]
async fn a_user_who_does_not_exist_costs_as_much_as_one_who_does() {
    let database = Database::new();
    let db = users(database.path()).await.expect("a table of users");
    let stored: Vec<String> = sqlx::query_scalar("SELECT password_hash FROM users")
        .fetch_all(&db)
        .await
        .expect("the users");
    let cost = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
    let nobody = cost(&Passwords::new().expect("a hash").nobody);
    assert!(nobody.starts_with("$argon2id$v=19$m="), "{nobody}");
    assert_eq!(stored.len(), 2);
    for hash in stored {
        assert_eq!(cost(&hash), nobody);
    }
}
