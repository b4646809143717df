fn page(
    _: ::login_runtime::__private::LoginRequired,
    user: LoggedIn<User>,
) -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async move { user.name.clone() })
}
