//! Guards around services, WebSockets and streams.

use std::convert::Infallible;

use axum::{
    Router,
    body::Body,
    extract::ws::{Message, WebSocketUpgrade},
    http::{
        HeaderName, Method,
        header::{ACCEPT, LOCATION},
    },
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::{any, get, post},
};
use futures_util::stream;
use login_runtime::{LoginRequiredLayer, login_required, testing::TestClient};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower_http::services::ServeDir;

use crate::staff::{ADMIN, PLAIN, User, builder, log_in, manager};

type Manager = login_runtime::LoginManager<User>;

async fn stream() -> impl IntoResponse {
    Sse::new(stream::iter([
        Ok::<_, Infallible>(Event::default().data("one")),
        Ok(Event::default().data("two")),
    ]))
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(async |mut socket| {
        if let Some(Ok(Message::Text(text))) = socket.recv().await {
            // The test's client looks at what comes back; a client that went away does not.
            let _ = socket.send(Message::Text(text)).await;
        }
    })
}

fn behind_a_layer(manager: &Manager, layer: LoginRequiredLayer) -> Router {
    let files = ServeDir::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/http"));
    Router::new()
        .route("/post", post(async || "posted"))
        .route("/stream", get(stream))
        .route("/socket", get(echo))
        .nest_service("/files", files)
        .route_layer(layer)
        .layer(manager.layer())
}

#[tokio::test]
async fn a_layer_refuses_as_the_attribute_does() {
    #[login_required]
    async fn handler() {}

    let manager = builder().login_view("/login").build().expect("settings");
    let app = behind_a_layer(&manager, LoginRequiredLayer::new()).merge(
        Router::new()
            .route("/handler", any(handler))
            .layer(manager.layer()),
    );
    for (name, value) in [
        (ACCEPT, "text/html"),
        (ACCEPT, "application/json"),
        (HeaderName::from_static("hx-request"), "true"),
        (
            HeaderName::from_static("x-requested-with"),
            "XMLHttpRequest",
        ),
    ] {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let mut answers = Vec::new();
            for path in ["/handler", "/stream", "/socket", "/files/main.rs"] {
                let mut client = TestClient::new(app.clone());
                client.header(name.clone(), value);
                let answer = client.send(method.clone(), path, Body::empty(), None).await;
                let mut headers = answer.headers().clone();
                if let Some(location) = headers.get(LOCATION) {
                    let next = path.replace('/', "%2F");
                    assert_eq!(location, &format!("/login?next={next}"));
                }
                for differs in [
                    "allow",
                    "content-length",
                    "location",
                    "hx-redirect",
                    "set-cookie",
                ] {
                    headers.remove(differs);
                }
                // The server drops the body of an answer to `HEAD`, wherever it comes from.
                let text = if method == Method::HEAD {
                    String::new()
                } else {
                    // Only the way back is each route's own.
                    let next = path.replace('/', "%2F");
                    answer
                        .text()
                        .replace(&format!("\"/login?next={next}\""), "\"…\"")
                };
                answers.push((answer.status(), headers, text));
            }
            let (first, others) = answers.split_first().expect("answers");
            for other in others {
                assert_eq!(first, other, "{method} {name}");
            }
        }
    }
}

#[tokio::test]
async fn a_layer_lets_files_and_streams_through_once_logged_in() {
    let manager = manager();
    let layer = LoginRequiredLayer::new().roles_required(["admin"]);
    let mut client = TestClient::new(behind_a_layer(&manager, layer));
    for (id, expected) in [(None, 401), (Some(PLAIN), 403), (Some(ADMIN), 200)] {
        if let Some(id) = id {
            log_in(&mut client, &manager, id).await;
        }
        assert_eq!(client.post("/post", &[]).await.status(), expected);
        let file = client.get("/files/main.rs").await;
        assert_eq!(file.status(), expected);
        assert_eq!(file.text().contains("mod layers;"), expected == 200);
        let events = client.get("/stream").await;
        assert_eq!(events.status(), expected);
        assert_eq!(
            events.text() == "data: one\n\ndata: two\n\n",
            expected == 200
        );
    }
    assert_eq!(
        client.get("/none").await.status(),
        404,
        "`route_layer` leaves this alone"
    );
}

#[tokio::test]
async fn a_layer_asks_for_a_fresh_login_by_its_own_limit() {
    let clock = login_runtime::testing::ManualClock::at(1_700_000_000);
    let manager = builder().clock(clock.clone()).build().expect("settings");
    let minute = std::time::Duration::from_mins(1);
    let layer = LoginRequiredLayer::new().fresh_within(minute);
    let mut client = TestClient::new(behind_a_layer(&manager, layer));
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(client.get("/stream").await.status(), 200);
    clock.advance(minute);
    clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(client.get("/stream").await.status(), 401);
}

/// Opens a WebSocket on a real connection and says what the server answers first.
async fn open_socket(address: std::net::SocketAddr, cookie: &str, origin: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!(
        "GET /socket HTTP/1.1\r\nHost: {address}\r\nConnection: upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: {origin}\r\n\
         User-Agent: login-runtime test client\r\nCookie: {cookie}\r\n\r\n"
    );
    stream
        .write_all(request.as_bytes())
        .await
        .expect("a request");
    let mut answer = [0; 1024];
    let read = stream.read(&mut answer).await.expect("an answer");
    let text = String::from_utf8_lossy(&answer[..read]);
    text.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_websocket_opens_for_whoever_is_logged_in() {
    let manager = manager();
    let app = behind_a_layer(&manager, LoginRequiredLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async { axum::serve(listener, app).await });
    let login = manager.test_login(&crate::staff::user(PLAIN)).await;
    let cookie = login.expect("a login").header();
    // As behind a proxy that does TLS: the page is a page over HTTPS.
    let own = format!("https://{address}");
    let plain = format!("http://{address}");
    for (cookie, origin, expected) in [
        ("", &*own, "HTTP/1.1 401 Unauthorized"),
        (&*cookie, &*plain, "HTTP/1.1 403 Forbidden"),
        (&*cookie, "https://evil.example", "HTTP/1.1 403 Forbidden"),
        (&*cookie, &*own, "HTTP/1.1 101 Switching Protocols"),
    ] {
        assert_eq!(open_socket(address, cookie, origin).await, expected);
    }
    server.abort();
}
