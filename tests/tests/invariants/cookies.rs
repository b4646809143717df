//! Cookies: what is sent, what is believed, and what is not even looked at.

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};
use login_runtime::{CookieOptions, SameSite, testing::TestClient};
use tower::ServiceExt;

use crate::{
    site::{Site, copy_of, secs, sets_cookies, who},
    users::{ADA, GRACE, User},
};

const SESSION: &str = "__Host-login_session";
const REMEMBER: &str = "__Host-login_remember";

fn value(client: &mut TestClient, name: &str) -> String {
    client
        .cookies()
        .get(name)
        .expect("the cookie is there")
        .1
        .to_owned()
}

/// Who a request with exactly this `Cookie` header is.
async fn who_by(site: &Site, header: impl AsRef<[u8]>) -> String {
    let request = Request::get("/me")
        .header("cookie", HeaderValue::from_bytes(header.as_ref()).unwrap())
        .header("user-agent", "login-runtime test client")
        .body(Body::empty())
        .unwrap();
    let response = site.app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let body = axum::body::to_bytes(response.into_body(), 100)
        .await
        .unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn i08_login_cookies_have_every_attribute_and_removals_the_same() {
    let site = Site::new();
    let mut client = site.client();
    let set = sets_cookies(&client.post("/login?remember=true", &[]).await);
    let removed = sets_cookies(&client.post("/logout", &[]).await);
    for (lines, ages) in [
        (&set, ["", "; Max-Age=2592000"]),
        (
            &removed,
            ["; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"; 2],
        ),
    ] {
        assert_eq!(lines.len(), 2);
        for ((line, age), name) in lines.iter().zip(ages).zip([SESSION, REMEMBER]) {
            let (pair, attributes) = line.split_once(';').unwrap();
            assert!(pair.starts_with(&format!("{name}=")), "{line}");
            assert_eq!(
                format!(";{attributes}"),
                format!("; Path=/; SameSite=Lax; Secure; HttpOnly{age}")
            );
        }
    }
}

#[tokio::test]
async fn i08_options_change_the_attributes_and_the_prefix() {
    let site = Site::with(|builder| {
        builder
            .session_cookie(|it| {
                it.name("sid")
                    .path("/app")
                    .same_site(SameSite::Strict)
                    .persistent()
            })
            .remember_cookie(|it| it.domain("example.com").readable_by_scripts())
    });
    let lines = sets_cookies(&site.client().post("/login?remember=true", &[]).await);
    assert!(lines[0].starts_with("__Secure-sid="), "{}", lines[0]);
    assert!(lines[0].ends_with("; Path=/app; SameSite=Strict; Secure; HttpOnly; Max-Age=86400"));
    assert!(lines[1].starts_with("__Secure-login_remember="));
    assert!(
        lines[1].ends_with("; Path=/; SameSite=Lax; Domain=example.com; Secure; Max-Age=2592000")
    );
    let site = Site::with(login_runtime::LoginManagerBuilder::insecure_cookies_over_plain_http);
    let mut client = site.client();
    let lines = sets_cookies(&client.post("/login", &[]).await);
    assert!(lines[0].starts_with("login_session=") && !lines[0].contains("Secure"));
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i08_settings_that_browsers_would_reject_are_build_errors() {
    type Edit = fn(CookieOptions) -> CookieOptions;
    let edits: [Edit; 7] = [
        |it| it.name(""),
        |it| it.name("a;b"),
        |it| it.name("__Host-a"),
        |it| it.name("__secure-a"),
        |it| it.path("relative"),
        |it| it.domain(".example.com"),
        |it| it.domain("a b"),
    ];
    for edit in edits {
        for session in [true, false] {
            let built = std::panic::catch_unwind(|| {
                Site::with(|builder| match session {
                    true => builder.session_cookie(edit),
                    false => builder.remember_cookie(edit),
                })
            });
            assert!(built.is_err());
        }
    }
    let same = |builder: crate::site::Builder| {
        builder
            .session_cookie(|it| it.name("a"))
            .remember_cookie(|it| it.name("a"))
    };
    assert!(std::panic::catch_unwind(|| Site::with(same)).is_err());
    let none_in_clear = |builder: crate::site::Builder| {
        builder
            .insecure_cookies_over_plain_http()
            .session_cookie(|it| it.same_site(SameSite::None))
    };
    assert!(std::panic::catch_unwind(|| Site::with(none_in_clear)).is_err());
}

#[tokio::test]
async fn i08_a_cookie_counts_under_its_own_name_only() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    client.post("/flash", &[]).await;
    let names = [SESSION, REMEMBER, "__Host-login_flash"];
    site.clock.advance(secs(100));
    for from in names {
        let value = value(&mut client, from);
        for under in [SESSION, REMEMBER, "__Host-login_flash", "__Host-login_next"] {
            if under == from {
                continue;
            }
            assert_eq!(
                who_by(&site, format!("{under}={value}")).await,
                "anonymous",
                "{from} as {under}"
            );
        }
        for name in [
            from.to_lowercase(),
            from.replace("__Host-", ""),
            from.replace("__Host-", "__Secure-"),
            from.replace('-', "%2D"),
            format!("={from}"),
            format!("{from} x"),
            format!("x{from}"),
        ] {
            assert_eq!(
                who_by(&site, format!("{name}={value}")).await,
                "anonymous",
                "{name}"
            );
        }
        assert_eq!(who_by(&site, from).await, "anonymous");
    }
    let session = value(&mut client, SESSION);
    assert_eq!(
        who_by(&site, format!("{SESSION}={session}")).await,
        "ada",
        "the control"
    );
}

#[tokio::test]
async fn i08_a_forged_cookie_never_reaches_the_store() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.clock.advance(secs(100));
    site.faults.forget();
    for name in [SESSION, REMEMBER] {
        let good = value(&mut client, name);
        for at in 0..good.len() {
            let mut forged = good.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let header = [name.as_bytes(), b"=", &forged].concat();
            assert_eq!(
                who_by(&site, header).await,
                "anonymous",
                "{name}, byte {at}"
            );
            assert_eq!(
                who_by(&site, format!("{name}={}", &good[..at])).await,
                "anonymous"
            );
            assert_eq!(
                who_by(&site, format!("{name}={}", &good[at + 1..])).await,
                "anonymous"
            );
        }
        for around in ["\"@\"", "@=", "@.", "%@", "@A"] {
            let header = format!("{name}={}", around.replace('@', &good));
            assert_eq!(who_by(&site, &header).await, "anonymous", "{header}");
        }
    }
    assert_eq!(site.faults.calls(), []);
}

#[tokio::test]
async fn i08_different_values_count_as_none_and_identical_ones_as_one() {
    let site = Site::new();
    let ada = value(&mut site.logged_in("user=1").await, SESSION);
    let grace = value(&mut site.logged_in("user=2").await, SESSION);
    for header in [
        format!("{SESSION}={ada}; {SESSION}={grace}"),
        format!("{SESSION}={grace}; {SESSION}={ada}"),
        format!("{SESSION}=x; {SESSION}={ada}"),
        format!("{SESSION}={ada}; {SESSION}="),
    ] {
        assert_eq!(who_by(&site, header).await, "anonymous");
    }
    let twice = format!("{SESSION}={ada}; a=b; {SESSION}={ada}");
    assert_eq!(who_by(&site, twice).await, "ada");
}

#[tokio::test]
async fn i08_logout_ends_the_login_of_every_verified_value() {
    let site = Site::new();
    let ada = value(&mut site.logged_in("user=1").await, SESSION);
    let mut second = site.logged_in("user=2&remember=true").await;
    let (grace, remember) = (value(&mut second, SESSION), value(&mut second, REMEMBER));
    let third = value(&mut site.logged_in("user=1&remember=true").await, REMEMBER);
    let junk: String = (0..500)
        .map(|n| format!("{SESSION}={n}; {REMEMBER}={n}; "))
        .collect();
    let cookies = format!(
        "{junk}{SESSION}={ada}; {SESSION}={grace}; {REMEMBER}={remember}; {REMEMBER}={third}"
    );
    let request = Request::post("/logout")
        .header("cookie", cookies)
        .body(Body::empty())
        .unwrap();
    let response = site.app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(
        site.records(ADA).await.len() + site.records(GRACE).await.len(),
        0
    );
}

#[tokio::test]
async fn i08_neighbours_change_nothing() {
    let site = Site::new();
    let ada = value(&mut site.logged_in("").await, SESSION);
    let good = format!("{SESSION}={ada}");
    let neighbours: [&[u8]; 9] = [
        b"",
        b";;;",
        b"=",
        b"a",
        b"\xff\xfe=\x80",
        b"a=\"; b",
        b"a=%00%zz",
        b"a = b ",
        b"\xe4=\xe4\t",
    ];
    for neighbour in neighbours {
        for header in [
            [neighbour, b"; ", good.as_bytes()].concat(),
            [good.as_bytes(), b";", neighbour].concat(),
        ] {
            assert_eq!(
                who_by(&site, &header).await,
                "ada",
                "{:?}",
                header.escape_ascii().to_string()
            );
        }
    }
    // In a header of its own, as HTTP/2 may send it.
    let request = Request::get("/me")
        .header("cookie", HeaderValue::from_bytes(b"\xff=1").unwrap())
        .header("cookie", good)
        .body(Body::empty())
        .unwrap();
    let response = site.app.clone().oneshot(request).await.unwrap();
    assert_eq!(
        axum::body::to_bytes(response.into_body(), 9).await.unwrap(),
        "ada"
    );
}

#[tokio::test]
async fn hostile_sizes_take_bounded_time_and_a_good_cookie_beside_them_still_works() {
    let site = Site::new();
    let ada = value(&mut site.logged_in("").await, SESSION);
    let good = format!("{SESSION}={ada}");
    let thousand: String = (0..1000).map(|n| format!("cookie{n}=value{n}; ")).collect();
    let one_of_100_kb = format!("a={}; ", "x".repeat(100_000));
    let empty_pairs = ";".repeat(100_000);
    let equal_signs = format!("{}; ", "=".repeat(100_000));
    for around in [&thousand, &one_of_100_kb, &empty_pairs, &equal_signs] {
        let started = std::time::Instant::now();
        assert_eq!(who_by(&site, format!("{around}{good}")).await, "ada");
        assert!(started.elapsed() < secs(1), "{:?}", started.elapsed());
    }
    // Many values of our own names count as none, and take no longer.
    let ours: String = (0..3000).map(|n| format!("{SESSION}={n:070}; ")).collect();
    let one_huge = format!("{SESSION}={}", "A".repeat(300_000));
    for header in [&format!("{ours}{good}"), &one_huge] {
        let started = std::time::Instant::now();
        assert_eq!(who_by(&site, header).await, "anonymous");
        assert!(started.elapsed() < secs(1), "{:?}", started.elapsed());
    }
}

#[tokio::test]
async fn an_id_that_no_longer_parses_is_a_login_that_does_not_count() {
    use login_runtime::{CurrentUser, LoginManager, user_loader};
    use login_tests::FaultyStore;
    #[user_loader]
    async fn by_name(id: String) -> Option<User> {
        (id == "1").then(|| crate::users::Users::new().get(ADA))
    }
    #[user_loader]
    async fn by_number(id: std::net::IpAddr) -> Option<User> {
        let _ = id;
        None
    }
    let store = FaultyStore::memory();
    let before = LoginManager::builder(by_name, store.clone())
        .secret_key(crate::site::key(1))
        .build()
        .unwrap();
    let after = LoginManager::builder(by_number, store)
        .secret_key(crate::site::key(1))
        .build()
        .unwrap();
    let cookies = before
        .test_login(&crate::users::Users::new().get(ADA))
        .await
        .unwrap();
    for (manager, expected) in [(&before, "true"), (&after, "false")] {
        let page = async |user: CurrentUser<User>| user.is_authenticated().to_string();
        let app = axum::Router::new()
            .route("/", axum::routing::get(page))
            .layer(manager.layer());
        let mut client = TestClient::new(app);
        client.add(&cookies);
        let response = client.get("/").await;
        assert_eq!((response.status(), &*response.text()), (200, expected));
        assert_eq!(response.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_cookie_of_a_deleted_record_or_an_old_format_falls_through_to_the_next_source() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    copy_of(&client).post("/logout", &[]).await;
    client.header("authorization".parse().unwrap(), "Bearer key-2");
    assert_eq!(who(&mut client).await, "grace");
    client.cookies().set(SESSION, "garbage");
    assert_eq!(who(&mut client).await, "grace");
}
