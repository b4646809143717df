async fn load_user(id: UserId, State(db): State<Db>) -> Found<User>
where
    Db: Send,
    UserId: ::login_runtime::__private::LoaderId,
    Found<User>: ::login_runtime::__private::LoaderOutput,
{
    db.user(id).await
}
