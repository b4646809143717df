#[login_required]
async fn dashboard() -> &'static str {
    "Hi!"
}
