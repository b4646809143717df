//! P11: while a store or a loader is out of order nobody is let in who should not be, nobody is
//! taken for anonymous, no cookie is taken away, and afterwards everything goes on.

use axum::{
    Router,
    http::Method,
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, LoginManager, LoginSession,
    testing::{ManualClock, TestCookies},
};
use login_tests::{Call, Fault, Faults};

use crate::{
    promise::Promise,
    stores::{Store, every_store, revocable_stores},
    users::{Staff, User},
    world::{Answer, Browser, START, World, common, secs},
};

const USER: u64 = 5;

const ACTIONS: [(Method, &str); 11] = [
    (Method::GET, "/me"),
    (Method::GET, "/dashboard"),
    (Method::GET, "/fresh"),
    (Method::GET, "/session"),
    (Method::POST, "/login?user=5"),
    (Method::POST, "/login?user=6&remember=true"),
    (Method::POST, "/confirm?user=5"),
    (Method::POST, "/logout"),
    (Method::POST, "/logout-others"),
    (Method::POST, "/logout-everywhere"),
    (Method::GET, "/logins"),
];

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Visitor {
    LoggedIn,
    Remembered,
    /// With the cookies of a login that has ended.
    Ended,
    /// With an API key.
    Key,
}

async fn visitor(world: &World, store: &Store, kind: Visitor) -> Option<Browser> {
    Some(match kind {
        Visitor::LoggedIn => world.logged_in(USER, true).await,
        Visitor::Remembered => {
            let browser = world.logged_in(USER, true).await;
            world.clock.advance(secs(120));
            browser.without("_session")
        }
        Visitor::Ended if store.revocable => {
            let browser = world.logged_in(USER, true).await;
            assert_eq!(browser.clone().post("/logout").await.status, 200);
            browser
        }
        Visitor::Ended => return None,
        Visitor::Key => world.browser().header("authorization", "Bearer key-5"),
    })
}

/// A world whose store is about to fail. What hangs is not waited for as long as usual, so that what
/// comes before and after asks another server.
fn world(store: &Store, fault: Fault) -> World {
    World::faulty(store, |builder| match fault {
        Fault::Hang => builder.timeout(store.patience()),
        _ => builder,
    })
}

struct Trial<'a> {
    promise: &'a mut Promise,
    points: usize,
}

impl Trial<'_> {
    /// What an answer during an outage may be.
    fn look(&mut self, answer: &Answer, before: &TestCookies, kind: Visitor, how: &str) {
        let failed = [500, 503].contains(&answer.status);
        let who = kind == Visitor::Ended;
        // A login that was read and is good may go on although something else failed: that it was
        // seen was not noted, or old logins of others were not forgotten.
        let is_open = answer.status == 200 && who && answer.body == USER.to_string();
        self.promise.demand(!is_open, "open", "an outage", || {
            format!("{how}: {}", answer.body)
        });
        let anonymous = !failed
            && (answer.body == "anonymous"
                || answer.body.starts_with("None")
                || [303, 401, 403].contains(&answer.status));
        self.promise
            .demand(!anonymous, "taken for anonymous", "an outage", || {
                format!("{how}: {} {}", answer.status, answer.body)
            });
        let takes = failed && answer.clears_a_login();
        self.promise
            .demand(!takes, "cookies cleared", "an outage", || {
                format!("{how}: {:?}", answer.set_cookies())
            });
        let _ = before;
    }
}

#[tokio::test]
async fn p11_an_outage_fails_closed() {
    let mut promise = Promise::new(
        "P11 outage fails closed",
        [
            "open",
            "taken for anonymous",
            "cookies cleared",
            "logins lost",
        ],
    );
    let stores = every_store().await;
    let mut trial = Trial {
        promise: &mut promise,
        points: 0,
    };
    for store in &stores {
        for kind in [Visitor::LoggedIn, Visitor::Remembered, Visitor::Ended] {
            for fault in Fault::ALL {
                for (method, path) in &ACTIONS {
                    // What hangs is waited for each time: fewer of those.
                    if fault == Fault::Hang && (path.ends_with(['e', 's'])) {
                        continue;
                    }
                    calls_fail(&mut trial, store, kind, fault, method, path).await;
                }
            }
        }
        for kind in [Visitor::LoggedIn, Visitor::Remembered, Visitor::Key] {
            for fault in Fault::ALL {
                loaders_fail(&mut trial, store, kind, fault).await;
            }
        }
    }
    let mut points = trial.points;
    for store in &revocable_stores().await {
        points += stacked_managers_fail(&mut promise, store).await;
    }
    promise.judge(format_args!("{points} points on {} stores", stores.len()));
}

/// Every call of the store fails in turn.
async fn calls_fail(
    trial: &mut Trial<'_>,
    store: &Store,
    kind: Visitor,
    fault: Fault,
    method: &Method,
    path: &str,
) {
    for nth in 1.. {
        let world = world(store, fault);
        let patient = world.node(store, |builder| builder);
        if store.revocable {
            for user in ["5", "6"] {
                patient
                    .manager
                    .end_logins_of(user)
                    .await
                    .expect("the store answers");
            }
        }
        let Some(browser) = visitor(&patient, store, kind).await else {
            return;
        };
        let mut browser = browser.at(&world.app);
        if kind == Visitor::LoggedIn {
            // Old enough to be noted as seen.
            world.clock.advance(secs(120));
        }
        let before = browser.cookies.clone();
        world.faults.fail_at(nth, fault);
        let answer = browser.ask(method.clone(), path).await;
        let calls = world.faults.calls();
        world.faults.forget();
        if calls.len() < nth {
            break;
        }
        trial.points += 1;
        let how = format!(
            "{}, {kind:?}, {method} {path}, {fault:?} at call {nth} ({:?})",
            store.name,
            calls[nth - 1]
        );
        // Somebody whose login has ended may act as a stranger once the store has said so.
        let read = calls[nth - 1] == Call::Load;
        if kind != Visitor::Ended || read {
            trial.look(&answer, &before, kind, &how);
        }
        let failed = [500, 503].contains(&answer.status);
        trial
            .promise
            .demand(failed || !read, "open", "a read that failed", || {
                format!("{how}: {}", answer.status)
            });
        // Afterwards the same browser goes on, or is where its action has brought it.
        let who = browser.at(&patient.app).get("/me").await.body;
        let old_who = browser
            .at(&patient.app)
            .holding(&before)
            .get("/me")
            .await
            .body;
        let is_logout = path.starts_with("/logout");
        let expected = match kind {
            Visitor::Ended => who == "anonymous" || path.starts_with("/login?"),
            _ if failed && !is_logout => who == USER.to_string() && old_who == who,
            // A logout that failed may have got as far as that.
            _ if failed => who == USER.to_string() || who == "anonymous",
            _ if is_logout && path != "/logout-others" => who == "anonymous",
            _ if path.contains("user=6") => who == "6",
            _ => who == USER.to_string(),
        };
        trial
            .promise
            .demand(expected, "logins lost", "after an outage", || {
                format!("{how}: answered {}, and then it is {who}", answer.status)
            });
    }
}

/// The loaders fail, of whatever kind.
async fn loaders_fail(trial: &mut Trial<'_>, store: &Store, kind: Visitor, fault: Fault) {
    for path in ["/me", "/dashboard", "/fresh", "/logins", "/logout-others"] {
        let world = world(store, fault);
        world.users.wait(true);
        let patient = world.node(store, |builder| builder);
        let Some(browser) = visitor(&patient, store, kind).await else {
            return;
        };
        let mut browser = browser.at(&world.app);
        let before = browser.cookies.clone();
        world.users.fail(Some(fault));
        let method = match path {
            "/logout-others" => Method::POST,
            _ => Method::GET,
        };
        let answer = browser.ask(method, path).await;
        world.users.fail(None);
        trial.points += 1;
        let how = format!("{}, {kind:?}, {path}, loader: {fault:?}", store.name);
        trial.look(&answer, &before, kind, &how);
        trial
            .promise
            .demand(answer.status == 503, "open", "a loader that failed", || {
                format!("{how}: {}", answer.status)
            });
        let who = browser.at(&patient.app).get("/me").await.body;
        trial.promise.demand(
            who == USER.to_string(),
            "logins lost",
            "after an outage",
            || format!("{how}: then it is {who}"),
        );
    }
}

/// Two managers around one page that logs in with both: the answer of one must not cost the
/// other's cookies.
async fn stacked_managers_fail(promise: &mut Promise, store: &Store) -> usize {
    async fn both(users: LoginSession<User>, staff: LoginSession<Staff>) -> String {
        let user = User {
            id: 5,
            active: true,
            password_hash: "password-hash-5-0".to_owned(),
            roles: Vec::new(),
        };
        let user = users.login_user(&user).await.expect("staged");
        let member = staff.login_user(&Staff { id: 5 }).await.expect("staged");
        format!("{user} {member}")
    }
    async fn who(user: CurrentUser<User>, member: CurrentUser<Staff>) -> String {
        format!("{:?} {:?}", user.get_id(), member.get_id())
    }
    let mut points = 0;
    for staff_outside in [false, true] {
        for outer_fails in [false, true] {
            for nth in 1..=4 {
                let world = World::faulty(store, |builder| builder);
                let faults = Faults::default();
                let staff = common(store.faulty_staff(&faults), &ManualClock::at(START))
                    .realm("staff")
                    .build()
                    .expect("the settings are sound");
                let staff: LoginManager<Staff> = staff;
                let (inner, outer) = match staff_outside {
                    true => (world.manager.layer(), staff.layer()),
                    false => (staff.layer(), world.manager.layer()),
                };
                let app: Router = Router::new()
                    .route("/both", post(both))
                    .route("/who", get(who))
                    .layer(inner)
                    .layer(outer);
                let mut browser = Browser::on(&app);
                assert_eq!(browser.post("/both").await.body, "true true");
                let expected = "Some(\"5\") Some(\"5\")";
                assert_eq!(browser.get("/who").await.body, expected);
                let failing = if outer_fails == staff_outside {
                    &faults
                } else {
                    &world.faults
                };
                failing.fail_at(nth, Fault::Error);
                let answer = browser.post("/both").await;
                let reached = failing.calls().len() >= nth;
                failing.forget();
                if !reached {
                    break;
                }
                points += 1;
                let how = format!(
                    "{}: both log in again, the {} manager's store fails at call {nth}: {}",
                    store.name,
                    if outer_fails { "outer" } else { "inner" },
                    answer.status
                );
                // Whether they are logged in anew or as before: both still are.
                let now = browser.get("/who").await.body;
                promise.demand(
                    now == expected,
                    "logins lost",
                    "two stacked managers",
                    || format!("{how}, and then they are {now}"),
                );
            }
        }
    }
    points
}
