#[user_loader]
async fn load_user<D: Database>(id: D::Id, State(db): State<D>) -> Option<User> {
    db.user(id).await
}
