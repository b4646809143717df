#[user_loader]
async fn load_user(id: i64, State(db): State<Db>) -> Result<Option<User>, DbError> {
    db.user(id).await
}
