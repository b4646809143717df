use std::time::Duration;

use axum::http::StatusCode;
use login_runtime::{LoginEventKind, testing::TestLoginError};

use crate::{
    app::CUSTOM_DURATION,
    support::{Builder, Site, User, attributes, key, max_age, set_cookie, set_cookies},
};

const DAY: u64 = 86_400;

/// How long a login is remembered where nothing else was said.
const REMEMBERED: u64 = 30 * DAY;

fn custom_cookie(builder: Builder) -> Builder {
    builder
        .remember_duration(Duration::from_secs(2 * DAY))
        .remember_cookie(|it| it.name("myname").path("/mypath").domain("localhost.local"))
}

/// The attributes of the cookie that [`custom_cookie`] describes.
fn custom_attributes(max_age: &str) -> [&str; 6] {
    [
        "Domain=localhost.local",
        "HttpOnly",
        max_age,
        "Path=/mypath",
        "SameSite=Lax",
        "Secure",
    ]
}

#[tokio::test]
async fn test_remember_me_uses_custom_cookie_parameters() {
    let mut site = Site::with(custom_cookie);
    let login = site.get("/login-notch-remember").await;
    // In other words: browsers are told by the name that it came over a secure connection.
    let line = set_cookie(&login, "__Secure-myname").expect("the remember cookie");
    assert_eq!(attributes(line), custom_attributes("Max-Age=172800"));
    assert_eq!(set_cookies(&login).len(), 2, "and the session cookie");
    site.lose_session();
    assert_eq!(site.text("/username").await, "Notch");
}

#[tokio::test]
async fn test_remember_me_custom_duration_uses_custom_cookie() {
    let mut site = Site::with(custom_cookie);
    let login = site.get("/login-notch-remember-custom").await;
    let line = set_cookie(&login, "myname").expect("the remember cookie");
    assert_eq!(CUSTOM_DURATION.as_secs(), 25_200);
    assert_eq!(attributes(line), custom_attributes("Max-Age=25200"));
}

#[tokio::test]
async fn test_remember_me_no_refresh_every_request() {
    let mut site = Site::new();
    let login = site.get("/login-notch-remember").await;
    let line = set_cookie(&login, "_remember").expect("the remember cookie");
    assert_eq!(max_age(line).cast_unsigned(), REMEMBERED);
    site.turn_clock(1);
    assert_eq!(set_cookie(&site.get("/username").await, "_remember"), None);

    // In other words: a restore replaces the token, and the time it ends stays the same.
    site.lose_session();
    let restored = site.get("/username").await;
    let line = set_cookie(&restored, "_remember").expect("the next token");
    assert_eq!(max_age(line).cast_unsigned(), REMEMBERED - 62);
    assert_eq!(set_cookie(&site.get("/username").await, "_remember"), None);
}

#[tokio::test]
async fn test_remember_me_refresh_each_request() {
    // deviation: nothing moves the end of remembering but the password.
    let mut site = Site::new();
    site.text("/login-notch-remember").await;
    for day in 1..30 {
        site.client.cookies().remove("_session");
        site.turn_clock(DAY);
        let restored = site.get("/username").await;
        assert_eq!(restored.text(), "Notch");
        let line = set_cookie(&restored, "_remember").expect("the next token");
        assert_eq!(max_age(line).cast_unsigned(), REMEMBERED - day * DAY);
    }
    site.client.cookies().remove("_session");
    site.turn_clock(DAY);
    assert_eq!(site.text("/username").await, "Anonymous");
}

/// The name and the value of the client's remember cookie, after its session was lost.
async fn remember_cookie(site: &mut Site) -> (String, String) {
    site.text("/login-notch-remember").await;
    site.client.cookies().remove("_session");
    let (name, value) = site
        .client
        .cookies()
        .get("_remember")
        .expect("a remember cookie");
    (name.to_owned(), value.to_owned())
}

#[tokio::test]
async fn test_invalid_remember_cookie() {
    let mut site = Site::new();
    let (name, _) = remember_cookie(&mut site).await;
    for forged in ["foo", "", "1|foo", "%00", "\u{ff}", &"A".repeat(4000)] {
        site.client.cookies().set(&name, forged);
        assert_eq!(site.text("/username").await, "Anonymous", "{forged:?}");
        assert_eq!(site.get("/protected").await.status(), 401);
    }
    assert_eq!(
        site.heard(|it| it.kind == LoginEventKind::UserLoadedFromCookie),
        0
    );
}

#[tokio::test]
async fn test_cookie_encoding() {
    let mut site = Site::new();
    let (name, value) = remember_cookie(&mut site).await;
    let changed = |at: usize| {
        let mut changed = value.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(changed).expect("ASCII")
    };
    let forged = (0..value.len())
        .map(changed)
        .chain(["Foo|BAD_BASH".into(), "no bar".into()]);
    for forged in forged {
        site.client.cookies().set(&name, &forged);
        assert_eq!(site.text("/username").await, "Anonymous", "{forged}");
    }
    site.client.cookies().set(&name, &value);
    assert_eq!(site.text("/username").await, "Notch");
}

#[tokio::test]
async fn test_cookie_encoding_with_key() {
    let mut site = Site::with(|builder| builder.secret_key(key("one")));
    remember_cookie(&mut site).await;
    let cookies = site.client.cookies().clone();
    let opens = |settings: fn(Builder) -> Builder| {
        let mut other = site.sibling(settings);
        other.client.add(&cookies);
        async move { other.text("/username").await }
    };
    assert_eq!(
        opens(|builder| builder.secret_key(key("one"))).await,
        "Notch"
    );
    assert_eq!(
        opens(|builder| builder.secret_key(key("two"))).await,
        "Anonymous"
    );
    let rotated = |builder: Builder| builder.secret_key(key("two")).fallback_key(key("one"));
    assert_eq!(opens(rotated).await, "Notch");
}

#[tokio::test]
async fn test_remember_me_username() {
    let mut site = Site::new();
    let login = site.get("/login-germanjapanese").await;
    assert!(set_cookies(&login).iter().all(|line| line.is_ascii()));
    assert_eq!(site.text("/username").await, "Müller");
    site.lose_session();
    assert_eq!(site.text("/username").await, "Müller");
}

#[tokio::test]
async fn test_remember_me_user_id() {
    let mut site = Site::new();
    site.text("/login-germanjapanese").await;
    site.lose_session();
    assert_eq!(site.text("/userid").await, "佐藤");

    let odd = |id: &str| User {
        id: id.into(),
        name: "Odd",
        active: true,
    };
    let longest = "ü".repeat(256);
    for id in [
        "a|b", "50%", "a;b", "a,b", "a=b", "\"'", " ", "\r\n", &longest,
    ] {
        let user = odd(id);
        site.users.add(user.clone());
        let cookies = site
            .manager
            .test_login(&user)
            .remember(true)
            .await
            .expect("a login");
        site.client.add(&cookies);
        site.lose_session();
        assert_eq!(site.text("/userid").await, id);
    }

    // What some databases cannot keep apart is refused on every store, before anything is written.
    let too_long = format!("{longest}a");
    for id in ["", "a\0b", &too_long] {
        let user = odd(id);
        site.users.add(user.clone());
        let refused = site.manager.test_login(&user).remember(true).await;
        assert_eq!(
            refused.map(|_| ()),
            Err(TestLoginError::Refused(StatusCode::INTERNAL_SERVER_ERROR)),
            "{id:?}"
        );
    }
}
