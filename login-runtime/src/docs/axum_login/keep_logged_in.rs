use axum::{
    RequestPartsExt,
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use login_runtime::LoginSession;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

/// What axum-login keeps in a session; it is another name after its `with_data_key`.
const KEY: &str = "axum-login.data";

#[derive(Default, Deserialize, Serialize)]
struct AxumLogin {
    user_id: Option<i64>,
    auth_hash: Option<Vec<u8>>,
}

/// A login of axum-login's that a request brings becomes one here.
async fn keep_logged_in(
    State(users): State<Users>,
    old: Session,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    // A session store that does not answer has not said that nobody is logged in.
    let unavailable = |_| StatusCode::SERVICE_UNAVAILABLE.into_response();
    let kept = old.get(KEY).await.map_err(unavailable)?;
    let Some(AxumLogin { user_id: Some(id), auth_hash: Some(auth_hash) }) = kept else {
        return Ok(next.run(request).await);
    };
    let (mut parts, body) = request.into_parts();
    let session: LoginSession<User> = parts.extract().await?;
    if !session.is_authenticated()
        && let Some(user) = users.find(id).await?
        // As axum-login does: after a change of the password nobody comes along.
        && user.password_hash.as_bytes() == auth_hash
    {
        // When the password was entered is not known, so this login is not a fresh one.
        let login = session.login_user(&user).remember(true).fresh(false);
        login.await.map_err(IntoResponse::into_response)?;
    }
    // Logged out there. It is saved unless the answer is a server error, and then the next request
    // tries again.
    old.insert(KEY, AxumLogin::default()).await.map_err(unavailable)?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}
