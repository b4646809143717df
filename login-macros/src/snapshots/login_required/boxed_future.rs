#[login_required]
fn page(user: LoggedIn<User>) -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async move { user.name.clone() })
}
