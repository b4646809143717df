async fn dashboard(_: ::login_runtime::__private::LoginRequired) -> &'static str {
    "Hi!"
}
