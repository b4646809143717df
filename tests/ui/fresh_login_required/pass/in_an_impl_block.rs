use axum::{Router, extract::State, routing::post};
use login_runtime::{LoginSession, UserMixin, fresh_login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct Settings;

impl Settings {
    #[fresh_login_required(within = "10m")]
    async fn change_password(
        _: LoginSession<User>,
        State(cost): State<u8>,
        password: String,
    ) -> Result<String, String> {
        if password.is_empty() { Err("too short".to_owned()) } else { Ok(cost.to_string()) }
    }
}

fn main() {
    let _: Router<u8> = Router::new().route("/", post(Settings::change_password));
    assert_eq!(User { id: 1 }.get_id(), "1");
}
