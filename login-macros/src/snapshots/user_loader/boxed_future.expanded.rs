fn load_user(id: i64) -> BoxFuture<'static, Option<User>>
where
    i64: ::login_runtime::__private::LoaderId,
{
    Box::pin(find(id))
}
