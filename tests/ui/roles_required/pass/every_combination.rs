use axum::{Router, routing::get};
use login_runtime::__private::PackedText;
use login_runtime::{
    Role, UserMixin, fresh_login_required,
    guard::{Both, FreshLoginRequired, LoginRequired, PermissionsAccepted, RolesRequired}, login_required, permissions_accepted, permissions_required,
    roles_accepted, roles_required,
};

#[derive(Clone, Copy, Role)]
enum Rank {
    Admin,
    DeskEditor,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
    #[login(roles)]
    ranks: Vec<Rank>,
    #[login(permissions)]
    permissions: [&'static str; 2],
}

#[roles_required("admin")]
#[roles_required("editor")]
async fn text() {}

#[roles_required(Rank::Admin, Rank::DeskEditor, user = User)]
async fn variants() {}

#[roles_accepted("admin", Rank::DeskEditor)]
async fn mixed() {}

#[login_required(via = "session", user = User)]
#[roles_required(Rank::Admin)]
#[permissions_accepted("orders:write", "orders:admin", crate = login_runtime)]
#[tracing::instrument]
async fn stacked(method: axum::http::Method) -> String {
    method.to_string()
}

#[tracing::instrument]
#[fresh_login_required(within = "10m")]
#[doc(alias = "between")]
#[roles_accepted("admin")]
#[roles_accepted("editor", "desk_editor")]
#[permissions_required("orders:write")]
#[axum::debug_handler]
async fn between_others() {}

struct Pages;

impl Pages {
    #[login_required(via = "request")]
    #[permissions_required("api")]
    async fn api() {}
}

fn main() {
    // However many guards, they are one parameter.
    let _: fn(
        Both<
            LoginRequired<User, 1>,
            Both<
                RolesRequired<PackedText<{ b(b"admin") }, 0, 0, 0>>,
                PermissionsAccepted<
                    PackedText<{ b(b"orders:write\nord") }, { b(b"ers:admin") }, 0, 0>,
                >,
            >,
        >,
        axum::http::Method,
    ) -> _ = stacked;
    let guards = Both::for_test(
        LoginRequired::for_test(),
        Both::for_test(RolesRequired::for_test(), PermissionsAccepted::for_test()),
    );
    drop(stacked(guards, axum::http::Method::GET));
    let _ = FreshLoginRequired::<600>::for_test;
    let _: Router = Router::new()
        .route("/1", get(text))
        .route("/2", get(variants))
        .route("/3", get(mixed))
        .route("/4", get(stacked))
        .route("/5", get(between_others))
        .route("/6", get(Pages::api));
    let user = User { id: 1, ranks: vec![Rank::Admin], permissions: ["read", "write"] };
    assert_eq!(user.get_id(), "1");
    assert_eq!((user.has_role("admin"), user.has_role("desk_editor")), (Some(true), Some(false)));
    assert_eq!(user.has_permission("write"), Some(true));
}

const fn b(text: &[u8]) -> u128 {
    let mut word = 0;
    let mut at = 0;
    while at < 16 {
        word = word << 8 | if at < text.len() { text[at] as u128 } else { 0 };
        at += 1;
    }
    word
}
