//! P23: two managers never take each other's logins, whatever they share and whatever was forgotten.

use axum::{
    Router,
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, LoginError, LoginManager, LoginSession, UserMixin,
    testing::{ManualClock, TestCookies},
};

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    users::{Staff, User, Users},
    world::{Browser, START, World, common, key, secs},
};

/// What a page says of both: the manager's own user, and what its cookies name.
async fn whoami<U: UserMixin>(user: CurrentUser<U>, session: LoginSession<U>) -> String {
    format!(
        "{} {}",
        user.get_id().unwrap_or_default(),
        session.user_id().unwrap_or_default()
    )
}

async fn log_in(session: LoginSession<User>) -> Result<String, LoginError> {
    let user = Users::default().get(7);
    Ok(session.login_user(&user).remember(true).await?.to_string())
}

async fn log_in_staff(session: LoginSession<Staff>) -> Result<String, LoginError> {
    Ok(session
        .login_user(&Staff { id: 7 })
        .remember(true)
        .await?
        .to_string())
}

async fn log_out<U: UserMixin>(session: LoginSession<U>) -> Result<&'static str, LoginError> {
    session.logout_user().await?;
    Ok("out")
}

/// One of two managers, and the pages it stands around.
struct Side {
    app: Router,
    ends: Box<dyn Fn() -> Ends>,
}

type Ends = std::pin::Pin<Box<dyn Future<Output = Result<u64, LoginError>>>>;

fn ends<U: UserMixin>(manager: &LoginManager<U>) -> Box<dyn Fn() -> Ends> {
    let manager = manager.clone();
    Box::new(move || {
        let manager = manager.clone();
        Box::pin(async move { manager.end_logins_of("7").await })
    })
}

fn users(store: &Store, clock: &ManualClock, realm: Option<&str>) -> Side {
    let builder = common(store.users(), clock);
    let builder = match realm {
        Some(realm) => builder.realm(realm),
        None => builder,
    };
    let manager = builder
        .with_state::<()>(Users::default())
        .build()
        .expect("sound settings");
    let app = Router::new()
        .route("/whoami", get(whoami::<User>))
        .route("/log-in", post(log_in))
        .route("/log-out", post(log_out::<User>))
        .layer(manager.layer());
    Side {
        app,
        ends: ends(&manager),
    }
}

fn staff(store: &Store, clock: &ManualClock, realm: Option<&str>) -> Side {
    let builder = common(store.staff(), clock);
    let builder = match realm {
        Some(realm) => builder.realm(realm),
        None => builder,
    };
    let manager = builder.build().expect("sound settings");
    let app = Router::new()
        .route("/whoami", get(whoami::<Staff>))
        .route("/log-in", post(log_in_staff))
        .route("/log-out", post(log_out::<Staff>))
        .layer(manager.layer());
    Side {
        app,
        ends: ends(&manager),
    }
}

type Pair = fn(&Store, &ManualClock) -> (Side, Side);

/// Two managers with one key and one store. Of one user type, realm and key they are two servers of
/// one application, which is another promise.
#[rustfmt::skip]
const PAIRS: &[(&str, Pair)] = &[
    ("two types, both realms forgotten", |store, clock| (users(store, clock, None), staff(store, clock, None))),
    ("two types, one realm named", |store, clock| (users(store, clock, None), staff(store, clock, Some("staff")))),
    ("two types, the same realm named", |store, clock| (users(store, clock, Some("a")), staff(store, clock, Some("a")))),
    ("one type, one realm named", |store, clock| (users(store, clock, None), users(store, clock, Some("shop")))),
    ("one type, both realms named", |store, clock| (users(store, clock, Some("shop")), users(store, clock, Some("desk")))),
    ("one type, realms that begin alike", |store, clock| (users(store, clock, Some("a")), users(store, clock, Some("a_session")))),
];

/// A browser's cookies, under its own names and under the other side's.
fn renamed(cookies: &TestCookies, names: &TestCookies) -> Vec<TestCookies> {
    let mut jars = vec![cookies.clone()];
    let mut other = TestCookies::default();
    for end in ["_session", "_remember"] {
        if let (Some((_, value)), Some((name, _))) = (cookies.get(end), names.get(end)) {
            other.set(name, value);
        }
    }
    jars.push(other);
    for jar in jars.clone() {
        let mut remembered = jar;
        remembered.remove("_session");
        jars.push(remembered);
    }
    jars
}

async fn logged_in(side: &Side) -> Browser {
    let mut browser = Browser::on(&side.app);
    assert_eq!(browser.post("/log-in").await.body, "true");
    assert_eq!(browser.get("/whoami").await.body, "7 7");
    browser
}

#[tokio::test]
async fn p23_siblings_never_share() {
    let mut promise = Promise::new(
        "P23 siblings never share",
        ["accepted", "logins of the other ended"],
    );
    let mut tried = 0;
    let stores = every_store().await;
    for store in &stores {
        for (what, pair) in PAIRS {
            let why = match what.contains("forgotten") || what.contains("the same realm") {
                true => "two types of user in one realm",
                false => "another realm",
            };
            let clock = ManualClock::at(START);
            let (one, two) = pair(store, &clock);
            for (here, there) in [(&one, &two), (&two, &one)] {
                let (mine, theirs) = (logged_in(here).await, logged_in(there).await);
                for later in [0, 90, 4000] {
                    clock.advance(secs(later));
                    for jar in renamed(&mine.cookies, &theirs.cookies) {
                        tried += 1;
                        let mut guest = Browser::on(&there.app).holding(&jar);
                        let body = guest.get("/whoami").await.body;
                        promise.demand(body == " ", "accepted", why, || {
                            format!("{}, {what}, {later} s later: {body:?}", store.name)
                        });
                    }
                }
                if !store.revocable {
                    continue;
                }
                // The same user id: ending one side's logins leaves the other's alone.
                tried += 1;
                let mine = logged_in(here).await;
                (there.ends)().await.expect("the store answers");
                let body = mine.clone().get("/whoami").await.body;
                promise.demand(body == "7 7", "logins of the other ended", why, || {
                    format!(
                        "{}, {what}: `end_logins_of` on the other side: {body:?}",
                        store.name
                    )
                });
                // Nor does a logout over there, with the cookies of here.
                let mine = logged_in(here).await;
                mine.at(&there.app).post("/log-out").await;
                let body = mine.clone().get("/whoami").await.body;
                promise.demand(body == "7 7", "logins of the other ended", why, || {
                    format!(
                        "{}, {what}: a logout on the other side: {body:?}",
                        store.name
                    )
                });
            }
        }
        tried += stacked(&mut promise, store).await;
    }
    promise.judge(format_args!("{tried} tried on {} stores", stores.len()));
}

/// One around the other, at one page.
async fn stacked(promise: &mut Promise, store: &Store) -> usize {
    async fn both(user: CurrentUser<User>, member: CurrentUser<Staff>) -> String {
        format!("{:?} {:?}", user.get_id(), member.get_id())
    }
    let mut tried = 0;
    for (realm, forgotten) in [("login", true), ("staff", false)] {
        let clock = ManualClock::at(START);
        let world = World::with(store, |builder| builder.clock(clock.clone()));
        let staff = common(store.staff(), &clock)
            .secret_key(key(1))
            .realm(realm)
            .build()
            .expect("sound settings");
        let page = || Router::new().route("/both", get(both));
        let mut of_user = world.logged_in(7, true).await;
        let of_staff = staff
            .test_login(&Staff { id: 7 })
            .remember(true)
            .user_agent("a browser");
        let of_staff = of_staff.await.expect("a login");
        for app in [
            page().layer(staff.layer()).layer(world.manager.layer()),
            page().layer(world.manager.layer()).layer(staff.layer()),
        ] {
            for (jar, expected) in [
                (of_user.cookies.clone(), "Some(\"7\") None"),
                (of_staff.clone(), "None Some(\"7\")"),
            ] {
                tried += 1;
                let answer = Browser::on(&app).holding(&jar).get("/both").await;
                let right = answer.body == expected && answer.status == 200;
                // Told apart, or refused as a mistake of the program; never taken for one another.
                promise.demand(
                    right || (forgotten && answer.status == 500),
                    "accepted",
                    "stacked",
                    || {
                        format!(
                            "{}, realm {realm}: {} {}",
                            store.name, answer.status, answer.body
                        )
                    },
                );
            }
        }
        assert_eq!(of_user.who().await, "7");
    }
    tried
}
