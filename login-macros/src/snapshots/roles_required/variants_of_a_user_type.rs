#[roles_required(Role::Admin, "editor", user = User)]
async fn users() {}
