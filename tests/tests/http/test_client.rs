//! The client for tests: a browser, or a program, and nothing that asks for another page than was meant.

use axum::{
    Router,
    http::{HeaderMap, Uri, header::ACCEPT},
    routing::any,
};
use login_runtime::testing::TestClient;

/// Answers with what was asked for, and with what the client accepts.
fn client() -> TestClient {
    let echo = async |uri: Uri, headers: HeaderMap| {
        let accept = headers.get(ACCEPT).and_then(|it| it.to_str().ok());
        format!("{uri} {}", accept.unwrap_or_default())
    };
    TestClient::new(Router::new().fallback(any(echo)))
}

#[tokio::test]
async fn it_is_a_browser_and_a_program_where_that_is_said() {
    let browser = client().get("/a?b=c").await.text();
    assert!(browser.starts_with("/a?b=c text/html,"), "{browser}");
    assert_eq!(client().program().get("/a").await.text(), "/a */*");
}

/// What the client says instead of sending.
async fn panics(ask: impl AsyncFnOnce(TestClient) + Send + 'static) -> String {
    let asked = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.expect("a runtime").block_on(ask(client()));
    });
    let said = asked.join().expect_err("no request is sent");
    *said.downcast::<String>().expect("a sentence")
}

#[tokio::test]
async fn a_path_that_cannot_be_asked_for_is_said() {
    for path in [
        "",
        "account",
        "site.example/account",
        "?a=1",
        "/a b",
        "*",
        "/\n",
        "http://",
    ] {
        let said = panics(async move |mut client| drop(client.get(path).await)).await;
        let start = format!("`{path}` cannot be asked for: give a path that begins with `/`");
        assert!(said.starts_with(&start), "{said}");
    }
    for (path, asked) in [
        ("/", "/"),
        ("//a", "//a"),
        ("http://a.example/b", "http://a.example/b"),
    ] {
        assert!(client().get(path).await.text().starts_with(asked), "{path}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_said() {
    let name = || "x-api-key".parse().expect("a name");
    let said = panics(async move |mut client| {
        client.header(name(), "a\nb");
    })
    .await;
    assert!(
        said.starts_with("the header `x-api-key` cannot be \"a\\nb\""),
        "{said}"
    );
    let said = panics(async |mut client| {
        client.cookies().set("a", "\r\n");
        client.get("/").await;
    })
    .await;
    assert!(said.starts_with("the header `cookie` cannot be"), "{said}");
    let said = panics(async |mut client| {
        let body = axum::body::Body::empty();
        client
            .send(axum::http::Method::PUT, "/", body, Some("\u{1}"))
            .await;
    })
    .await;
    assert!(
        said.starts_with("the header `content-type` cannot be"),
        "{said}"
    );
}
