async fn load_by_ticket(headers: HeaderMap, State(db): State<Db>) -> Option<User>
where
    Option<User>: ::login_runtime::__private::LoaderOutput,
{
    db.by_ticket(headers.get("x-ticket")?).await
}
