#[user_loader]
fn load_user(id: i64) -> BoxFuture<'static, Option<User>> {
    Box::pin(find(id))
}
