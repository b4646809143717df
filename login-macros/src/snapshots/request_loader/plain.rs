#[request_loader]
async fn load_by_ticket(headers: HeaderMap, State(db): State<Db>) -> Option<User> {
    db.by_ticket(headers.get("x-ticket")?).await
}
