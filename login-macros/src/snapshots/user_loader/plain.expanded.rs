async fn load_user(id: i64, State(db): State<Db>) -> Result<Option<User>, DbError> {
    let _ = <i64 as ::login_runtime::__private::LoaderId>::read;
    let _ = <Result<
        Option<User>,
        DbError,
    > as ::login_runtime::__private::LoaderOutput>::check;
    { db.user(id).await }
}
