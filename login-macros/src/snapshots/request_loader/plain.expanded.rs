async fn load_by_ticket(headers: HeaderMap, State(db): State<Db>) -> Option<User> {
    let _ = <Option<User> as ::login_runtime::__private::LoaderOutput>::check;
    { db.by_ticket(headers.get("x-ticket")?).await }
}
