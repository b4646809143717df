//! I21: a record that the store has at hand, and one that is awaited, are treated alike.

use login_runtime::{LoggedIn, LoginSession, login_required};
use login_tests::{Call, Suite, is_remote};

use crate::{
    site::{Site, copy_of, secs, who},
    users::User,
};

/// The name of this test, which runs the others.
const AWAITED: &str = "at_hand::i21_every_test_holds_where_records_are_awaited";

#[test]
fn i21_every_test_holds_where_records_are_awaited() {
    if !is_remote() {
        Suite::holds_remotely(AWAITED);
    }
}

#[tokio::test]
async fn i21_a_record_at_hand_is_read_once_and_not_awaited() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    site.faults.forget();
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(site.faults.calls(), [Call::Load]);
    assert_eq!(site.faults.at_hand(), usize::from(!is_remote()));
}

/// The first to ask looks at the record, whatever asks and in whatever order.
#[tokio::test]
async fn i21_a_record_is_read_once_a_request() {
    #[login_required]
    async fn guard_first(user: LoggedIn<User>, session: LoginSession<User>) -> String {
        format!("{} {:?}", user.name, session.user_id())
    }
    async fn session_first(session: LoginSession<User>, user: LoggedIn<User>) -> String {
        format!("{} {:?}", user.name, session.user_id())
    }
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            router
                .route("/guard-first", axum::routing::get(guard_first))
                .route("/session-first", axum::routing::get(session_first))
        },
    );
    let mut client = site.logged_in("").await;
    for path in ["/guard-first", "/session-first"] {
        site.faults.forget();
        let loads = site.users.loads();
        assert_eq!(client.get(path).await.text(), "ada Some(\"1\")", "{path}");
        assert_eq!(site.faults.calls(), [Call::Load], "{path}");
        assert_eq!(site.users.loads(), loads + 1, "{path}");
    }
}

/// Both cookies name the same record, which is read for the session and serves the other as well.
#[tokio::test]
async fn i21_both_cookies_of_a_login_are_one_read() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    let mut late = copy_of(&client);
    site.clock.advance(secs(2 * 3600));
    site.faults.forget();
    assert_eq!(who(&mut client).await, "ada");
    // A session that is over is looked at once more, as every record is that is not plain.
    let reads = if is_remote() { 1 } else { 2 };
    let restored = [vec![Call::Load; reads], vec![Call::Update, Call::Load]].concat();
    // And once before its cookies leave.
    assert_eq!(site.faults.calls(), restored);
    client.post("/logout", &[]).await;
    site.faults.forget();
    assert_eq!(who(&mut late).await, "anonymous");
    assert_eq!(site.faults.calls(), [Call::Load], "there is no such record");
}
