async fn load_user(id: UserId, State(db): State<Db>) -> Found<User>
where
    Db: Send,
{
    let _ = <UserId as ::login_runtime::__private::LoaderId>::read;
    let _ = <Found<User> as ::login_runtime::__private::LoaderOutput>::check;
    { db.user(id).await }
}
