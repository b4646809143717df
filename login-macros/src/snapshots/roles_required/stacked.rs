#[login_required(via = "session", user = User)]
#[roles_accepted("admin")]
#[tracing::instrument]
#[permissions_required("orders:write", crate = crate::login)]
async fn orders(user: LoggedIn<User>) {}
