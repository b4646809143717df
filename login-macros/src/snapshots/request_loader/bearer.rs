/// Finds a user by an API key.
#[request_loader(bearer)]
#[allow(clippy::unused_async)]
pub async fn load_by_token(mut token: String, State(db): State<Db>) -> Result<Option<User>, DbError> {
    token.make_ascii_lowercase();
    Ok(db.by_token(&token).await?)
}
