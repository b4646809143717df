//! The hostile suite's questions, put to axum-login 0.18 as well: what was done, and what happened.
//!
//! ```text
//! cargo run -p login-bench --release --bin login-bench-hostile
//! ```
//!
//! Both applications are set up as their documentation does it, each on its own memory store, over
//! HTTPS as they assume. Nothing is measured in time: these are counts, and they are the same in
//! every run. What a peer does not promise is not held against it; the table says what happens.

mod app;
mod axum_login;
mod ours;

use axum::{Router, body::Body, http::Method};
use login_runtime::testing::{TestClient, TestCookies};

use crate::app::{Control, Side};

/// How often each question is asked where chance or a race is part of it.
const TIMES: usize = 1000;

/// One question: what was done, and what came of it on each side.
struct Row {
    done: &'static str,
    wanted: &'static str,
    found: Vec<String>,
}

fn client(side: &Side) -> TestClient {
    let mut client = TestClient::new(side.app.clone());
    client.header(axum::http::header::ACCEPT, "text/html");
    client
}

async fn logged_in(side: &Side, id: u64) -> TestClient {
    let mut client = client(side);
    let status = client.post(&format!("/login/{id}"), &[]).await.status();
    assert_eq!(status, 204, "{}: log in", side.name);
    client
}

/// Whom a page behind a login takes somebody with these cookies for.
async fn who(app: &Router, cookies: &TestCookies) -> Option<u64> {
    let mut client = TestClient::new(app.clone());
    client.add(cookies);
    let answer = client.get("/dashboard").await;
    match answer.status() {
        200 => answer.text().parse().ok(),
        _ => None,
    }
}

/// A request that writes to its session has begun, the user logs out, the request ends.
async fn late_writes(side: &Side) -> String {
    let mut back = 0;
    for _ in 0..TIMES {
        let mut browser = logged_in(side, 1).await;
        let before = browser.cookies().clone();
        let control = side.control.clone();
        let mut writing = browser.clone();
        let late = tokio::spawn(async move {
            let answer = writing
                .send(Method::POST, "/write", Body::empty(), None)
                .await;
            (answer.status(), writing.cookies().clone())
        });
        control.entered().await;
        assert_eq!(browser.post("/logout", &[]).await.status(), 204);
        control.go_on();
        let (_, after) = late.await.expect("no request panics");
        let jars = [&before, &after, browser.cookies()];
        let mut is_back = false;
        for jar in jars {
            is_back |= who(&side.app, jar).await.is_some();
        }
        back += usize::from(is_back);
    }
    format!("{back} of {TIMES} back in")
}

/// Cookies copied before the logout come again after it.
async fn copies(side: &Side) -> String {
    let mut accepted = 0;
    for _ in 0..TIMES {
        let mut browser = logged_in(side, 1).await;
        let copy = browser.cookies().clone();
        browser.post("/logout", &[]).await;
        accepted += usize::from(who(&side.app, &copy).await.is_some());
    }
    format!("{accepted} of {TIMES} accepted")
}

/// One character of a good cookie is another one.
async fn forged(side: &Side) -> String {
    let mut browser = logged_in(side, 1).await;
    let (name, value) = {
        let header = browser.cookies().header();
        let pair = header.split("; ").next().unwrap_or_default().to_owned();
        let (name, value) = pair.split_once('=').expect("a cookie");
        (name.to_owned(), value.to_owned())
    };
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut tried, mut accepted, calls) = (0, 0, side.control.calls());
    for at in 0..value.len() {
        for letter in letters {
            let mut forged = value.clone().into_bytes();
            if forged[at] == *letter {
                continue;
            }
            forged[at] = *letter;
            let mut cookies = TestCookies::default();
            cookies.set(&name, &String::from_utf8(forged).expect("ASCII"));
            tried += 1;
            accepted += usize::from(who(&side.app, &cookies).await.is_some());
        }
    }
    let calls = side.control.calls() - calls;
    format!("{accepted} accepted, {calls} store calls, of {tried}")
}

/// The attacker plants the cookie of a login of their own; the victim logs in; the attacker's copy
/// comes again.
async fn fixation(side: &Side) -> String {
    let mut attackers = logged_in(side, 2).await;
    let planted = attackers.cookies().clone();
    let mut victim = client(side);
    victim.add(&planted);
    victim.post("/login/1", &[]).await;
    assert_eq!(who(&side.app, victim.cookies()).await, Some(1));
    match who(&side.app, &planted).await {
        Some(1) => "the attacker is the victim".to_owned(),
        Some(_) => "the attacker is still the attacker".to_owned(),
        None => "the attacker is nobody".to_owned(),
    }
}

/// The same with the cookie that an anonymous session has, where there is such a thing.
async fn anonymous_fixation(side: &Side) -> String {
    let mut stranger = client(side);
    stranger.post("/write-anonymous", &[]).await;
    let planted = stranger.cookies().clone();
    if planted.is_empty() {
        return "there are no anonymous sessions".to_owned();
    }
    let mut victim = client(side);
    victim.add(&planted);
    victim.post("/login/1", &[]).await;
    match who(&side.app, &planted).await {
        Some(_) => "the attacker is the victim".to_owned(),
        None => "the attacker is nobody".to_owned(),
    }
}

/// The password hash changes; another device asks again.
async fn password(side: &Side) -> String {
    let mut device = logged_in(side, 3).await;
    let copy = device.cookies().clone();
    side.control.change_password(3);
    match who(&side.app, &copy).await {
        Some(_) => "still in".to_owned(),
        None => "out".to_owned(),
    }
}

/// A form is posted without a login.
async fn refused_form(side: &Side) -> String {
    let answer = client(side).post("/dashboard", &[("secret", "form")]).await;
    let again = match answer.status() {
        307 | 308 => "the browser posts the form to the login page",
        302 | 303 => "the browser gets the login page",
        _ => "the browser stays",
    };
    format!("{}: {again}", answer.status())
}

/// The store fails while somebody who is logged in asks.
async fn store_outage(side: &Side) -> String {
    let mut browser = logged_in(side, 1).await;
    side.control.fail_store(true);
    let answer = browser.get("/dashboard").await;
    let home = browser.get("/").await;
    side.control.fail_store(false);
    let after = who(&side.app, browser.cookies()).await;
    let then = if after == Some(1) { "in" } else { "out" };
    format!(
        "{}, public page {}, afterwards {then}",
        answer.status(),
        home.status()
    )
}

/// The users' table fails while somebody who is logged in asks.
async fn loader_outage(side: &Side) -> String {
    let mut browser = logged_in(side, 1).await;
    side.control.fail_users(true);
    let answer = browser.get("/dashboard").await;
    let home = browser.get("/").await;
    side.control.fail_users(false);
    let after = who(&side.app, browser.cookies()).await;
    let then = if after == Some(1) { "in" } else { "out" };
    format!(
        "{}, public page {}, afterwards {then}",
        answer.status(),
        home.status()
    )
}

/// The user database is down, and somebody wants to log out.
async fn logout_in_an_outage(side: &Side) -> String {
    let mut browser = logged_in(side, 1).await;
    let copy = browser.cookies().clone();
    side.control.fail_users(true);
    let answer = browser.post("/logout", &[]).await;
    side.control.fail_users(false);
    let ended = who(&side.app, &copy).await.is_none();
    format!(
        "{}, the login {}",
        answer.status(),
        if ended { "has ended" } else { "goes on" }
    )
}

/// Strangers look at a public page, and so does somebody with a login.
async fn public_pages(side: &Side) -> String {
    let before = side.control.calls();
    let mut cookies = 0;
    for _ in 0..TIMES {
        let answer = client(side).get("/").await;
        cookies += answer.headers().get_all("set-cookie").iter().count();
    }
    let strangers = side.control.calls() - before;
    let mut browser = logged_in(side, 1).await;
    let before = side.control.calls();
    for _ in 0..TIMES {
        browser.get("/").await;
    }
    let members = side.control.calls() - before;
    format!("{strangers} store calls, {cookies} cookies; with a login {members} store calls")
}

/// What a cache between the site and two users may keep of a page with a name on it.
async fn caching(side: &Side) -> String {
    let answer = logged_in(side, 1).await.get("/dashboard").await;
    let (control, vary) = (answer.header("cache-control"), answer.header("vary"));
    let kept = match control.contains("no-store") || control.contains("private") {
        true => "not kept",
        false if vary.contains("cookie") => "kept for each cookie",
        false => "kept for everybody",
    };
    format!("{kept} (`{control}`, `Vary: {vary}`)")
}

/// A request body that nobody may send is not read.
async fn refused_body(side: &Side) -> String {
    let (body, polls) = login_tests::CountingBody::new(vec![0; 1 << 20]);
    let answer = client(side)
        .send(
            Method::POST,
            "/dashboard",
            Body::new(body),
            Some("text/plain"),
        )
        .await;
    format!("{}, read {} times", answer.status(), polls.count())
}

macro_rules! ask {
    ($rows:ident, $sides:ident, $done:literal, $wanted:literal, $question:ident) => {{
        let mut found = Vec::new();
        for side in &$sides {
            found.push($question(side).await);
        }
        $rows.push(Row {
            done: $done,
            wanted: $wanted,
            found,
        });
    }};
}

#[tokio::main]
#[expect(clippy::too_many_lines, reason = "it is a list")]
async fn main() {
    let sides = [
        ours::side(&Control::default()),
        axum_login::side(&Control::default()),
    ];
    let mut rows = Vec::new();
    ask!(
        rows,
        sides,
        "a request writes to its session, is answered after the logout",
        "0 back in",
        late_writes
    );
    ask!(
        rows,
        sides,
        "cookies copied before the logout come again",
        "0 accepted",
        copies
    );
    ask!(
        rows,
        sides,
        "every character of a cookie is every other one",
        "0 accepted",
        forged
    );
    ask!(
        rows,
        sides,
        "the victim logs in over the attacker's planted login",
        "not the victim",
        fixation
    );
    ask!(
        rows,
        sides,
        "the victim logs in over a planted anonymous session",
        "not the victim",
        anonymous_fixation
    );
    ask!(
        rows,
        sides,
        "the password hash changes, another device asks",
        "out",
        password
    );
    ask!(
        rows,
        sides,
        "a form is posted without a login",
        "303",
        refused_form
    );
    ask!(
        rows,
        sides,
        "a form of 1 MiB is posted without a login",
        "not read",
        refused_body
    );
    ask!(
        rows,
        sides,
        "the store is down, a member asks",
        "5xx, afterwards in",
        store_outage
    );
    ask!(
        rows,
        sides,
        "the users' table is down, a member asks",
        "5xx, afterwards in",
        loader_outage
    );
    ask!(
        rows,
        sides,
        "the users' table is down, a member logs out",
        "has ended",
        logout_in_an_outage
    );
    ask!(
        rows,
        sides,
        "a public page is asked for",
        "0 store calls, 0 cookies",
        public_pages
    );
    ask!(
        rows,
        sides,
        "a page with a name on it passes a shared cache",
        "not kept",
        caching
    );

    println!(
        "what was done | wanted | {}",
        sides.map(|side| side.name).join(" | ")
    );
    println!("--- | --- | --- | ---");
    for row in &rows {
        println!("{} | {} | {}", row.done, row.wanted, row.found.join(" | "));
    }
}
