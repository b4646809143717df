#[roles_required("admin", "editor")]
async fn users() {}
