//! P25: a request has one user, whatever it carries: everything that a handler can ask agrees.

use axum::{Router, routing::get};
use login_runtime::{CurrentUser, LoggedIn, LoginSession, login_required};

use crate::{
    promise::Promise,
    stores::every_store,
    users::{User, Users},
    world::{Browser, World, secs},
};

/// What one extractor says: the user, and whether the login is fresh and remembered.
fn of_session(session: &LoginSession<User>) -> String {
    let user = session.user().map(|user| user.id.to_string());
    format!(
        "session={},{},{},{},{}",
        session.user_id().unwrap_or_default(),
        user.unwrap_or_default(),
        session.is_authenticated(),
        session.is_fresh(),
        session.is_remembered()
    )
}

fn of_current(user: &CurrentUser<User>) -> String {
    format!("current={}", user.get_id().unwrap_or_default())
}

fn of_logged_in(user: &LoggedIn<User>) -> String {
    format!("logged_in={}", user.id)
}

/// The same extractors in every order, behind another guard each time or none.
macro_rules! orders {
    ($module:ident, $(#[$guard:meta])*) => {
        mod $module {
            use super::*;

            $(#[$guard])*
            async fn slc(s: LoginSession<User>, l: LoggedIn<User>, c: CurrentUser<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn scl(s: LoginSession<User>, c: CurrentUser<User>, l: LoggedIn<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn lsc(l: LoggedIn<User>, s: LoginSession<User>, c: CurrentUser<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn lcs(l: LoggedIn<User>, c: CurrentUser<User>, s: LoginSession<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn csl(c: CurrentUser<User>, s: LoginSession<User>, l: LoggedIn<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn cls(c: CurrentUser<User>, l: LoggedIn<User>, s: LoginSession<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_current(&c)].join(" ")
            }

            $(#[$guard])*
            async fn sls(s: LoginSession<User>, l: LoggedIn<User>, t: LoginSession<User>) -> String {
                [of_session(&s), of_logged_in(&l), of_session(&t)].join(" ")
            }

            pub(super) fn routes() -> Router<Users> {
                Router::new()
                    .route("/slc", get(slc))
                    .route("/scl", get(scl))
                    .route("/lsc", get(lsc))
                    .route("/lcs", get(lcs))
                    .route("/csl", get(csl))
                    .route("/cls", get(cls))
                    .route("/sls", get(sls))
            }
        }
    };
}

const ORDERS: [&str; 7] = ["slc", "scl", "lsc", "lcs", "csl", "cls", "sls"];
const GUARDS: [&str; 4] = ["/none", "/any", "/session", "/request"];

orders!(unguarded,);
orders!(guarded, #[login_required]);
orders!(by_session, #[login_required(via = "session")]);
orders!(by_request, #[login_required(via = "request")]);

/// What is wrong with an answer: more than one user in it, or a login's facts for another's user.
fn disagreement(body: &str) -> Option<String> {
    let mut users: Vec<&str> = Vec::new();
    for said in body.split(' ') {
        let (what, value) = said.split_once('=')?;
        if what != "session" {
            users.push(value);
            continue;
        }
        let facts: Vec<&str> = value.split(',').collect();
        let [user_id, user, is_authenticated, is_fresh, is_remembered] = facts[..] else {
            return Some(format!("unreadable: {said}"));
        };
        users.extend([user_id, user].into_iter().filter(|user| !user.is_empty()));
        let nobody = user_id.is_empty();
        if nobody && [is_authenticated, is_fresh, is_remembered].contains(&"true") {
            return Some(format!("a login of nobody: {said}"));
        }
    }
    users.dedup();
    (users.len() != 1).then(|| format!("users {users:?}"))
}

#[tokio::test]
async fn p25_one_request_one_user() {
    let mut promise = Promise::new("P25 one request, one user", ["disagreements"]);
    let (mut asked, mut answered) = (0, 0);
    let stores = every_store().await;
    for store in &stores {
        let world = World::new(store);
        let app = Router::new()
            .nest("/none", unguarded::routes())
            .nest("/any", guarded::routes())
            .nest("/session", by_session::routes())
            .nest("/request", by_request::routes())
            .with_state(world.users.clone())
            .layer(world.manager.layer());
        let of_77 = world.logged_in(77, true).await.at(&app);
        let changed = world.logged_in(78, true).await.at(&app);
        world.users.change_password(78);
        let inactive = world.logged_in(79, true).await.at(&app);
        world.users.deactivate(79);
        let mut visitors: Vec<(&str, Browser)> = vec![
            ("a login", of_77.clone()),
            ("a remember cookie", of_77.without("_session")),
            ("a login that no longer counts", changed),
            ("a login of somebody inactive", inactive),
            ("no cookie", Browser::on(&app)),
        ];
        let with_key = visitors.clone().into_iter();
        let with_key =
            with_key.map(|(what, it)| (what, it.header("authorization", "Bearer key-1")));
        visitors.extend(with_key.collect::<Vec<_>>());
        for later in [0, 120] {
            world.clock.advance(secs(later));
            for (what, visitor) in &visitors {
                for guard in GUARDS {
                    for order in ORDERS {
                        asked += 1;
                        let path = format!("{guard}/{order}");
                        let answer = visitor.clone().get(&path).await;
                        if answer.status != 200 {
                            promise.demand(
                                answer.status < 500,
                                "disagreements",
                                "a failure",
                                || format!("{}: {what}, {path}: {}", store.name, answer.status),
                            );
                            continue;
                        }
                        answered += 1;
                        let wrong = disagreement(&answer.body);
                        let why = "`LoginSession` speaks of another user than `LoggedIn`";
                        promise.demand(wrong.is_none(), "disagreements", why, || {
                            let key = visitor.headers.contains_key("authorization");
                            format!(
                                "{}: {what}, key: {key}, {path}: {}",
                                store.name, answer.body
                            )
                        });
                    }
                }
            }
        }
    }
    assert!(answered * 3 > asked, "{answered} of {asked}");
    promise.judge(format_args!(
        "{answered} of {asked} requests answered on {} stores",
        stores.len()
    ));
}
