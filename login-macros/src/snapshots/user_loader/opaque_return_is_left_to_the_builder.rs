#[user_loader(crate = crate::login)]
async fn load_user(id: String) -> Option<impl UserMixin> {
    find(id)
}
