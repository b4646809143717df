#[request_loader(bearer)]
async fn load<D>(token: String, State(db): State<D>) -> Result<Option<impl UserMixin>, D::Error>
where
    D: Database,
{
    #![allow(unused_variables)]
    db.by_token(&token).await
}
