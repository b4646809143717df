#[login_required(crate = crate::web::login)]
async fn page() {}
