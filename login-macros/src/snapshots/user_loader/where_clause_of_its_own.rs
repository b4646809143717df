#[user_loader]
async fn load_user(id: UserId, State(db): State<Db>) -> Found<User>
where
    Db: Send,
{
    db.user(id).await
}
