async fn load_user(id: i64, State(db): State<Db>) -> Result<Option<User>, DbError>
where
    i64: ::login_runtime::__private::LoaderId,
    Result<Option<User>, DbError>: ::login_runtime::__private::LoaderOutput,
{
    db.user(id).await
}
